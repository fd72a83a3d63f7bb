package io.cloudstate.proxy.entity.crdt.data;

import com.google.protobuf.ByteString;
import io.cloudstate.protocol.CrdtOuterClass.CrdtDelta;
import io.cloudstate.protocol.CrdtOuterClass.LWWRegisterDelta;
import io.cloudstate.proxy.call.Payload;
import io.cloudstate.proxy.entity.EntityMessages;
import io.cloudstate.proxy.entity.crdt.data.Edit.Edited;
import io.cloudstate.proxy.entity.crdt.data.Slots.Slot;
import org.jspecify.annotations.Nullable;

/**
 * A value with the time of its writing. Several writes are here only while they are concurrent: the
 * next one that wins takes the place of all it knows.
 */
record LWWRegister(Dots presence, Slots<Write> writes) implements Value {

  static final LWWRegister ZERO = new LWWRegister(Dots.NONE, Slots.none());

  private static final Payload NOTHING = new Payload("", ByteString.EMPTY);

  record Write(Payload value, long timestamp) {}

  @Override
  public CrdtType type() {
    return CrdtType.LWWREGISTER;
  }

  @Override
  public LWWRegister withPresence(Dots newPresence) {
    return new LWWRegister(newPresence, writes);
  }

  @Override
  public boolean hasContent() {
    return !writes.isEmpty();
  }

  private @Nullable Slot<Write> winner() {
    Slot<Write> winner = null;
    for (var write : writes.all()) {
      if (winner == null || beats(write, winner)) {
        winner = write;
      }
    }
    return winner;
  }

  /** The later one wins, then the node with the smaller address, then its newest. */
  private static boolean beats(Slot<Write> one, Slot<Write> other) {
    if (one.content().timestamp != other.content().timestamp) {
      return one.content().timestamp > other.content().timestamp;
    }
    var byNode = one.dot().node().compareTo(other.dot().node());
    return byNode != 0 ? byNode < 0 : one.dot().seq() > other.dot().seq();
  }

  private Payload value() {
    var winner = winner();
    return winner == null ? NOTHING : winner.content().value;
  }

  @Override
  public LWWRegister join(Join join, Value that) {
    var other = (LWWRegister) that;
    return new LWWRegister(join.dots(presence, other.presence), join.slots(writes, other.writes));
  }

  @Override
  public Edited<LWWRegister> edit(Edit edit, CrdtDelta delta) {
    var wanted = delta.getLwwregister();
    var before = winner();
    var write =
        new Write(
            EntityMessages.payload(wanted.getValue()),
            edit.timestamp(
                wanted.getClock(),
                wanted.getCustomClockValue(),
                before == null,
                before == null ? 0 : before.content().timestamp));
    if (before != null && edit.target() == Edit.Target.STORE && !wins(write, edit, before)) {
      return new Edited<>(this, ZERO);
    }
    edit.drop(writes.dots());
    var slots = Slots.of(edit.mint(), write);
    return new Edited<>(new LWWRegister(presence, slots), new LWWRegister(Dots.NONE, slots));
  }

  private static boolean wins(Write write, Edit edit, Slot<Write> before) {
    return beats(new Slot<>(new Dot(edit.own(), Long.MAX_VALUE), write), before);
  }

  @Override
  public void gatherDots(Context.Builder dots) {
    dots.add(presence);
    dots.add(writes.dots());
  }

  @Override
  public LWWRegister prune(Pruning pruning) {
    var pruned = writes;
    for (var write : writes.all()) {
      if (write.dot().node().equals(pruning.removed())) {
        pruned = pruned.plus(pruning.mint(), write.content());
      }
    }
    return new LWWRegister(presence.prune(pruning), pruned.withoutThoseOf(pruning.removed()));
  }

  @Override
  public CrdtDelta initialDelta(View view) {
    return CrdtDelta.newBuilder()
        .setLwwregister(LWWRegisterDelta.newBuilder().setValue(EntityMessages.any(value())))
        .build();
  }

  @Override
  public Difference differenceFrom(Value previous, View seen, View view) {
    return value().equals(((LWWRegister) previous).value())
        ? new Difference.None()
        : new Difference.Delta(initialDelta(view));
  }

  @Override
  public String shown() {
    return "LWWRegister(%s)".formatted(value());
  }
}
