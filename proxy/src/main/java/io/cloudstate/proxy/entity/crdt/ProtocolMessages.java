package io.cloudstate.proxy.entity.crdt;

import io.cloudstate.protocol.CrdtOuterClass.CrdtDelete;
import io.cloudstate.protocol.CrdtOuterClass.CrdtDelta;
import io.cloudstate.protocol.CrdtOuterClass.CrdtInit;
import io.cloudstate.protocol.CrdtOuterClass.CrdtReply;
import io.cloudstate.protocol.CrdtOuterClass.CrdtStreamCancelledResponse;
import io.cloudstate.protocol.CrdtOuterClass.CrdtStreamIn;
import io.cloudstate.protocol.CrdtOuterClass.CrdtStreamedMessage;
import io.cloudstate.protocol.EntityOuterClass.ClientAction;
import io.cloudstate.protocol.EntityOuterClass.Command;
import io.cloudstate.protocol.EntityOuterClass.StreamCancelled;
import io.cloudstate.proxy.call.Answer;
import io.cloudstate.proxy.call.Call;
import io.cloudstate.proxy.call.Metadata;
import io.cloudstate.proxy.entity.EntityMessages;
import org.jspecify.annotations.Nullable;

/** Values to and from the messages of {@code cloudstate.crdt.Crdt}. */
final class ProtocolMessages {

  private static final CrdtStreamIn DELETE =
      CrdtStreamIn.newBuilder().setDelete(CrdtDelete.getDefaultInstance()).build();

  private ProtocolMessages() {}

  /** Section 1.2: the delta is unset when there is no value yet. */
  static CrdtStreamIn init(String serviceName, String entityId, @Nullable CrdtDelta value) {
    var init = CrdtInit.newBuilder().setServiceName(serviceName).setEntityId(entityId);
    if (value != null) {
      init.setDelta(value);
    }
    return CrdtStreamIn.newBuilder().setInit(init).build();
  }

  static CrdtStreamIn delta(CrdtDelta delta) {
    return CrdtStreamIn.newBuilder().setDelta(delta).build();
  }

  static CrdtStreamIn delete() {
    return DELETE;
  }

  static CrdtStreamIn command(String entityId, long id, Call call, boolean isStreamed) {
    var command = EntityMessages.command(entityId, id, call);
    return CrdtStreamIn.newBuilder().setCommand(isStreamed ? streamed(command) : command).build();
  }

  static CrdtStreamIn with(Metadata metadata, CrdtStreamIn command) {
    return CrdtStreamIn.newBuilder()
        .setCommand(EntityMessages.with(metadata, command.getCommand()))
        .build();
  }

  static CrdtStreamIn streamCancelled(String entityId, long id) {
    return CrdtStreamIn.newBuilder()
        .setStreamCancelled(StreamCancelled.newBuilder().setEntityId(entityId).setId(id))
        .build();
  }

  static Answer answer(CrdtReply reply) {
    return EntityMessages.answer(reply.getClientAction(), reply.getSideEffectsList());
  }

  static Answer answer(CrdtStreamedMessage message) {
    return EntityMessages.answer(message.getClientAction(), message.getSideEffectsList());
  }

  /** Side effects only: nobody is there to be answered. */
  static Answer answer(CrdtStreamCancelledResponse response) {
    return EntityMessages.answer(ClientAction.getDefaultInstance(), response.getSideEffectsList());
  }

  private static Command streamed(Command command) {
    return command.toBuilder().setStreamed(true).build();
  }
}
