package io.cloudstate.tck.driver;

import com.google.protobuf.Any;
import com.google.protobuf.Message;
import io.cloudstate.protocol.EntityOuterClass.ClientAction;
import io.cloudstate.protocol.EntityOuterClass.Command;
import io.cloudstate.protocol.EntityOuterClass.Failure;
import io.cloudstate.protocol.EntityOuterClass.Forward;
import io.cloudstate.protocol.EntityOuterClass.Reply;
import io.cloudstate.protocol.EntityOuterClass.SideEffect;

/**
 * The parts of messages that all kinds of entity have in common, as short forms for the scripts.
 */
public final class Messages {

  private Messages() {}

  public static Any any(Message message) {
    return Any.newBuilder()
        .setTypeUrl("type.googleapis.com/" + message.getDescriptorForType().getFullName())
        .setValue(message.toByteString())
        .build();
  }

  /** A command on an entity's stream: these fields and no others. */
  public static Command command(String entityId, long id, String name, Message payload) {
    return Command.newBuilder()
        .setEntityId(entityId)
        .setId(id)
        .setName(name)
        .setPayload(any(payload))
        .build();
  }

  public static ClientAction replied(Message payload) {
    return ClientAction.newBuilder().setReply(Reply.newBuilder().setPayload(any(payload))).build();
  }

  public static ClientAction forwarded(String service, String command, Message payload) {
    return ClientAction.newBuilder()
        .setForward(
            Forward.newBuilder()
                .setServiceName(service)
                .setCommandName(command)
                .setPayload(any(payload)))
        .build();
  }

  public static ClientAction failed(long commandId, String description, boolean restart) {
    return ClientAction.newBuilder()
        .setFailure(
            Failure.newBuilder()
                .setCommandId(commandId)
                .setDescription(description)
                .setRestart(restart))
        .build();
  }

  public static SideEffect effect(
      String service, String command, Message payload, boolean synchronous) {
    return SideEffect.newBuilder()
        .setServiceName(service)
        .setCommandName(command)
        .setPayload(any(payload))
        .setSynchronous(synchronous)
        .build();
  }
}
