package io.cloudstate.proxy.entity.value;

import io.cloudstate.protocol.ValueEntityOuterClass.ValueEntityInit;
import io.cloudstate.protocol.ValueEntityOuterClass.ValueEntityInitState;
import io.cloudstate.protocol.ValueEntityOuterClass.ValueEntityReply;
import io.cloudstate.protocol.ValueEntityOuterClass.ValueEntityStreamIn;
import io.cloudstate.proxy.call.Answer;
import io.cloudstate.proxy.call.Call;
import io.cloudstate.proxy.call.Metadata;
import io.cloudstate.proxy.call.Payload;
import io.cloudstate.proxy.entity.EntityMessages;
import org.jspecify.annotations.Nullable;

/** Values to and from the messages of {@code cloudstate.valueentity.ValueEntity}. */
final class ProtocolMessages {

  private ProtocolMessages() {}

  /** Section 1: the state is always there, its value only if one is stored. */
  static ValueEntityStreamIn init(String serviceName, String entityId, @Nullable Payload value) {
    var state = ValueEntityInitState.newBuilder();
    if (value != null) {
      state.setValue(EntityMessages.any(value));
    }
    return ValueEntityStreamIn.newBuilder()
        .setInit(
            ValueEntityInit.newBuilder()
                .setServiceName(serviceName)
                .setEntityId(entityId)
                .setState(state))
        .build();
  }

  static ValueEntityStreamIn command(String entityId, long id, Call call) {
    return ValueEntityStreamIn.newBuilder()
        .setCommand(EntityMessages.command(entityId, id, call))
        .build();
  }

  static ValueEntityStreamIn with(Metadata metadata, ValueEntityStreamIn command) {
    return ValueEntityStreamIn.newBuilder()
        .setCommand(EntityMessages.with(metadata, command.getCommand()))
        .build();
  }

  static Answer answer(ValueEntityReply reply) {
    return EntityMessages.answer(reply.getClientAction(), reply.getSideEffectsList());
  }
}
