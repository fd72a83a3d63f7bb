package io.cloudstate.proxy.entity;

import com.google.protobuf.CodedOutputStream;
import io.cloudstate.proxy.call.Answer;
import io.cloudstate.proxy.call.Answer.ClientAction;
import io.cloudstate.proxy.call.Answer.SideEffect;
import io.cloudstate.proxy.call.Answer.Target;
import io.cloudstate.proxy.call.Call;
import io.cloudstate.proxy.call.Failure;
import io.cloudstate.proxy.call.Metadata;
import io.cloudstate.proxy.call.Payload;
import io.cloudstate.proxy.call.TraceContext;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Writes messages between nodes, as {@link WireFields} says. */
final class WireWriter {

  /** Enough for all but the payload of most messages. */
  private static final int ROOM = 256;

  private final ByteArrayOutputStream bytes;
  private final CodedOutputStream out;

  private WireWriter(int payloadBytes) {
    this.bytes = new ByteArrayOutputStream(payloadBytes + ROOM);
    this.out = CodedOutputStream.newInstance(bytes, ROOM);
  }

  /**
   * A command on its way.
   *
   * @param number that its answer has to carry
   * @param sender where the answer goes
   */
  static byte[] command(long number, String sender, Call call, long nowNanos) {
    return written(
        call.payload().value().size(),
        to -> {
          to.out.writeInt64(WireFields.NUMBER, number);
          to.out.writeString(WireFields.SENDER, sender);
          if (call.hasDeadline(nowNanos)) { // clocks differ between nodes, durations do not
            to.out.writeSInt64(WireFields.NANOS_LEFT, call.deadlineNanos() - nowNanos);
          }
          to.out.writeString(WireFields.SERVICE, call.service());
          to.out.writeString(WireFields.METHOD, call.method());
          to.message(call.payload(), call.metadata());
          var outTopic = call.outTopic();
          if (outTopic != null) {
            to.out.writeString(WireFields.OUT_TOPIC, outTopic);
          }
          to.trace(call.trace());
        });
  }

  /**
   * An answer on its way back.
   *
   * @param node which answers
   */
  static byte[] answer(long number, long node, Answer answer) {
    return written(
        answer.action() instanceof ClientAction.Reply reply ? reply.payload().value().size() : 0,
        to -> {
          to.out.writeInt64(WireFields.NUMBER, number);
          if (node != Home.UNKNOWN) {
            to.out.writeFixed64(WireFields.NODE, node);
          }
          to.action(answer.action());
          for (var effect : answer.effects()) {
            to.effect(effect);
          }
        });
  }

  private void action(ClientAction action) throws IOException {
    if (action instanceof ClientAction.Reply reply) {
      out.writeInt32(WireFields.ACTION, WireFields.REPLY);
      message(reply.payload(), reply.metadata());
      if (reply.isInOutbox()) {
        out.writeBool(WireFields.IN_OUTBOX, true);
      }
    } else if (action instanceof ClientAction.Forward forward) {
      out.writeInt32(WireFields.ACTION, WireFields.FORWARD);
      target(forward.target());
    } else if (action instanceof ClientAction.Fail fail) {
      out.writeInt32(WireFields.ACTION, WireFields.FAIL);
      failure(fail.failure());
    } else if (action instanceof ClientAction.None) {
      out.writeInt32(WireFields.ACTION, WireFields.NONE);
    } else {
      throw new AssertionError("unhandled: " + action);
    }
  }

  private void failure(Failure failure) throws IOException {
    out.writeInt32(WireFields.FAILURE, WireFailure.numberOf(failure));
    out.writeString(WireFields.TEXT, failure.message());
    if (failure instanceof Failure.RefusedWithStatus refused) {
      out.writeInt32(WireFields.GRPC_CODE, refused.grpcCode());
    }
  }

  private void effect(SideEffect effect) throws IOException {
    out.writeByteArray(
        WireFields.EFFECT,
        written(
            effect.target().payload().value().size(),
            to -> {
              to.target(effect.target());
              if (effect.synchronous()) {
                to.out.writeBool(WireFields.SYNCHRONOUS, true);
              }
            }));
  }

  private void target(Target target) throws IOException {
    out.writeString(WireFields.SERVICE, target.service());
    out.writeString(WireFields.METHOD, target.method());
    message(target.payload(), target.metadata());
  }

  private void message(Payload payload, Metadata metadata) throws IOException {
    out.writeString(WireFields.TYPE_URL, payload.typeUrl());
    out.writeBytes(WireFields.VALUE, payload.value());
    for (var entry : metadata.entries()) {
      out.writeByteArray(WireFields.METADATA, written(0, to -> to.entry(entry)));
    }
  }

  private void trace(@Nullable TraceContext trace) throws IOException {
    if (trace != null) {
      out.writeString(WireFields.TRACEPARENT, trace.traceparent());
      if (!trace.tracestate().isEmpty()) {
        out.writeString(WireFields.TRACESTATE, trace.tracestate());
      }
    }
  }

  private void entry(Metadata.Entry entry) throws IOException {
    out.writeString(WireFields.KEY, entry.key());
    if (entry instanceof Metadata.Entry.Text text) {
      out.writeString(WireFields.TEXT, text.value());
    } else if (entry instanceof Metadata.Entry.Binary binary) {
      out.writeBytes(WireFields.VALUE, binary.value());
    } else {
      throw new AssertionError("unhandled: " + entry);
    }
  }

  private interface Body {
    void writeTo(WireWriter writer) throws IOException;
  }

  private static byte[] written(int payloadBytes, Body body) {
    var writer = new WireWriter(payloadBytes);
    try {
      body.writeTo(writer);
      writer.out.flush();
    } catch (IOException e) {
      throw new AssertionError("memory does not fail", e);
    }
    return writer.bytes.toByteArray();
  }
}
