package io.cloudstate.bench.function;

import io.cloudstate.protocol.Action.ActionCommand;
import io.cloudstate.protocol.Action.ActionResponse;
import io.cloudstate.protocol.ActionProtocolGrpc;
import io.cloudstate.protocol.EntityOuterClass.Reply;
import io.grpc.stub.StreamObserver;

/** An action that answers each message with the same. */
final class EchoFunction extends ActionProtocolGrpc.ActionProtocolImplBase {

  @Override
  public void handleUnary(ActionCommand command, StreamObserver<ActionResponse> proxy) {
    proxy.onNext(echo(command));
    proxy.onCompleted();
  }

  @Override
  public StreamObserver<ActionCommand> handleStreamed(StreamObserver<ActionResponse> proxy) {
    return new StreamObserver<>() {
      @Override
      public void onNext(ActionCommand command) {
        if (command.hasPayload()) {
          proxy.onNext(echo(command));
        }
      }

      @Override
      public void onCompleted() {
        proxy.onCompleted();
      }

      @Override
      public void onError(Throwable cause) {
        // the proxy is gone, or has cancelled: there is nobody left to answer
      }
    };
  }

  private static ActionResponse echo(ActionCommand command) {
    return ActionResponse.newBuilder()
        .setReply(Reply.newBuilder().setPayload(command.getPayload()))
        .build();
  }
}
