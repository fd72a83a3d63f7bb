package io.cloudstate.proxy.testing;

import io.cloudstate.protocol.EntityOuterClass.Command;
import io.cloudstate.protocol.EventSourcedOuterClass.EventSourcedStreamIn;
import io.cloudstate.protocol.EventSourcedOuterClass.EventSourcedStreamOut;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** One stream that the proxy has opened for an event sourced entity, as the function sees it. */
public final class EntityStream implements StreamObserver<EventSourcedStreamIn> {

  /** How the proxy ended its side. */
  public enum End {
    HALF_CLOSED,
    CANCELLED
  }

  private final ServerCallStreamObserver<EventSourcedStreamOut> out;
  private final BlockingQueue<EventSourcedStreamIn> received = new LinkedBlockingQueue<>();
  private final CompletableFuture<End> end = new CompletableFuture<>();

  EntityStream(ServerCallStreamObserver<EventSourcedStreamOut> out) {
    this.out = out;
    out.setOnCancelHandler(() -> end.complete(End.CANCELLED));
  }

  @Override
  public void onNext(EventSourcedStreamIn message) {
    received.add(message);
  }

  @Override
  public void onError(Throwable cause) {
    end.complete(End.CANCELLED);
  }

  @Override
  public void onCompleted() {
    end.complete(End.HALF_CLOSED);
  }

  /** The next message from the proxy, of which there must be one. */
  public EventSourcedStreamIn next() {
    return Waiting.take(received, "message on an entity stream");
  }

  /** The next message, which has to be a command. */
  public Command nextCommand() {
    var message = next();
    if (!message.hasCommand()) {
      throw new AssertionError("not a command: " + message);
    }
    return message.getCommand();
  }

  /** Whether nothing has been received that was not taken. */
  public boolean isQuiet() {
    return received.isEmpty();
  }

  /** How the proxy ended its side, which it has to do. */
  public End awaitEnd() {
    try {
      return end.get(Waiting.SECONDS, TimeUnit.SECONDS);
    } catch (TimeoutException e) {
      throw new AssertionError("the proxy did not end the stream", e);
    } catch (InterruptedException | ExecutionException e) {
      throw new AssertionError(e);
    }
  }

  public boolean isEnded() {
    return end.isDone();
  }

  public void send(EventSourcedStreamOut message) {
    out.onNext(message);
  }

  /** Ends the function's side in order. */
  public void complete() {
    out.onCompleted();
  }

  /** Ends the function's side with an error. */
  public void fail(RuntimeException cause) {
    out.onError(cause);
  }

  /** Takes messages from the proxy only as they are asked for, from now on. */
  public void request(int messages) {
    out.request(messages);
  }
}
