package io.cloudstate.bench.load;

import io.grpc.Status;
import java.io.PrintStream;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicLong;

/** Everything that went wrong, counted by its text. Thread-safe. */
final class Errors {

  private static final int MAX_TEXTS = 20;

  private final ConcurrentMap<String, AtomicLong> countByText = new ConcurrentHashMap<>();
  private final AtomicLong count = new AtomicLong();

  void add(String phase, Status status) {
    add(phase + ": " + status.getCode() + ": " + status.getDescription(), 1);
  }

  void add(String text, long times) {
    count.addAndGet(times);
    var known = countByText.containsKey(text) || countByText.size() < MAX_TEXTS;
    countByText.computeIfAbsent(known ? text : "others", key -> new AtomicLong()).addAndGet(times);
  }

  long count() {
    return count.get();
  }

  void print(PrintStream out) {
    countByText.forEach((text, times) -> out.println("error: " + times + " x " + text));
  }
}
