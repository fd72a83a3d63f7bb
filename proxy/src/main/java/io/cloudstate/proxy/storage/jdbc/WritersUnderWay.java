package io.cloudstate.proxy.storage.jdbc;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/** The transactions of this process that write events, from before their first to after the end. */
final class WritersUnderWay {

  private final AtomicLong last = new AtomicLong();
  private final Set<String> underWay = ConcurrentHashMap.newKeySet();

  String begin() {
    var writer = Long.toString(last.incrementAndGet());
    underWay.add(writer);
    return writer;
  }

  void end(String writer) {
    underWay.remove(writer);
  }

  Set<String> now() {
    return Set.copyOf(underWay);
  }
}
