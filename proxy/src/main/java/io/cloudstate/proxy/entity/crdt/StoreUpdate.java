package io.cloudstate.proxy.entity.crdt;

import io.cloudstate.protocol.CrdtOuterClass.CrdtDelta;
import io.cloudstate.proxy.entity.crdt.data.Applied;
import io.cloudstate.proxy.entity.crdt.data.Crdt;
import io.cloudstate.proxy.storage.replicator.Node;
import io.cloudstate.proxy.storage.replicator.Update;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A function's delta, to be applied to what the store holds; remembers what came of it. */
final class StoreUpdate implements Function<Optional<Crdt>, Update<Crdt>> {

  private final Applied.Changed held;
  private final CrdtDelta delta;
  private final Node own;
  private final long nowMillis;
  private volatile @Nullable Crdt after;

  /**
   * A change that has not been made yet.
   *
   * @param held what the delta made of the function's copy
   * @param nowMillis the wall clock, for registers
   */
  StoreUpdate(Applied.Changed held, CrdtDelta delta, Node own, long nowMillis) {
    this.held = held;
    this.delta = delta;
    this.own = own;
    this.nowMillis = nowMillis;
  }

  @Override
  public Update<Crdt> apply(Optional<Crdt> before) {
    var applied = Crdt.write(before, held, delta, own, nowMillis);
    if (applied instanceof Applied.Illegal illegal) {
      return new Update.Refused<>(illegal.reason());
    } else if (applied instanceof Applied.Changed changed) {
      after = changed.value();
      return new Update.Changed<>(changed.value(), changed.change());
    }
    throw new AssertionError("unhandled: " + applied);
  }

  /** Whether the store holds what was made of the function's copy, and nothing else. */
  boolean isAsHeld() {
    return after == held.value();
  }

  /** The value right after the change, if it was made. */
  @Nullable Crdt after() {
    return after;
  }
}
