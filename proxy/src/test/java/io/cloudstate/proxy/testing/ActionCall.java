package io.cloudstate.proxy.testing;

import io.cloudstate.protocol.Action.ActionCommand;
import io.cloudstate.protocol.Action.ActionResponse;
import io.grpc.Context;
import io.grpc.Deadline;
import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiConsumer;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/** One call of an action, as the function sees it. */
public final class ActionCall implements StreamObserver<ActionCommand> {

  private final String rpc;
  private final ServerCallStreamObserver<ActionResponse> out;
  private final @Nullable Deadline deadline = Context.current().getDeadline();
  private final BlockingQueue<ActionCommand> received = new LinkedBlockingQueue<>();
  private final CompletableFuture<ScriptedStream.End> end = new CompletableFuture<>();
  private final AtomicInteger sent = new AtomicInteger();
  private volatile @Nullable Runnable whenReady;
  private volatile @Nullable BiConsumer<ActionCall, @Nullable ActionCommand> behaviour;

  ActionCall(String rpc, ServerCallStreamObserver<ActionResponse> out) {
    this.rpc = rpc;
    this.out = out;
    out.setOnCancelHandler(() -> end.complete(ScriptedStream.End.CANCELLED));
    out.setOnReadyHandler(this::onReady);
  }

  private void onReady() {
    var does = whenReady;
    if (does != null) {
      does.run();
    }
  }

  void onOnlyCommand(ActionCommand command) {
    onNext(command);
    onCompleted();
  }

  @Override
  public void onNext(ActionCommand command) {
    var does = behaviour;
    if (does == null) {
      received.add(command);
    } else {
      does.accept(this, command);
    }
  }

  @Override
  public void onError(Throwable cause) {
    end.complete(ScriptedStream.End.CANCELLED);
  }

  @Override
  public void onCompleted() {
    end.complete(ScriptedStream.End.HALF_CLOSED);
    var does = behaviour;
    if (does != null) {
      does.accept(this, null);
    }
  }

  /** Called for each command instead of keeping it, and with null for the end of the commands. */
  public void does(BiConsumer<ActionCall, @Nullable ActionCommand> what) {
    behaviour = what;
  }

  /** The simple name of the protocol's rpc. */
  public String rpc() {
    return rpc;
  }

  /** The next command, of which there must be one. */
  public ActionCommand next() {
    return Waiting.take(received, "command of an action");
  }

  public boolean isQuiet() {
    return received.isEmpty();
  }

  /** How long the caller still waits, as the proxy has told. */
  public @Nullable Deadline deadline() {
    return deadline;
  }

  public void send(ActionResponse response) {
    out.onNext(response);
    sent.incrementAndGet();
  }

  /** Ends the call in order. */
  public void complete() {
    out.onCompleted();
  }

  /** Answers and ends the call. */
  public void answer(ActionResponse response) {
    send(response);
    complete();
  }

  public void fail(Status status) {
    out.onError(status.asRuntimeException());
  }

  /** Sends responses 0, 1, 2 and so on, as fast as they are taken, and ends the call after them. */
  public void flood(int number, IntFunction<ActionResponse> responses) {
    whenReady = () -> floodWhileReady(number, responses);
    floodWhileReady(number, responses);
  }

  private synchronized void floodWhileReady(int number, IntFunction<ActionResponse> responses) {
    while (out.isReady() && sent.get() < number) {
      send(responses.apply(sent.get()));
      if (sent.get() == number) {
        out.onCompleted();
      }
    }
  }

  /** How many responses were sent. */
  public int sent() {
    return sent.get();
  }

  /** Takes so many commands more, where they are taken by request only. */
  public void request(int commands) {
    out.request(commands);
  }

  public boolean isCancelled() {
    return out.isCancelled();
  }

  /** How the proxy ended its side, which it has to do. */
  public ScriptedStream.End awaitEnd() {
    try {
      return end.get(Waiting.SECONDS, TimeUnit.SECONDS);
    } catch (TimeoutException e) {
      throw new AssertionError("the proxy did not end the call", e);
    } catch (InterruptedException | ExecutionException e) {
      throw new AssertionError(e);
    }
  }
}
