package io.cloudstate.tck.suite.model;

import static io.cloudstate.tck.suite.model.CrdtEntity.delete;
import static io.cloudstate.tck.suite.model.CrdtEntity.open;
import static io.cloudstate.tck.suite.model.CrdtEntity.state;
import static io.cloudstate.tck.suite.model.CrdtEntity.update;
import static io.cloudstate.tck.suite.model.Deltas.added;
import static io.cloudstate.tck.suite.model.Deltas.changed;
import static io.cloudstate.tck.suite.model.Deltas.entries;
import static io.cloudstate.tck.suite.model.Deltas.flagged;
import static io.cloudstate.tck.suite.model.Deltas.incremented;
import static io.cloudstate.tck.suite.model.Deltas.written;
import static io.cloudstate.tck.suite.model.States.entry;
import static io.cloudstate.tck.suite.model.States.flag;
import static io.cloudstate.tck.suite.model.States.gcounter;
import static io.cloudstate.tck.suite.model.States.gset;
import static io.cloudstate.tck.suite.model.States.map;
import static io.cloudstate.tck.suite.model.States.orset;
import static io.cloudstate.tck.suite.model.States.pncounter;
import static io.cloudstate.tck.suite.model.States.register;
import static io.cloudstate.tck.suite.model.Updates.add;
import static io.cloudstate.tck.suite.model.Updates.addEntry;
import static io.cloudstate.tck.suite.model.Updates.change;
import static io.cloudstate.tck.suite.model.Updates.clearEntries;
import static io.cloudstate.tck.suite.model.Updates.enable;
import static io.cloudstate.tck.suite.model.Updates.increment;
import static io.cloudstate.tck.suite.model.Updates.put;
import static io.cloudstate.tck.suite.model.Updates.remove;
import static io.cloudstate.tck.suite.model.Updates.removeEntry;
import static io.cloudstate.tck.suite.model.Updates.set;
import static io.cloudstate.tck.suite.model.Updates.updateEntry;

import io.cloudstate.tck.driver.ScriptedProxy;
import io.cloudstate.tck.rule.Group;

/** ORMap (spec: crdt.md section 13.1, M-OM). The name of an entry's type starts its key. */
final class CrdtMapRules {

  private static final String ORMAP = "ORMap";

  static Group<ScriptedProxy> addTo(Group<ScriptedProxy> group) {
    return group
        .rule(
            "cm-om1",
            "An ORMap starts empty, and reading it changes nothing",
            proxy -> open(proxy, ORMAP).init().process().expect(state(map())).close())
        .rule(
            "cm-om2",
            "What one command does to an ORMap is told as a whole: new entries as added with their"
                + " value, older ones as updated with their change, keys as removed, and a clear",
            CrdtMapRules::changes)
        .rule(
            "cm-om3",
            "The delta of init is the value an ORMap starts with",
            CrdtMapRules::initialDelta)
        .rule(
            "cm-om4",
            "A delta may give an ORMap its first value after init",
            CrdtMapRules::lateDelta)
        .rule(
            "cm-om5",
            "Deltas between commands clear an ORMap first, then remove, update and add entries,"
                + " nested ones too, and are never told back",
            CrdtMapRules::mixed)
        .rule(
            "cm-om6",
            "An ORMap that was unloaded goes on from the delta of init",
            CrdtMapRules::reloaded)
        .rule(
            "cm-om7",
            "A command that changes and deletes an ORMap is answered by its last value and by a"
                + " delete alone",
            CrdtMapRules::functionDeletes)
        .rule(
            "cm-om8",
            "When an ORMap is deleted elsewhere the function says nothing and completes",
            proxy -> open(proxy, ORMAP).init().deleted().close());
  }

  private static void changes(ScriptedProxy proxy) {
    open(proxy, ORMAP)
        .init()
        .process(addEntry("PNCounter-1"), addEntry("ORSet-1"))
        .expect(
            state(map(entry("ORSet-1", orset()), entry("PNCounter-1", pncounter(0))))
                .updates(
                    entries().added("ORSet-1", added()).added("PNCounter-1", changed(0)).delta()))
        .process(addEntry("ORSet-1"), updateEntry("LWWRegister-1", set("zero")))
        .expect(
            state(
                    map(
                        entry("LWWRegister-1", register("zero")),
                        entry("ORSet-1", orset()),
                        entry("PNCounter-1", pncounter(0))))
                .updates(entries().added("LWWRegister-1", written("zero")).delta()))
        .process(updateEntry("PNCounter-1", change(42)), updateEntry("LWWRegister-1", set("one")))
        .expect(
            state(
                    map(
                        entry("LWWRegister-1", register("one")),
                        entry("ORSet-1", orset()),
                        entry("PNCounter-1", pncounter(42))))
                .updates(
                    entries()
                        .updated("LWWRegister-1", written("one"))
                        .updated("PNCounter-1", changed(42))
                        .delta()))
        .process(
            updateEntry("ORSet-1", add("a")),
            updateEntry("ORSet-1", add("b")),
            updateEntry("ORSet-1", add("c")))
        .expect(
            state(
                    map(
                        entry("LWWRegister-1", register("one")),
                        entry("ORSet-1", orset("a", "b", "c")),
                        entry("PNCounter-1", pncounter(42))))
                .updates(entries().updated("ORSet-1", added("a", "b", "c")).delta()))
        .process(
            updateEntry("ORSet-1", remove("b")),
            updateEntry("ORSet-1", add("d")),
            updateEntry("PNCounter-1", change(-123)),
            updateEntry("LWWRegister-1", set("two")))
        .expect(
            state(
                    map(
                        entry("LWWRegister-1", register("two")),
                        entry("ORSet-1", orset("a", "c", "d")),
                        entry("PNCounter-1", pncounter(-81))))
                .updates(
                    entries()
                        .updated("LWWRegister-1", written("two"))
                        .updated("ORSet-1", Deltas.set().removed("b").added("d").delta())
                        .updated("PNCounter-1", changed(-123))
                        .delta()))
        .process(removeEntry("ORSet-1"))
        .expect(
            state(
                    map(
                        entry("LWWRegister-1", register("two")),
                        entry("PNCounter-1", pncounter(-81))))
                .updates(entries().removed("ORSet-1").delta()))
        .process(removeEntry("LWWRegister-1"), updateEntry("Flag-1", enable()))
        .expect(
            state(map(entry("Flag-1", flag(true)), entry("PNCounter-1", pncounter(-81))))
                .updates(entries().removed("LWWRegister-1").added("Flag-1", flagged(true)).delta()))
        .process(clearEntries())
        .expect(state(map()).updates(entries().cleared().delta()))
        .process(addEntry("PNCounter-2"), clearEntries(), updateEntry("GCounter-1", increment(123)))
        .expect(
            state(map(entry("GCounter-1", gcounter(123))))
                .updates(entries().cleared().added("GCounter-1", incremented(123)).delta()))
        .close();
  }

  private static void initialDelta(ScriptedProxy proxy) {
    open(proxy, ORMAP)
        .init(
            entries()
                .added("PNCounter-1", changed(123))
                .added("LWWRegister-1", written("one"))
                .added("GSet-1", Deltas.put("a", "b", "c"))
                .delta())
        .process()
        .expect(
            state(
                map(
                    entry("GSet-1", gset("a", "b", "c")),
                    entry("LWWRegister-1", register("one")),
                    entry("PNCounter-1", pncounter(123)))))
        .process(removeEntry("LWWRegister-1"), updateEntry("PNCounter-1", change(-42)))
        .expect(
            state(map(entry("GSet-1", gset("a", "b", "c")), entry("PNCounter-1", pncounter(81))))
                .updates(
                    entries()
                        .removed("LWWRegister-1")
                        .updated("PNCounter-1", changed(-42))
                        .delta()))
        .close();
  }

  private static void lateDelta(ScriptedProxy proxy) {
    open(proxy, ORMAP)
        .init()
        .delta(
            entries()
                .added("GCounter-1", incremented(42))
                .added("ORSet-1", added("a", "b", "c"))
                .added("Flag-1", flagged(false))
                .delta())
        .process()
        .expect(
            state(
                map(
                    entry("Flag-1", flag(false)),
                    entry("GCounter-1", gcounter(42)),
                    entry("ORSet-1", orset("a", "b", "c")))))
        .close();
  }

  private static void mixed(ScriptedProxy proxy) {
    var entity =
        open(proxy, ORMAP)
            .init()
            .process(addEntry("PNCounter-1"))
            .expect(
                state(map(entry("PNCounter-1", pncounter(0))))
                    .updates(entries().added("PNCounter-1", changed(0)).delta()))
            .delta(entries().added("ORSet-1", added("x")).delta())
            .delta(
                entries()
                    .added("LWWRegister-1", written("one"))
                    .updated("ORSet-1", added("y", "z"))
                    .delta())
            .process(addEntry("ORSet-2"), updateEntry("LWWRegister-2", set("two")))
            .expect(
                state(
                        map(
                            entry("LWWRegister-1", register("one")),
                            entry("LWWRegister-2", register("two")),
                            entry("ORSet-1", orset("x", "y", "z")),
                            entry("ORSet-2", orset()),
                            entry("PNCounter-1", pncounter(0))))
                    .updates(
                        entries()
                            .added("LWWRegister-2", written("two"))
                            .added("ORSet-2", added())
                            .delta()))
            .process(
                updateEntry("PNCounter-1", change(42)), updateEntry("LWWRegister-1", set("ONE")))
            .expect(
                state(
                        map(
                            entry("LWWRegister-1", register("ONE")),
                            entry("LWWRegister-2", register("two")),
                            entry("ORSet-1", orset("x", "y", "z")),
                            entry("ORSet-2", orset()),
                            entry("PNCounter-1", pncounter(42))))
                    .updates(
                        entries()
                            .updated("LWWRegister-1", written("ONE"))
                            .updated("PNCounter-1", changed(42))
                            .delta()));
    mixedNested(entity);
    mixedReplaced(entity);
    entity.close();
  }

  /** A map in the map. */
  private static void mixedNested(CrdtEntity entity) {
    entity
        .delta(
            entries()
                .removed("LWWRegister-2")
                .added("ORMap-1", entries().added("PNCounter-1", changed(123)).delta())
                .delta())
        .delta(
            entries()
                .removed("ORSet-1")
                .updated("ORSet-2", added("a", "b", "c"))
                .updated("ORMap-1", entries().added("LWWRegister-1", written("ABC")).delta())
                .delta())
        .process(updateEntry("ORMap-1", updateEntry("PNCounter-1", change(-456))))
        .expect(
            state(
                    map(
                        entry("LWWRegister-1", register("ONE")),
                        entry(
                            "ORMap-1",
                            map(
                                entry("LWWRegister-1", register("ABC")),
                                entry("PNCounter-1", pncounter(-333)))),
                        entry("ORSet-2", orset("a", "b", "c")),
                        entry("PNCounter-1", pncounter(42))))
                .updates(
                    entries()
                        .updated("ORMap-1", entries().updated("PNCounter-1", changed(-456)).delta())
                        .delta()));
  }

  /** Entries that take the place of others. */
  private static void mixedReplaced(CrdtEntity entity) {
    entity
        .delta(entries().cleared().added("GSet-1", Deltas.put("1", "2", "3")).delta())
        .process(
            removeEntry("PNCounter-1"),
            removeEntry("LWWRegister-1"),
            updateEntry("GSet-1", put("2")),
            updateEntry("GSet-1", put("4")),
            updateEntry("GSet-1", put("6")))
        .expect(
            state(map(entry("GSet-1", gset("1", "2", "3", "4", "6"))))
                .updates(entries().updated("GSet-1", Deltas.put("4", "6")).delta()))
        .process(clearEntries(), addEntry("GCounter-1"))
        .expect(
            state(map(entry("GCounter-1", gcounter(0))))
                .updates(entries().cleared().added("GCounter-1", incremented(0)).delta()))
        .delta(entries().removed("GSet-1").added("GCounter-1", incremented(42)).delta())
        .process(updateEntry("GCounter-1", increment(7)))
        .expect(
            state(map(entry("GCounter-1", gcounter(49))))
                .updates(entries().updated("GCounter-1", incremented(7)).delta()));
  }

  private static void reloaded(ScriptedProxy proxy) {
    open(proxy, ORMAP)
        .init()
        .delta(entries().added("PNCounter-1", changed(123)).delta())
        .process(updateEntry("PNCounter-1", change(321)))
        .expect(
            state(map(entry("PNCounter-1", pncounter(444))))
                .updates(entries().updated("PNCounter-1", changed(321)).delta()))
        .reopen()
        .init(entries().added("PNCounter-1", changed(444)).delta())
        .process()
        .expect(state(map(entry("PNCounter-1", pncounter(444)))))
        .delta(entries().updated("PNCounter-1", changed(-42)).delta())
        .process(updateEntry("PNCounter-1", change(-360)))
        .expect(
            state(map(entry("PNCounter-1", pncounter(42))))
                .updates(entries().updated("PNCounter-1", changed(-360)).delta()))
        .close();
  }

  private static void functionDeletes(ScriptedProxy proxy) {
    open(proxy, ORMAP)
        .init()
        .process(addEntry("Flag-1"))
        .expect(
            state(map(entry("Flag-1", flag(false))))
                .updates(entries().added("Flag-1", flagged(false)).delta()))
        .process(update(updateEntry("Flag-1", enable())), delete())
        .expect(state(map(entry("Flag-1", flag(true)))).deletes())
        .close();
  }

  private CrdtMapRules() {}
}
