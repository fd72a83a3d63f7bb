package io.cloudstate.samples.chat;

import com.example.chat.JoinRequest;
import com.example.chat.Line;
import com.example.chat.SetNameRequest;
import com.example.chat.WhoIsThereRequest;
import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import io.cloudstate.protocol.Action.ActionCommand;
import io.cloudstate.protocol.Action.ActionResponse;
import io.cloudstate.protocol.ActionProtocolGrpc;
import io.cloudstate.protocol.EntityOuterClass.Failure;
import io.cloudstate.protocol.EntityOuterClass.Forward;
import io.cloudstate.protocol.EntityOuterClass.Reply;
import io.cloudstate.protocol.EntityOuterClass.SideEffect;
import io.grpc.stub.StreamObserver;

/**
 * The methods of Chat. Every call of a client is a call of its own here, by the rpc for its shape:
 * {@code handleUnary} and {@code handleStreamed} (both ways) are those that Chat needs.
 */
final class ChatAction extends ActionProtocolGrpc.ActionProtocolImplBase {

  @Override
  public void handleUnary(ActionCommand command, StreamObserver<ActionResponse> proxy) {
    proxy.onNext(unary(command));
    proxy.onCompleted();
  }

  /**
   * The first message names the method and has no payload; each that follows is one of a client.
   */
  @Override
  public StreamObserver<ActionCommand> handleStreamed(StreamObserver<ActionResponse> proxy) {
    return new EchoStream(proxy);
  }

  private static ActionResponse unary(ActionCommand command) {
    if (!command.getName().equals("Join")) {
      return refuse("Unknown command " + command.getName() + ": a chat knows Join, Echo");
    }
    try {
      return join(command.getPayload().unpack(JoinRequest.class));
    } catch (InvalidProtocolBufferException e) {
      return refuse("Cannot read Join from " + command.getPayload().getTypeUrl());
    }
  }

  /**
   * Two more calls, which the proxy makes for us: one besides, which ends before the client hears
   * anything, and one whose reply is the client's. What becomes of the first nobody is told, so
   * what it could refuse has to be refused here.
   */
  private static ActionResponse join(JoinRequest request) {
    if (request.getRoomId().isBlank()
        || request.getUserId().isBlank()
        || request.getName().isBlank()) {
      return refuse("Cannot join: room, user and name are needed");
    }
    var setName =
        SetNameRequest.newBuilder()
            .setUserId(request.getUserId())
            .setName(request.getName())
            .build();
    var whoIsThere = WhoIsThereRequest.newBuilder().setRoomId(request.getRoomId()).build();
    return ActionResponse.newBuilder()
        .addSideEffects(
            SideEffect.newBuilder()
                .setServiceName(Main.PROFILE)
                .setCommandName("SetName")
                .setPayload(Any.pack(setName))
                .setSynchronous(true))
        .setForward(
            Forward.newBuilder()
                .setServiceName(Main.ROOM)
                .setCommandName("WhoIsThere")
                .setPayload(Any.pack(whoIsThere)))
        .build();
  }

  private static ActionResponse refuse(String reason) {
    return ActionResponse.newBuilder()
        .setFailure(Failure.newBuilder().setDescription(reason))
        .build();
  }

  /** One call of Echo. gRPC calls this from one thread a time. */
  private static final class EchoStream implements StreamObserver<ActionCommand> {

    private final StreamObserver<ActionResponse> proxy;
    private boolean opened;
    private boolean ended;

    EchoStream(StreamObserver<ActionResponse> proxy) {
      this.proxy = proxy;
    }

    @Override
    public void onNext(ActionCommand command) {
      if (ended) {
        return;
      }
      if (!opened) {
        open(command);
        return;
      }
      try {
        echo(command.getPayload().unpack(Line.class));
      } catch (InvalidProtocolBufferException e) {
        end(refuse("Cannot read a line from " + command.getPayload().getTypeUrl()));
      }
    }

    private void open(ActionCommand command) {
      opened = true;
      if (!command.getName().equals("Echo")) {
        end(refuse("Unknown command " + command.getName() + ": a chat knows Join, Echo"));
      }
    }

    private void echo(Line line) {
      var reply =
          ActionResponse.newBuilder()
              .setReply(Reply.newBuilder().setPayload(Any.pack(line)))
              .build();
      if (line.getText().equals("bye")) {
        end(reply);
      } else {
        proxy.onNext(reply);
      }
    }

    private void end(ActionResponse last) {
      proxy.onNext(last);
      onCompleted();
    }

    /** The client has said everything, or we have. */
    @Override
    public void onCompleted() {
      if (!ended) {
        ended = true;
        proxy.onCompleted();
      }
    }

    /** The client or the proxy is gone: there is nobody left to answer. */
    @Override
    public void onError(Throwable cause) {
      ended = true;
    }
  }
}
