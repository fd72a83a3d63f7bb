package io.cloudstate.proxy.testing;

import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * One stream that the proxy has opened, as the function sees it.
 *
 * @param <I> what the proxy sends
 * @param <O> what the function sends
 */
public class ScriptedStream<I, O> implements StreamObserver<I> {

  /** How the proxy ended its side. */
  public enum End {
    HALF_CLOSED,
    CANCELLED
  }

  private final ServerCallStreamObserver<O> out;
  private final BlockingQueue<I> received = new LinkedBlockingQueue<>();
  private final CompletableFuture<End> end = new CompletableFuture<>();

  ScriptedStream(ServerCallStreamObserver<O> out) {
    this.out = out;
    out.setOnCancelHandler(() -> end.complete(End.CANCELLED));
  }

  @Override
  public void onNext(I message) {
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
  public I next() {
    return Waiting.take(received, "message on an entity stream");
  }

  /** The next message if it comes soon. */
  public @Nullable I poll(long millis) {
    try {
      return received.poll(millis, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
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

  public void send(O message) {
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
