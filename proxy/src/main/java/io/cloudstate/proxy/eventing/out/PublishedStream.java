package io.cloudstate.proxy.eventing.out;

import io.cloudstate.proxy.call.Failure;
import io.cloudstate.proxy.call.Outcome;
import io.cloudstate.proxy.call.StreamedCall;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The replies of a streamed call on their way to its caller, each published before it is released:
 * up to four at a time, in order. How many wait is bounded by what the caller has requested. A
 * reply that is not published ends the call.
 */
final class PublishedStream implements StreamedCall.Listener<Outcome> {

  private static final int MAX_PUBLISHING = 4;

  private final StreamedCall.Listener<Outcome> caller;
  private final Function<Outcome, CompletionStage<Outcome>> publish;
  private final Queue<Outcome> arrived = new ConcurrentLinkedQueue<>();
  private final AtomicInteger rounds = new AtomicInteger();

  private volatile boolean hasCompleted;
  private volatile @Nullable Failure failure;
  private volatile boolean isEnded; // for the caller
  private volatile @Nullable StreamedCall source;

  // Of the one thread that makes a round.
  private final ArrayDeque<CompletableFuture<Outcome>> publishing = new ArrayDeque<>();

  /**
   * @param publish publishes an outcome and completes with what the caller gets
   */
  PublishedStream(
      StreamedCall.Listener<Outcome> caller, Function<Outcome, CompletionStage<Outcome>> publish) {
    this.caller = caller;
    this.publish = publish;
  }

  /** Where the replies come from; is cancelled when one of them is not published. */
  void comesFrom(StreamedCall stream) {
    source = stream;
    if (isEnded) {
      stream.cancel();
    }
  }

  @Override
  public void onRequested(int requests) {
    caller.onRequested(requests);
  }

  @Override
  public void onNext(Outcome outcome) {
    arrived.add(outcome);
    goOn();
  }

  @Override
  public void onCompleted() {
    hasCompleted = true;
    goOn();
  }

  @Override
  public void onFailed(Failure cause) {
    failure = cause;
    hasCompleted = true;
    goOn();
  }

  /** One thread at a time; what comes meanwhile makes another round. */
  private void goOn() {
    if (rounds.getAndIncrement() > 0) {
      return;
    }
    do {
      var wasLast = hasCompleted; // before looking at what has arrived
      release();
      publishMore();
      release();
      endIfDone(wasLast);
    } while (rounds.decrementAndGet() > 0);
  }

  private void publishMore() {
    while (!isEnded && publishing.size() < MAX_PUBLISHING && !arrived.isEmpty()) {
      var published = publish.apply(arrived.remove()).toCompletableFuture();
      publishing.add(published);
      if (!published.isDone()) {
        var unused = published.whenComplete((outcome, cause) -> goOn());
      }
    }
  }

  private void release() {
    var head = publishing.peek();
    while (!isEnded && head != null && head.isDone()) {
      publishing.remove();
      release(head.getNow(new Outcome.Completed())); // it is there
      head = publishing.peek();
    }
  }

  private void release(Outcome outcome) {
    if (outcome instanceof Outcome.Failed failed) {
      isEnded = true;
      var from = source;
      if (from != null) {
        from.cancel();
      }
      caller.onFailed(failed.failure());
    } else {
      caller.onNext(outcome);
    }
  }

  private void endIfDone(boolean wasLast) {
    if (!wasLast || isEnded || !publishing.isEmpty() || !arrived.isEmpty()) {
      return;
    }
    isEnded = true;
    var cause = failure;
    if (cause == null) {
      caller.onCompleted();
    } else {
      caller.onFailed(cause);
    }
  }
}
