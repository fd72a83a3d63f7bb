package io.cloudstate.bench.function;

import io.cloudstate.bench.wire.CounterMessages;
import io.cloudstate.protocol.Action.ActionCommand;
import io.cloudstate.protocol.Action.ActionResponse;
import io.cloudstate.protocol.ActionProtocolGrpc;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.io.IOException;

/** An action that is called with the counter's events, and is done with each at once. */
final class ConsumerFunction extends ActionProtocolGrpc.ActionProtocolImplBase {

  private final EventLedger ledger;

  ConsumerFunction(EventLedger ledger) {
    this.ledger = ledger;
  }

  @Override
  public void handleUnary(ActionCommand command, StreamObserver<ActionResponse> proxy) {
    try {
      var payload = command.getPayload().getValue().newCodedInput();
      ledger.handle(CounterMessages.readEmitted(payload));
      proxy.onNext(ActionResponse.getDefaultInstance());
      proxy.onCompleted();
    } catch (IOException e) {
      proxy.onError(Status.INTERNAL.withDescription(e.getMessage()).asRuntimeException());
    }
  }
}
