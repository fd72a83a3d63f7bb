package io.cloudstate.tck.suite.model;

import io.cloudstate.tck.model.Crdt.FlagUpdate;
import io.cloudstate.tck.model.Crdt.GCounterUpdate;
import io.cloudstate.tck.model.Crdt.GSetUpdate;
import io.cloudstate.tck.model.Crdt.LWWRegisterClock;
import io.cloudstate.tck.model.Crdt.LWWRegisterClockType;
import io.cloudstate.tck.model.Crdt.LWWRegisterUpdate;
import io.cloudstate.tck.model.Crdt.ORMapEntryUpdate;
import io.cloudstate.tck.model.Crdt.ORMapUpdate;
import io.cloudstate.tck.model.Crdt.ORSetUpdate;
import io.cloudstate.tck.model.Crdt.PNCounterUpdate;
import io.cloudstate.tck.model.Crdt.Update;
import io.cloudstate.tck.model.Crdt.VoteUpdate;

/** What commands of the CRDT model ask for: changes of the function's copy. */
final class Updates {

  static Update increment(long amount) {
    return Update.newBuilder()
        .setGcounter(GCounterUpdate.newBuilder().setIncrement(amount))
        .build();
  }

  static Update change(long amount) {
    return Update.newBuilder().setPncounter(PNCounterUpdate.newBuilder().setChange(amount)).build();
  }

  /** In a GSet. */
  static Update put(String element) {
    return Update.newBuilder().setGset(GSetUpdate.newBuilder().setAdd(element)).build();
  }

  /** In an ORSet. */
  static Update add(String element) {
    return orset(ORSetUpdate.newBuilder().setAdd(element));
  }

  static Update remove(String element) {
    return orset(ORSetUpdate.newBuilder().setRemove(element));
  }

  static Update clear() {
    return orset(ORSetUpdate.newBuilder().setClear(true));
  }

  static Update set(String value) {
    return register(LWWRegisterUpdate.newBuilder().setValue(value));
  }

  static Update set(String value, LWWRegisterClockType clock, long customValue) {
    return register(
        LWWRegisterUpdate.newBuilder()
            .setValue(value)
            .setClock(
                LWWRegisterClock.newBuilder()
                    .setClockType(clock)
                    .setCustomClockValue(customValue)));
  }

  static Update enable() {
    return Update.newBuilder().setFlag(FlagUpdate.getDefaultInstance()).build();
  }

  static Update addEntry(String key) {
    return ormap(ORMapUpdate.newBuilder().setAdd(key));
  }

  static Update updateEntry(String key, Update update) {
    return ormap(
        ORMapUpdate.newBuilder()
            .setUpdate(ORMapEntryUpdate.newBuilder().setKey(key).setUpdate(update)));
  }

  static Update removeEntry(String key) {
    return ormap(ORMapUpdate.newBuilder().setRemove(key));
  }

  static Update clearEntries() {
    return ormap(ORMapUpdate.newBuilder().setClear(true));
  }

  static Update vote(boolean self) {
    return Update.newBuilder().setVote(VoteUpdate.newBuilder().setSelfVote(self)).build();
  }

  private static Update orset(ORSetUpdate.Builder update) {
    return Update.newBuilder().setOrset(update).build();
  }

  private static Update register(LWWRegisterUpdate.Builder update) {
    return Update.newBuilder().setLwwregister(update).build();
  }

  private static Update ormap(ORMapUpdate.Builder update) {
    return Update.newBuilder().setOrmap(update).build();
  }

  private Updates() {}
}
