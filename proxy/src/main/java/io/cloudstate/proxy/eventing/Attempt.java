package io.cloudstate.proxy.eventing;

import io.cloudstate.proxy.call.Abandonment;
import io.cloudstate.proxy.call.Call;
import io.cloudstate.proxy.call.Failure;
import io.cloudstate.proxy.call.Metadata;
import io.cloudstate.proxy.call.Outcome;
import io.cloudstate.proxy.call.Payload;
import io.cloudstate.proxy.call.StreamedCall;
import io.cloudstate.proxy.call.TraceContext;
import io.cloudstate.proxy.discovery.eventing.EventConsumer.Subscriber;
import io.cloudstate.proxy.router.Router;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One call of a method with an event, in the method's shape, to the end of all its replies
 * (spec/eventing.md 4.4). A streamed method gets the event as its one request, and is asked for a
 * reply when the one before is done with.
 */
final class Attempt implements StreamedCall.Listener<Outcome> {

  private final Subscriber method;
  private final Payload payload;
  private final Metadata metadata;
  private final @Nullable TraceContext trace;
  private final Function<Outcome.Replied, CompletionStage<Optional<Failure>>> onReply;

  private final CompletableFuture<Optional<Failure>> ended = new CompletableFuture<>();
  private final CompletableFuture<StreamedCall> stream = new CompletableFuture<>();
  private CompletionStage<Optional<Failure>> replies =
      CompletableFuture.completedFuture(Optional.empty());
  private boolean isSent;
  private volatile @Nullable Failure late;

  /**
   * @param onReply takes each reply; a failure to do so is the attempt's failure
   */
  Attempt(
      Subscriber method,
      Payload payload,
      Metadata metadata,
      @Nullable TraceContext trace,
      Function<Outcome.Replied, CompletionStage<Optional<Failure>>> onReply) {
    this.method = method;
    this.payload = payload;
    this.metadata = metadata;
    this.trace = trace;
    this.onReply = onReply;
  }

  /** Why it failed, or nothing. Never fails by itself. */
  CompletionStage<Optional<Failure>> run(Router router, Duration timeout, long nowNanos) {
    var descriptor = method.descriptor();
    var service = descriptor.getService().getFullName();
    var deadline = nowNanos + timeout.toNanos();
    // Where requests are streamed, the message alone has metadata, not the stream.
    var isStreamedIn = descriptor.isClientStreaming();
    var call =
        new Call(
            service,
            descriptor.getName(),
            isStreamedIn ? Payload.NONE : payload,
            isStreamedIn ? Metadata.EMPTY : metadata,
            deadline,
            new WhileRunning(),
            null,
            trace);
    var isLate = late(timeout);
    late = isLate;
    var unused =
        ended.completeOnTimeout(Optional.of(isLate), timeout.toNanos(), TimeUnit.NANOSECONDS);
    if (isStreamedIn || descriptor.isServerStreaming()) {
      start(router, call);
    } else {
      router.route(call, this::onOutcome);
    }
    return ended.whenComplete((failure, cause) -> withStream(StreamedCall::cancel));
  }

  private void start(Router router, Call call) {
    var started = router.stream(call, this);
    stream.complete(started);
    started.request(1);
  }

  /** Now, or as soon as there is one. */
  private void withStream(Consumer<StreamedCall> action) {
    var unused = stream.thenAccept(action);
  }

  private Failure late(Duration timeout) {
    return new Failure.TimedOut(
        "no end of [%s] within %d ms"
            .formatted(method.descriptor().getFullName(), timeout.toMillis()));
  }

  private void onOutcome(Outcome outcome) {
    if (outcome instanceof Outcome.Replied replied) {
      onReply.apply(replied).whenComplete(this::end);
    } else if (outcome instanceof Outcome.Failed failed) {
      end(Optional.of(failed.failure()), null);
    } else if (outcome instanceof Outcome.Completed) {
      end(Optional.empty(), null);
    } else {
      throw new AssertionError("unhandled: " + outcome);
    }
  }

  private void end(Optional<Failure> failure, @Nullable Throwable bug) {
    if (bug == null) {
      ended.complete(failure);
    } else {
      ended.completeExceptionally(bug);
    }
  }

  // --- a streamed method

  @Override
  public void onRequested(int requests) {
    if (!isSent) {
      isSent = true;
      withStream(
          started -> {
            started.send(payload, metadata);
            started.halfClose();
          });
    }
  }

  @Override
  public void onNext(Outcome outcome) {
    if (outcome instanceof Outcome.Replied replied) {
      replies =
          replies.thenCompose(before -> before.isPresent() ? done(before) : onReply.apply(replied));
      replies.whenComplete(
          (failure, bug) -> {
            if (bug != null || failure.isPresent()) {
              end(failure == null ? Optional.empty() : failure, bug);
            } else {
              withStream(started -> started.request(1));
            }
          });
    } else if (outcome instanceof Outcome.Failed failed) {
      end(Optional.of(failed.failure()), null);
    } else if (!(outcome instanceof Outcome.Completed)) {
      throw new AssertionError("unhandled: " + outcome);
    }
  }

  private static CompletionStage<Optional<Failure>> done(Optional<Failure> failure) {
    return CompletableFuture.completedFuture(failure);
  }

  @Override
  public void onCompleted() {
    replies.whenComplete(this::end);
  }

  @Override
  public void onFailed(Failure failure) {
    end(Optional.of(failure), null);
  }

  /**
   * Nobody waits any more when the attempt has ended; whoever still works on it is told if late.
   */
  private final class WhileRunning implements Abandonment {

    @Override
    public boolean getAsBoolean() {
      return ended.isDone();
    }

    @Override
    public void whenAbandoned(Runnable action) {
      var unused =
          ended.thenAccept(
              failure -> {
                if (failure.isPresent() && failure.get() == late) {
                  action.run();
                }
              });
    }
  }
}
