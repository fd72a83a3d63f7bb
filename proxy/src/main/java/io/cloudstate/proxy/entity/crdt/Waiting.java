package io.cloudstate.proxy.entity.crdt;

import io.cloudstate.proxy.call.Failure;
import io.cloudstate.proxy.entity.crdt.Exchange.Phase;
import io.cloudstate.proxy.entity.crdt.Step.Fail;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** The commands that are not with the function yet, in order. Bounded. */
final class Waiting {

  private final Deque<Exchange> queue = new ArrayDeque<>(2);
  private final String entityId;
  private final int max;
  private final LongSupplier nanoTime;

  Waiting(String entityId, int max, LongSupplier nanoTime) {
    this.entityId = entityId;
    this.max = max;
    this.nanoTime = nanoTime;
  }

  boolean isEmpty() {
    return queue.isEmpty();
  }

  int size() {
    return queue.size();
  }

  boolean isFull() {
    return queue.size() >= max;
  }

  /** False if too many wait already. */
  boolean add(Exchange command) {
    if (isFull()) {
      return false;
    }
    command.sinceNanos = nanoTime.getAsLong();
    return queue.add(command);
  }

  /** The first command whose caller still waits; those before it are answered. */
  @Nullable Exchange next(List<Step> steps) {
    var next = queue.poll();
    while (next != null && isAbandoned(next)) {
      abandon(steps, next);
      next = queue.poll();
    }
    return next;
  }

  void remove(Exchange command) {
    queue.remove(command);
  }

  /** How long the first one has waited. */
  long waitedNanos() {
    var first = queue.peek();
    return first == null ? 0 : nanoTime.getAsLong() - first.sinceNanos;
  }

  void failAbandoned(List<Step> steps) {
    queue.removeIf(
        waiting -> {
          if (isAbandoned(waiting)) {
            abandon(steps, waiting);
            return true;
          }
          return false;
        });
  }

  void failAll(List<Step> steps, Failure failure) {
    for (var waiting : queue) {
      waiting.phase = Phase.DONE;
      steps.add(new Fail(waiting, failure));
    }
    queue.clear();
  }

  Failure full() {
    return new Failure.Overloaded(
        "%d commands wait for entity %s already (expected: at most %d)"
            .formatted(queue.size(), entityId, max));
  }

  private static void abandon(List<Step> steps, Exchange exchange) {
    exchange.phase = Phase.DONE;
    steps.add(new Fail(exchange, Violation.WAITED_TOO_LONG));
  }

  private boolean isAbandoned(Exchange exchange) {
    var call = exchange.call;
    return call.isAbandoned().getAsBoolean() || call.deadlineNanos() - nanoTime.getAsLong() <= 0;
  }
}
