package io.cloudstate.proxy.entity.crdt;

import io.cloudstate.protocol.CrdtOuterClass.CrdtDelta;
import io.cloudstate.proxy.entity.crdt.data.Applied;
import io.cloudstate.proxy.entity.crdt.data.Crdt;
import io.cloudstate.proxy.entity.crdt.data.Difference;
import io.cloudstate.proxy.entity.crdt.data.View;
import io.cloudstate.proxy.storage.replicator.Read;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * What the function holds in memory, as far as the proxy knows: the shadow of section 4, and what
 * the function was told of the cluster's members, on which the count of votes depends.
 */
final class FunctionsCopy {

  private final View alone;
  private final LongSupplier nowMillis;
  private View view; // today's
  private View seen; // as the function was last told; only votes depend on it
  private Optional<Crdt> value = Optional.empty();

  /**
   * The copy of a function that holds nothing.
   *
   * @param nowMillis the wall clock, for registers
   */
  FunctionsCopy(View view, LongSupplier nowMillis) {
    this.alone = new View(view.own(), Set.of(view.own()));
    this.nowMillis = nowMillis;
    this.view = view;
    this.seen = alone;
  }

  void lookFrom(View today) {
    view = today;
  }

  /** The function is told the value, if there is one. A vote that it makes itself has one voter. */
  @Nullable CrdtDelta load(Read<Crdt> stored) {
    forget();
    if (stored instanceof Read.Found<Crdt> found) {
      hold(found.value());
      return found.value().initialDelta(view);
    }
    return null;
  }

  /** The function has changed its copy; nothing is changed if it could not have. */
  Applied apply(CrdtDelta delta) {
    var applied = Crdt.hold(value, delta, view.own(), nowMillis.getAsLong());
    if (applied instanceof Applied.Changed changed) {
      value = Optional.of(changed.value());
      if (addsVote(delta)) {
        seen = alone; // of votes that it knew already it is told once too often, which is harmless
      }
    }
    return applied;
  }

  /**
   * What the function has to be told to hold what the store does; it is told if there is a delta.
   */
  Difference follow(Read<Crdt> stored) {
    if (stored instanceof Read.Found<Crdt> found) {
      var difference =
          value
              .map(held -> found.value().differenceFrom(held, seen, view))
              .orElseGet(() -> new Difference.Delta(found.value().initialDelta(view)));
      hold(found.value());
      return difference;
    }
    return new Difference.None();
  }

  void forget() {
    value = Optional.empty();
    seen = alone;
  }

  private void hold(Crdt told) {
    value = Optional.of(told);
    seen = view;
  }

  private static boolean addsVote(CrdtDelta delta) {
    return delta.hasOrmap()
        && (delta.getOrmap().getAddedList().stream()
                .anyMatch(entry -> entry.getDelta().hasVote() || addsVote(entry.getDelta()))
            || delta.getOrmap().getUpdatedList().stream()
                .anyMatch(entry -> addsVote(entry.getDelta())));
  }
}
