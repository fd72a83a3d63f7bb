package io.cloudstate.tck.suite.model;

import io.cloudstate.protocol.CrdtOuterClass.CrdtDelete;
import io.cloudstate.protocol.CrdtOuterClass.CrdtDelta;
import io.cloudstate.protocol.CrdtOuterClass.CrdtInit;
import io.cloudstate.protocol.CrdtOuterClass.CrdtReply;
import io.cloudstate.protocol.CrdtOuterClass.CrdtStateAction;
import io.cloudstate.protocol.CrdtOuterClass.CrdtStreamCancelledResponse;
import io.cloudstate.protocol.CrdtOuterClass.CrdtStreamIn;
import io.cloudstate.protocol.CrdtOuterClass.CrdtStreamOut;
import io.cloudstate.protocol.CrdtOuterClass.CrdtStreamedMessage;
import io.cloudstate.protocol.CrdtOuterClass.CrdtWriteConsistency;
import io.cloudstate.protocol.EntityOuterClass.ClientAction;
import io.cloudstate.protocol.EntityOuterClass.SideEffect;
import io.cloudstate.protocol.EntityOuterClass.StreamCancelled;
import io.cloudstate.tck.driver.ClientCall;
import io.cloudstate.tck.driver.Messages;
import io.cloudstate.tck.driver.ScriptedProxy;
import io.cloudstate.tck.model.Crdt.Delete;
import io.cloudstate.tck.model.Crdt.Effect;
import io.cloudstate.tck.model.Crdt.Fail;
import io.cloudstate.tck.model.Crdt.Forward;
import io.cloudstate.tck.model.Crdt.Request;
import io.cloudstate.tck.model.Crdt.RequestAction;
import io.cloudstate.tck.model.Crdt.Response;
import io.cloudstate.tck.model.Crdt.State;
import io.cloudstate.tck.model.Crdt.StreamedRequest;
import io.cloudstate.tck.model.Crdt.Update;
import java.util.stream.Stream;

/**
 * The kit's side of one entity of the CRDT model: opens and closes its streams, numbers its
 * commands, and compares what comes back. The name of the type is the first part of the id.
 */
final class CrdtEntity {

  static final String MODEL = "cloudstate.tck.model.crdt.CrdtTckModel";
  static final String TWO = "cloudstate.tck.model.crdt.CrdtTwo";
  static final String CONFIGURED = "cloudstate.tck.model.crdt.CrdtConfigured";

  private final ScriptedProxy proxy;
  private final String id;
  private ClientCall<CrdtStreamIn, CrdtStreamOut> stream;
  private long command;

  private CrdtEntity(ScriptedProxy proxy, String type) {
    this.proxy = proxy;
    this.id = proxy.freshId(type);
    this.stream = proxy.crdt(MODEL);
  }

  /** A new entity, its first stream open; {@code init} is to follow. */
  static CrdtEntity open(ScriptedProxy proxy, String type) {
    return new CrdtEntity(proxy, type);
  }

  // --- what the proxy sends

  CrdtEntity init() {
    return send(CrdtStreamIn.newBuilder().setInit(newInit()));
  }

  CrdtEntity init(CrdtDelta value) {
    return send(CrdtStreamIn.newBuilder().setInit(newInit().setDelta(value)));
  }

  private CrdtInit.Builder newInit() {
    return CrdtInit.newBuilder().setServiceName(MODEL).setEntityId(id);
  }

  CrdtEntity delta(CrdtDelta delta) {
    return send(CrdtStreamIn.newBuilder().setDelta(delta));
  }

  /** Tells that the CRDT was deleted elsewhere. */
  CrdtEntity deleted() {
    return send(CrdtStreamIn.newBuilder().setDelete(CrdtDelete.getDefaultInstance()));
  }

  CrdtEntity process(Update... updates) {
    command++;
    return processAgain(updates);
  }

  CrdtEntity process(RequestAction action, RequestAction... more) {
    command++;
    return process(Stream.concat(Stream.of(action), Stream.of(more)));
  }

  /** A further command with the id of the last one. */
  CrdtEntity processAgain(Update... updates) {
    return process(Stream.of(updates).map(CrdtEntity::update));
  }

  private CrdtEntity process(Stream<RequestAction> actions) {
    var request = Request.newBuilder().setId(id).addAllActions(actions.toList()).build();
    return send(
        CrdtStreamIn.newBuilder().setCommand(Messages.command(id, command, "Process", request)));
  }

  CrdtEntity processStreamed(StreamedRequest.Builder request) {
    return send(
        CrdtStreamIn.newBuilder()
            .setCommand(
                Messages.command(id, ++command, "ProcessStreamed", request.setId(id).build())
                    .toBuilder()
                    .setStreamed(true)));
  }

  CrdtEntity cancel(long streamedCommand) {
    return send(
        CrdtStreamIn.newBuilder()
            .setStreamCancelled(
                StreamCancelled.newBuilder().setEntityId(id).setId(streamedCommand)));
  }

  private CrdtEntity send(CrdtStreamIn.Builder message) {
    stream.send(message.build());
    return this;
  }

  /** Half-closes, and expects the function to complete. */
  CrdtEntity close() {
    stream.complete();
    stream.expectCompletion();
    return this;
  }

  /** A new stream of the same entity, on which commands count from 1 again. */
  CrdtEntity reopen() {
    close();
    stream = proxy.crdt(MODEL);
    command = 0;
    return this;
  }

  // --- what the function sends

  /** The reply to the last command. */
  CrdtEntity expect(Answer answer) {
    return expect(answer.reply(command));
  }

  /** A further element of a streamed command. */
  CrdtEntity expectStreamed(long streamedCommand, Answer answer) {
    return expect(answer.streamedMessage(streamedCommand));
  }

  /** The last element of a streamed command. */
  CrdtEntity expectEndOfStream(long streamedCommand, Answer answer) {
    return expect(answer.endOfStream(streamedCommand));
  }

  CrdtEntity expectCancelled(long streamedCommand, CrdtDelta change) {
    var response =
        CrdtStreamCancelledResponse.newBuilder()
            .setCommandId(streamedCommand)
            .setStateAction(CrdtStateAction.newBuilder().setUpdate(change));
    return expect(CrdtStreamOut.newBuilder().setStreamCancelledResponse(response).build());
  }

  private CrdtEntity expect(CrdtStreamOut message) {
    stream.expect(message, CrdtEntity::comparable);
    return this;
  }

  /** With what means nothing in changes evened out. */
  static CrdtStreamOut comparable(CrdtStreamOut message) {
    var comparable = message.toBuilder();
    if (message.getReply().getStateAction().hasUpdate()) {
      var change = Deltas.comparable(message.getReply().getStateAction().getUpdate());
      comparable.getReplyBuilder().getStateActionBuilder().setUpdate(change);
    }
    var response = message.getStreamCancelledResponse();
    if (response.getStateAction().hasUpdate()) {
      var change = Deltas.comparable(response.getStateAction().getUpdate());
      comparable.getStreamCancelledResponseBuilder().getStateActionBuilder().setUpdate(change);
    }
    return comparable.build();
  }

  /** What a reply or a streamed message has to consist of, in the making. */
  static final class Answer {
    private final CrdtReply.Builder reply = CrdtReply.newBuilder();

    private Answer(ClientAction action) {
      reply.setClientAction(action);
    }

    private Answer() {}

    Answer updates(CrdtDelta change) {
      return updates(change, CrdtWriteConsistency.LOCAL);
    }

    Answer updates(CrdtDelta change, CrdtWriteConsistency consistency) {
      reply.setStateAction(
          CrdtStateAction.newBuilder().setUpdate(change).setWriteConsistency(consistency));
      return this;
    }

    Answer deletes() {
      reply.setStateAction(CrdtStateAction.newBuilder().setDelete(CrdtDelete.getDefaultInstance()));
      return this;
    }

    Answer effect(String id) {
      reply.addSideEffects(sideEffect(id, false));
      return this;
    }

    Answer synchronousEffect(String id) {
      reply.addSideEffects(sideEffect(id, true));
      return this;
    }

    /** The client's stream stays open. */
    Answer streamed() {
      reply.setStreamed(true);
      return this;
    }

    private CrdtStreamOut reply(long commandId) {
      if (reply.getClientAction().hasFailure()) {
        reply.getClientActionBuilder().getFailureBuilder().setCommandId(commandId);
      }
      return CrdtStreamOut.newBuilder().setReply(reply.setCommandId(commandId)).build();
    }

    private CrdtStreamOut streamedMessage(long commandId) {
      return CrdtStreamOut.newBuilder().setStreamedMessage(element(commandId)).build();
    }

    private CrdtStreamOut endOfStream(long commandId) {
      return CrdtStreamOut.newBuilder()
          .setStreamedMessage(element(commandId).setEndStream(true))
          .build();
    }

    private CrdtStreamedMessage.Builder element(long commandId) {
      return CrdtStreamedMessage.newBuilder()
          .setCommandId(commandId)
          .setClientAction(reply.getClientAction())
          .addAllSideEffects(reply.getSideEffectsList());
    }
  }

  static Answer state(State state) {
    return new Answer(Messages.replied(Response.newBuilder().setState(state).build()));
  }

  static Answer forwarded(String id) {
    return new Answer(Messages.forwarded(TWO, "Call", of(id)));
  }

  static Answer failed(String description) {
    return new Answer(Messages.failed(0, description, false));
  }

  /** Without anything for the client. */
  static Answer nothing() {
    return new Answer();
  }

  static RequestAction update(Update update) {
    return RequestAction.newBuilder().setUpdate(update).build();
  }

  static RequestAction delete() {
    return RequestAction.newBuilder().setDelete(Delete.getDefaultInstance()).build();
  }

  static RequestAction forward(String id) {
    return RequestAction.newBuilder().setForward(Forward.newBuilder().setId(id)).build();
  }

  static RequestAction fail(String description) {
    return RequestAction.newBuilder().setFail(Fail.newBuilder().setMessage(description)).build();
  }

  static RequestAction effect(String id) {
    return RequestAction.newBuilder().setEffect(Effect.newBuilder().setId(id)).build();
  }

  static RequestAction synchronousEffect(String id) {
    return RequestAction.newBuilder()
        .setEffect(Effect.newBuilder().setId(id).setSynchronous(true))
        .build();
  }

  private static SideEffect sideEffect(String id, boolean isSynchronous) {
    return Messages.effect(TWO, "Call", of(id), isSynchronous);
  }

  private static Request of(String id) {
    return Request.newBuilder().setId(id).build();
  }
}
