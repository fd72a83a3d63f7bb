package io.cloudstate.proxy.cluster;

import akka.Done;
import com.google.errorprone.annotations.ThreadSafe;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;

/** How this node is asked to leave, and those who asked learn that it has. */
@ThreadSafe
public final class Drain {

  /** For answers to get from the actor system to the network before it ends. */
  private static final Duration LAST_ANSWERS = Duration.ofMillis(500);

  private final Runnable leave;
  private final CompletableFuture<Done> left = new CompletableFuture<>();
  private volatile boolean isRequested;

  /**
   * @param leave starts the orderly end of this node; does nothing if it has started
   */
  public Drain(Runnable leave) {
    this.leave = leave;
  }

  /** Makes this node leave. Ends when its entities are elsewhere and it is no member any more. */
  CompletionStage<Done> request() {
    isRequested = true;
    leave.run();
    return left;
  }

  /** This node has left. Ends when whoever asked for it has been told. */
  public CompletionStage<Done> left() {
    left.complete(Done.getInstance());
    return isRequested
        ? new CompletableFuture<Done>()
            .completeOnTimeout(Done.getInstance(), LAST_ANSWERS.toMillis(), TimeUnit.MILLISECONDS)
        : left;
  }
}
