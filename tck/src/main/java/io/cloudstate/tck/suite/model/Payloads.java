package io.cloudstate.tck.suite.model;

import com.google.protobuf.Any;
import com.google.protobuf.Message;
import io.cloudstate.protocol.EntityOuterClass.ClientAction;
import io.cloudstate.protocol.EntityOuterClass.Command;
import io.cloudstate.protocol.EntityOuterClass.Failure;
import io.cloudstate.protocol.EntityOuterClass.Forward;
import io.cloudstate.protocol.EntityOuterClass.Reply;
import io.cloudstate.protocol.EntityOuterClass.SideEffect;

/** The parts of messages that all kinds have in common. */
final class Payloads {

  static Any any(Message message) {
    return Any.newBuilder()
        .setTypeUrl("type.googleapis.com/" + message.getDescriptorForType().getFullName())
        .setValue(message.toByteString())
        .build();
  }

  static Command.Builder command(String entityId, long id, String name, Message request) {
    return Command.newBuilder()
        .setEntityId(entityId)
        .setId(id)
        .setName(name)
        .setPayload(any(request));
  }

  static ClientAction reply(Message response) {
    return ClientAction.newBuilder().setReply(Reply.newBuilder().setPayload(any(response))).build();
  }

  static ClientAction forward(String service, Message request) {
    return ClientAction.newBuilder()
        .setForward(
            Forward.newBuilder()
                .setServiceName(service)
                .setCommandName("Call")
                .setPayload(any(request)))
        .build();
  }

  static ClientAction failure(long commandId, String description, boolean restart) {
    return ClientAction.newBuilder()
        .setFailure(
            Failure.newBuilder()
                .setCommandId(commandId)
                .setDescription(description)
                .setRestart(restart))
        .build();
  }

  static SideEffect effect(String service, Message request, boolean isSynchronous) {
    return SideEffect.newBuilder()
        .setServiceName(service)
        .setCommandName("Call")
        .setPayload(any(request))
        .setSynchronous(isSynchronous)
        .build();
  }

  private Payloads() {}
}
