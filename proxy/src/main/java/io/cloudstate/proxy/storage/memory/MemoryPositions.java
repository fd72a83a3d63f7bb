package io.cloudstate.proxy.storage.memory;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.cloudstate.proxy.storage.journal.LogPosition;
import io.cloudstate.proxy.storage.journal.LogPositions;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Positions of consumers; gone with the process, as the events are. */
public final class MemoryPositions implements LogPositions {

  @GuardedBy("this")
  private final Map<Key, Map<Slice, LogPosition>> positions = new HashMap<>();

  @Override
  public synchronized CompletionStage<LogPosition> open(Key key, Slice slice, long start) {
    var known = positions.computeIfAbsent(key, unknown -> new HashMap<>());
    var position = known.get(slice);
    if (position == null) {
      var from =
          known.values().stream()
              .map(LogPosition::watermark)
              .min(Comparator.naturalOrder())
              .orElse(start);
      position = LogPosition.at(from);
      known.clear();
      for (var number = 0; number < slice.of(); number++) {
        known.put(new Slice(number, slice.of()), position);
      }
    }
    return CompletableFuture.completedFuture(position);
  }

  @Override
  public synchronized CompletionStage<Boolean> save(Key key, Slice slice, LogPosition position) {
    var known = positions.getOrDefault(key, Map.of());
    var isThere = known.containsKey(slice);
    if (isThere) {
      known.put(slice, position);
    }
    return CompletableFuture.completedFuture(isThere);
  }
}
