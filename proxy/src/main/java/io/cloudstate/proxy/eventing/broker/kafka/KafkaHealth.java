package io.cloudstate.proxy.eventing.broker.kafka;

import com.google.errorprone.annotations.ThreadSafe;
import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.time.Duration;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells the log when Kafka starts to fail and when it works again: one line each, however many
 * consumers and events meet it. Answers and failures come mixed while a broker goes down, so it
 * works again only when it has not failed for a moment.
 */
@ThreadSafe
final class KafkaHealth {

  private static final Logger log = LoggerFactory.getLogger(KafkaHealth.class);
  private static final Duration CALM = Duration.ofSeconds(2);

  private final String name;
  private final LongSupplier nanoTime;
  private volatile boolean isFailing; // written under the lock

  @GuardedBy("this")
  private long lastFailureNanos;

  @GuardedBy("this")
  private @Nullable String trouble;

  /**
   * @param name what messages call it
   */
  KafkaHealth(String name, LongSupplier nanoTime) {
    this.name = name;
    this.nanoTime = nanoTime;
  }

  void answered() {
    if (isFailing) {
      calm();
    }
  }

  /**
   * Something did not work because of Kafka.
   *
   * @param what did not
   */
  synchronized void failed(String what, Throwable cause) {
    lastFailureNanos = nanoTime.getAsLong();
    trouble = name + ": " + reason(cause);
    if (isFailing) {
      log.debug("{}: {}: {}", name, what, cause.toString());
    } else {
      isFailing = true;
      log.error("{} fails, {}: {}", name, what, reason(cause));
    }
  }

  synchronized Optional<String> trouble() {
    return Optional.ofNullable(trouble);
  }

  private synchronized void calm() {
    if (isFailing && nanoTime.getAsLong() - lastFailureNanos >= CALM.toNanos()) {
      isFailing = false;
      trouble = null;
      log.info("{} works again", name);
    }
  }

  /** The innermost cause says most, if it says anything. */
  static String reason(Throwable failure) {
    var root = failure;
    for (var cause = root.getCause(); cause != null; cause = root.getCause()) {
      root = cause;
    }
    var message = root.getMessage();
    return message == null ? root.getClass().getSimpleName() : message;
  }
}
