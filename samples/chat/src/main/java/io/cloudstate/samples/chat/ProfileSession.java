package io.cloudstate.samples.chat;

import com.example.chat.Name;
import com.example.chat.SetNameRequest;
import com.google.protobuf.Any;
import com.google.protobuf.Empty;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import io.cloudstate.protocol.EntityOuterClass.ClientAction;
import io.cloudstate.protocol.EntityOuterClass.Command;
import io.cloudstate.protocol.EntityOuterClass.Failure;
import io.cloudstate.protocol.EntityOuterClass.Reply;
import io.cloudstate.protocol.ValueEntityOuterClass.ValueEntityAction;
import io.cloudstate.protocol.ValueEntityOuterClass.ValueEntityDelete;
import io.cloudstate.protocol.ValueEntityOuterClass.ValueEntityInit;
import io.cloudstate.protocol.ValueEntityOuterClass.ValueEntityReply;
import io.cloudstate.protocol.ValueEntityOuterClass.ValueEntityStreamIn;
import io.cloudstate.protocol.ValueEntityOuterClass.ValueEntityStreamOut;
import io.cloudstate.protocol.ValueEntityOuterClass.ValueEntityUpdate;
import java.util.Optional;

/**
 * One stream's conversation about one user's profile. The proxy hands over what is stored once, in
 * {@code init}; from then on this copy is the current one, and each reply says what to store
 * instead. Plain messages in, plain messages out; not thread-safe.
 */
final class ProfileSession {

  private boolean initialized;
  private String userId = "";
  private Optional<Name> name = Optional.empty();

  /**
   * Takes the proxy's next message. Only commands are answered, each exactly once. An answer that
   * is a stream-level failure is the last one: the proxy broke the protocol, or what it has stored
   * is not ours.
   */
  Optional<ValueEntityStreamOut> onMessage(ValueEntityStreamIn message) {
    return switch (message.getMessageCase()) {
      case INIT -> onInit(message.getInit());
      case COMMAND -> Optional.of(onCommand(message.getCommand()));
      case MESSAGE_NOT_SET ->
          Optional.of(streamFailure(0, "empty message (expected: init or command)"));
    };
  }

  private Optional<ValueEntityStreamOut> onInit(ValueEntityInit init) {
    if (initialized) {
      return Optional.of(streamFailure(0, "second init for " + init.getEntityId()));
    }
    if (init.getState().hasValue()) {
      var stored = init.getState().getValue();
      try {
        name = Optional.of(stored.unpack(Name.class));
      } catch (InvalidProtocolBufferException e) {
        return Optional.of(
            streamFailure(
                0, "state of type " + stored.getTypeUrl() + " is not readable: " + e.getMessage()));
      }
    }
    userId = init.getEntityId();
    initialized = true;
    return Optional.empty();
  }

  private ValueEntityStreamOut onCommand(Command command) {
    if (!initialized) {
      return streamFailure(command.getId(), "command " + command.getId() + " before init");
    }
    if (!command.getEntityId().equals(userId)) {
      return streamFailure(
          command.getId(), "command for " + command.getEntityId() + " (expected: " + userId + ")");
    }
    var reply = decide(command).setCommandId(command.getId());
    return ValueEntityStreamOut.newBuilder().setReply(reply).build();
  }

  private ValueEntityReply.Builder decide(Command command) {
    return switch (command.getName()) {
      case "SetName" -> setName(command);
      case "GetName" -> getName(command);
      case "Forget" -> forget();
      default ->
          refuse(
              command,
              "Unknown command "
                  + command.getName()
                  + ": a profile knows SetName, GetName, Forget");
    };
  }

  private ValueEntityReply.Builder setName(Command command) {
    var payload = command.getPayload();
    SetNameRequest request;
    try {
      request = payload.unpack(SetNameRequest.class);
    } catch (InvalidProtocolBufferException e) {
      return refuse(command, "Cannot read SetName from " + payload.getTypeUrl());
    }
    if (request.getName().isBlank()) {
      return refuse(command, "Cannot name " + userId + ": the name is empty");
    }
    var named = Name.newBuilder().setName(request.getName()).build();
    name = Optional.of(named);
    return answer(Empty.getDefaultInstance())
        .setStateAction(
            ValueEntityAction.newBuilder()
                .setUpdate(ValueEntityUpdate.newBuilder().setValue(Any.pack(named))));
  }

  private ValueEntityReply.Builder getName(Command command) {
    return name.map(ProfileSession::answer)
        .orElseGet(() -> refuse(command, "Nobody has given " + userId + " a name"));
  }

  /** The next SetName finds a profile as if there had never been one. */
  private ValueEntityReply.Builder forget() {
    var reply = answer(Empty.getDefaultInstance());
    if (name.isPresent()) {
      name = Optional.empty();
      reply.setStateAction(
          ValueEntityAction.newBuilder().setDelete(ValueEntityDelete.getDefaultInstance()));
    }
    return reply;
  }

  private static ValueEntityReply.Builder answer(Message reply) {
    return ValueEntityReply.newBuilder()
        .setClientAction(
            ClientAction.newBuilder().setReply(Reply.newBuilder().setPayload(Any.pack(reply))));
  }

  private static ValueEntityReply.Builder refuse(Command command, String reason) {
    return ValueEntityReply.newBuilder()
        .setClientAction(
            ClientAction.newBuilder()
                .setFailure(
                    Failure.newBuilder().setCommandId(command.getId()).setDescription(reason)));
  }

  private static ValueEntityStreamOut streamFailure(long commandId, String description) {
    return ValueEntityStreamOut.newBuilder()
        .setFailure(Failure.newBuilder().setCommandId(commandId).setDescription(description))
        .build();
  }
}
