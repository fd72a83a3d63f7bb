package io.cloudstate.proxy.entity.action;

import io.cloudstate.protocol.Action.ActionCommand;
import io.cloudstate.protocol.Action.ActionResponse;
import io.cloudstate.protocol.EntityOuterClass;
import io.cloudstate.proxy.call.Answer;
import io.cloudstate.proxy.call.Answer.ClientAction;
import io.cloudstate.proxy.call.Call;
import io.cloudstate.proxy.call.Failure;
import io.cloudstate.proxy.call.Payload;
import io.cloudstate.proxy.call.Span;
import io.cloudstate.proxy.entity.EntityMessages;
import io.grpc.Metadata;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Values to and from the messages of {@code cloudstate.action.ActionProtocol}. */
final class ActionMessages {

  /** By hand: grpc-java's own deadline costs a timer for each call, and callers cancel anyway. */
  private static final Metadata.Key<String> TIMEOUT =
      Metadata.Key.of("grpc-timeout", Metadata.ASCII_STRING_MARSHALLER);

  /** The header has room for 8 digits. */
  private static final long MAX_AMOUNT = 99_999_999;

  private ActionMessages() {}

  /** The command of a call with one request. */
  static ActionCommand command(Call call, @Nullable Span span) {
    return opening(call, span).setPayload(EntityMessages.any(call.payload())).build();
  }

  /** What is sent before, and even without, any streamed request: no payload (section 1). */
  static ActionCommand openingCommand(Call call, @Nullable Span span) {
    return opening(call, span).build();
  }

  private static ActionCommand.Builder opening(Call call, @Nullable Span span) {
    var trace = span == null ? call.trace() : span.context();
    return ActionCommand.newBuilder()
        .setServiceName(call.service())
        .setName(call.method())
        .setMetadata(
            EntityMessages.metadata(trace == null ? call.metadata() : trace.in(call.metadata())));
  }

  /** A streamed request: payload only; the metadata are empty, but set (section 2). */
  static ActionCommand further(Payload request) {
    return ActionCommand.newBuilder()
        .setPayload(EntityMessages.any(request))
        .setMetadata(EntityOuterClass.Metadata.getDefaultInstance())
        .build();
  }

  /** A streamed request that has metadata of its own. */
  static ActionCommand further(Payload request, io.cloudstate.proxy.call.Metadata metadata) {
    return ActionCommand.newBuilder()
        .setPayload(EntityMessages.any(request))
        .setMetadata(EntityMessages.metadata(metadata))
        .build();
  }

  static Answer answer(ActionResponse response) {
    return new Answer(
        clientAction(response), EntityMessages.effects(response.getSideEffectsList()));
  }

  /** Whether nothing comes of it: no client action that counts, and no side effects. */
  static boolean isEmpty(ActionResponse response) {
    return response.getSideEffectsCount() == 0
        && switch (response.getResponseCase()) {
          case REPLY -> !response.getReply().hasPayload();
          case FORWARD, FAILURE -> false;
          case RESPONSE_NOT_SET -> true;
        };
  }

  private static ClientAction clientAction(ActionResponse response) {
    return switch (response.getResponseCase()) {
      case REPLY -> EntityMessages.reply(response.getReply());
      case FORWARD -> EntityMessages.forward(response.getForward());
      case FAILURE ->
          new ClientAction.Fail(new Failure.Refused(response.getFailure().getDescription()));
      case RESPONSE_NOT_SET -> new ClientAction.None();
    };
  }

  /** What is left of the caller's time, so that the function does not work for nobody. */
  static Metadata headers(Call call, long nowNanos) {
    var headers = new Metadata();
    if (call.hasDeadline(nowNanos)) {
      headers.put(TIMEOUT, timeout(call.deadlineNanos() - nowNanos));
    }
    return headers;
  }

  /** Rounded up, lest the function gives up before the caller does. */
  static String timeout(long nanos) {
    var millis = (nanos + 999_999) / 1_000_000;
    return millis <= MAX_AMOUNT
        ? millis + "m"
        : Math.min(TimeUnit.MILLISECONDS.toSeconds(millis) + 1, MAX_AMOUNT) + "S";
  }
}
