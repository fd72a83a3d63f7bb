package io.cloudstate.proxy.entity.crdt;

import com.google.protobuf.Any;
import com.google.protobuf.ByteString;
import io.cloudstate.protocol.CrdtOuterClass.CrdtDelete;
import io.cloudstate.protocol.CrdtOuterClass.CrdtDelta;
import io.cloudstate.protocol.CrdtOuterClass.CrdtReply;
import io.cloudstate.protocol.CrdtOuterClass.CrdtStateAction;
import io.cloudstate.protocol.CrdtOuterClass.CrdtStreamCancelledResponse;
import io.cloudstate.protocol.CrdtOuterClass.CrdtStreamOut;
import io.cloudstate.protocol.CrdtOuterClass.CrdtStreamedMessage;
import io.cloudstate.protocol.CrdtOuterClass.GCounterDelta;
import io.cloudstate.protocol.CrdtOuterClass.PNCounterDelta;
import io.cloudstate.protocol.CrdtOuterClass.VoteDelta;
import io.cloudstate.protocol.EntityOuterClass;
import io.cloudstate.protocol.EntityOuterClass.ClientAction;
import io.cloudstate.protocol.EntityOuterClass.SideEffect;
import io.cloudstate.proxy.call.Answer;
import io.cloudstate.proxy.call.Metadata;
import io.cloudstate.proxy.call.Payload;
import java.util.List;

/** What a function says on a CRDT's stream, for tests. */
final class CrdtMessages {

  private CrdtMessages() {}

  static CrdtReply.Builder reply(long id, String text) {
    return CrdtReply.newBuilder().setCommandId(id).setClientAction(action(text));
  }

  static CrdtReply.Builder emptyReply(long id) {
    return CrdtReply.newBuilder().setCommandId(id);
  }

  static CrdtReply.Builder failedReply(long id, String text) {
    return CrdtReply.newBuilder()
        .setCommandId(id)
        .setClientAction(
            ClientAction.newBuilder()
                .setFailure(
                    EntityOuterClass.Failure.newBuilder().setCommandId(id).setDescription(text)));
  }

  static CrdtStreamOut out(CrdtReply.Builder reply) {
    return CrdtStreamOut.newBuilder().setReply(reply).build();
  }

  static CrdtStreamOut out(CrdtStreamedMessage.Builder message) {
    return CrdtStreamOut.newBuilder().setStreamedMessage(message).build();
  }

  static CrdtStreamOut out(CrdtStreamCancelledResponse.Builder response) {
    return CrdtStreamOut.newBuilder().setStreamCancelledResponse(response).build();
  }

  static CrdtStreamOut failure(long id, String text) {
    return CrdtStreamOut.newBuilder()
        .setFailure(EntityOuterClass.Failure.newBuilder().setCommandId(id).setDescription(text))
        .build();
  }

  static CrdtStreamOut restart(long id, String text) {
    var failure =
        EntityOuterClass.Failure.newBuilder()
            .setCommandId(id)
            .setDescription(text)
            .setRestart(true);
    return CrdtStreamOut.newBuilder().setFailure(failure).build();
  }

  static CrdtStreamedMessage.Builder streamed(long id, String text) {
    return CrdtStreamedMessage.newBuilder().setCommandId(id).setClientAction(action(text));
  }

  static CrdtStreamedMessage.Builder streamedNothing(long id) {
    return CrdtStreamedMessage.newBuilder().setCommandId(id);
  }

  static CrdtStreamedMessage.Builder streamedFailure(long id, String text) {
    return CrdtStreamedMessage.newBuilder()
        .setCommandId(id)
        .setClientAction(
            ClientAction.newBuilder()
                .setFailure(EntityOuterClass.Failure.newBuilder().setDescription(text)));
  }

  static CrdtStreamCancelledResponse.Builder cancelled(long id) {
    return CrdtStreamCancelledResponse.newBuilder().setCommandId(id);
  }

  static CrdtStateAction.Builder update(CrdtDelta delta) {
    return CrdtStateAction.newBuilder().setUpdate(delta);
  }

  static CrdtStateAction.Builder delete() {
    return CrdtStateAction.newBuilder().setDelete(CrdtDelete.getDefaultInstance());
  }

  static CrdtDelta plus(long increment) {
    return CrdtDelta.newBuilder()
        .setGcounter(GCounterDelta.newBuilder().setIncrement(increment))
        .build();
  }

  static CrdtDelta change(long change) {
    return CrdtDelta.newBuilder()
        .setPncounter(PNCounterDelta.newBuilder().setChange(change))
        .build();
  }

  static CrdtDelta vote(boolean self) {
    return CrdtDelta.newBuilder().setVote(VoteDelta.newBuilder().setSelfVote(self)).build();
  }

  static CrdtDelta vote(boolean self, int votesFor, int voters) {
    return CrdtDelta.newBuilder()
        .setVote(
            VoteDelta.newBuilder().setSelfVote(self).setVotesFor(votesFor).setTotalVoters(voters))
        .build();
  }

  static SideEffect effect(String service) {
    return SideEffect.newBuilder().setServiceName(service).setCommandName("Call").build();
  }

  /** What {@link #reply} and {@link #streamed} become. */
  static Answer answer(String text) {
    return new Answer(new Answer.ClientAction.Reply(payload(text), Metadata.EMPTY), List.of());
  }

  static Answer nothing() {
    return new Answer(new Answer.ClientAction.None(), List.of());
  }

  static Payload payload(String text) {
    return new Payload("text", ByteString.copyFromUtf8(text));
  }

  private static ClientAction action(String text) {
    var payload = Any.newBuilder().setTypeUrl("text").setValue(ByteString.copyFromUtf8(text));
    return ClientAction.newBuilder()
        .setReply(EntityOuterClass.Reply.newBuilder().setPayload(payload))
        .build();
  }
}
