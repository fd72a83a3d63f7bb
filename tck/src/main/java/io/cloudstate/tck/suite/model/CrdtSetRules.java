package io.cloudstate.tck.suite.model;

import static io.cloudstate.tck.suite.model.CrdtEntity.delete;
import static io.cloudstate.tck.suite.model.CrdtEntity.open;
import static io.cloudstate.tck.suite.model.CrdtEntity.state;
import static io.cloudstate.tck.suite.model.Deltas.added;
import static io.cloudstate.tck.suite.model.Deltas.removed;
import static io.cloudstate.tck.suite.model.Deltas.set;
import static io.cloudstate.tck.suite.model.States.gset;
import static io.cloudstate.tck.suite.model.States.orset;
import static io.cloudstate.tck.suite.model.Updates.add;
import static io.cloudstate.tck.suite.model.Updates.clear;
import static io.cloudstate.tck.suite.model.Updates.put;
import static io.cloudstate.tck.suite.model.Updates.remove;

import io.cloudstate.tck.driver.ScriptedProxy;
import io.cloudstate.tck.rule.Group;

/** GSet and ORSet (spec: crdt.md section 13.1, M-GS and M-OS). */
final class CrdtSetRules {

  private static final String GSET = "GSet";
  private static final String ORSET = "ORSet";

  static Group<ScriptedProxy> addTo(Group<ScriptedProxy> group) {
    return orsets(gsets(group));
  }

  private static Group<ScriptedProxy> gsets(Group<ScriptedProxy> group) {
    return group
        .rule(
            "cm-gs1",
            "A GSet starts empty, and reading it changes nothing",
            proxy -> open(proxy, GSET).init().process().expect(state(gset())).close())
        .rule(
            "cm-gs2",
            "Only elements that a GSet did not have are told, and nothing if there is none",
            proxy ->
                open(proxy, GSET)
                    .init()
                    .process(put("a"), put("b"))
                    .expect(state(gset("a", "b")).updates(Deltas.put("a", "b")))
                    .process(put("b"), put("c"))
                    .expect(state(gset("a", "b", "c")).updates(Deltas.put("c")))
                    .process(put("c"), put("a"))
                    .expect(state(gset("a", "b", "c")))
                    .close())
        .rule(
            "cm-gs3",
            "The delta of init is the value a GSet starts with",
            proxy ->
                open(proxy, GSET)
                    .init(Deltas.put("a", "b", "c"))
                    .process(put("c"), put("d"), put("e"))
                    .expect(state(gset("a", "b", "c", "d", "e")).updates(Deltas.put("d", "e")))
                    .close())
        .rule(
            "cm-gs4",
            "A delta may give a GSet its first value after init",
            proxy ->
                open(proxy, GSET)
                    .init()
                    .delta(Deltas.put("x", "y"))
                    .process(put("z"))
                    .expect(state(gset("x", "y", "z")).updates(Deltas.put("z")))
                    .close())
        .rule(
            "cm-gs5",
            "Elements of deltas between commands are in a GSet and never told back",
            CrdtSetRules::gsetMixed)
        .rule(
            "cm-gs6",
            "A GSet that was unloaded goes on from the delta of init",
            CrdtSetRules::gsetReloaded)
        .rule(
            "cm-gs7",
            "A command that deletes a GSet is answered by its last value and a delete",
            proxy ->
                open(proxy, GSET)
                    .init()
                    .process(put("x"))
                    .expect(state(gset("x")).updates(Deltas.put("x")))
                    .process(delete())
                    .expect(state(gset("x")).deletes())
                    .close())
        .rule(
            "cm-gs8",
            "When a GSet is deleted elsewhere the function says nothing and completes",
            proxy -> open(proxy, GSET).init().deleted().close());
  }

  private static void gsetMixed(ScriptedProxy proxy) {
    open(proxy, GSET)
        .init()
        .process(put("a"))
        .expect(state(gset("a")).updates(Deltas.put("a")))
        .delta(Deltas.put("a"))
        .delta(Deltas.put("b"))
        .delta(Deltas.put("c"))
        .process()
        .expect(state(gset("a", "b", "c")))
        .process(put("c"), put("d"), put("e"))
        .expect(state(gset("a", "b", "c", "d", "e")).updates(Deltas.put("d", "e")))
        .delta(Deltas.put("f"))
        .process(put("g"), put("d"), put("b"))
        .expect(state(gset("a", "b", "c", "d", "e", "f", "g")).updates(Deltas.put("g")))
        .close();
  }

  private static void gsetReloaded(ScriptedProxy proxy) {
    open(proxy, GSET)
        .init()
        .process(put("a"))
        .expect(state(gset("a")).updates(Deltas.put("a")))
        .delta(Deltas.put("b"))
        .process()
        .expect(state(gset("a", "b")))
        .process(put("c"))
        .expect(state(gset("a", "b", "c")).updates(Deltas.put("c")))
        .reopen()
        .init(Deltas.put("a", "b", "c"))
        .process()
        .expect(state(gset("a", "b", "c")))
        .delta(Deltas.put("d"))
        .process(put("e"))
        .expect(state(gset("a", "b", "c", "d", "e")).updates(Deltas.put("e")))
        .close();
  }

  private static Group<ScriptedProxy> orsets(Group<ScriptedProxy> group) {
    return group
        .rule(
            "cm-os1",
            "An ORSet starts empty, and reading it changes nothing",
            proxy -> open(proxy, ORSET).init().process().expect(state(orset())).close())
        .rule(
            "cm-os2",
            "What one command does to an ORSet is told as a whole: what comes and goes is not told,"
                + " and what comes before a clear neither",
            CrdtSetRules::orsetChanges)
        .rule(
            "cm-os3",
            "The delta of init is the value an ORSet starts with",
            proxy ->
                open(proxy, ORSET)
                    .init(added("a", "b", "c"))
                    .process(remove("c"), add("d"))
                    .expect(
                        state(orset("a", "b", "d")).updates(set().removed("c").added("d").delta()))
                    .close())
        .rule(
            "cm-os4",
            "A delta may give an ORSet its first value after init",
            proxy ->
                open(proxy, ORSET)
                    .init()
                    .delta(added("x", "y"))
                    .process(remove("x"), add("z"))
                    .expect(state(orset("y", "z")).updates(set().removed("x").added("z").delta()))
                    .close())
        .rule(
            "cm-os5",
            "Deltas between commands clear an ORSet first, then remove, then add, and are never"
                + " told back",
            CrdtSetRules::orsetMixed)
        .rule(
            "cm-os6",
            "An ORSet that was unloaded goes on from the delta of init",
            CrdtSetRules::orsetReloaded)
        .rule(
            "cm-os7",
            "A command that deletes an ORSet is answered by its last value and a delete",
            proxy ->
                open(proxy, ORSET)
                    .init()
                    .process(add("x"))
                    .expect(state(orset("x")).updates(added("x")))
                    .process(delete())
                    .expect(state(orset("x")).deletes())
                    .close())
        .rule(
            "cm-os8",
            "When an ORSet is deleted elsewhere the function says nothing and completes",
            proxy -> open(proxy, ORSET).init().deleted().close());
  }

  private static void orsetChanges(ScriptedProxy proxy) {
    open(proxy, ORSET)
        .init()
        .process(add("a"), add("b"))
        .expect(state(orset("a", "b")).updates(added("a", "b")))
        .process(add("b"), add("c"))
        .expect(state(orset("a", "b", "c")).updates(added("c")))
        .process(add("c"), add("a"))
        .expect(state(orset("a", "b", "c")))
        .process(remove("b"), remove("d"))
        .expect(state(orset("a", "c")).updates(removed("b")))
        .process(remove("c"), remove("d"), add("b"), add("c"))
        .expect(state(orset("a", "b", "c")).updates(added("b")))
        .process(clear())
        .expect(state(orset()).updates(set().cleared().delta()))
        .process(add("a"), clear(), add("x"))
        .expect(state(orset("x")).updates(set().cleared().added("x").delta()))
        .close();
  }

  private static void orsetMixed(ScriptedProxy proxy) {
    open(proxy, ORSET)
        .init()
        .process(add("a"))
        .expect(state(orset("a")).updates(added("a")))
        .delta(added("a", "b"))
        .delta(added("c", "d"))
        .delta(removed("b", "d"))
        .process()
        .expect(state(orset("a", "c")))
        .process(add("c"), add("d"), add("e"))
        .expect(state(orset("a", "c", "d", "e")).updates(added("d", "e")))
        .delta(set().removed("a", "c").added("f").delta())
        .process(add("g"), remove("a"), remove("d"))
        .expect(state(orset("e", "f", "g")).updates(set().removed("d").added("g").delta()))
        .delta(set().cleared().added("x", "y", "z").delta())
        .process(add("q"), add("x"), remove("z"))
        .expect(state(orset("q", "x", "y")).updates(set().removed("z").added("q").delta()))
        .delta(set().removed("x", "y").added("r", "p").delta())
        .process(add("s"))
        .expect(state(orset("p", "q", "r", "s")).updates(added("s")))
        .delta(added("a", "b", "c"))
        .process(clear(), add("abc"))
        .expect(state(orset("abc")).updates(set().cleared().added("abc").delta()))
        .close();
  }

  private static void orsetReloaded(ScriptedProxy proxy) {
    open(proxy, ORSET)
        .init()
        .process(add("a"))
        .expect(state(orset("a")).updates(added("a")))
        .delta(set().removed("a").added("b").delta())
        .process()
        .expect(state(orset("b")))
        .process(add("c"))
        .expect(state(orset("b", "c")).updates(added("c")))
        .reopen()
        .init(added("b", "c"))
        .process()
        .expect(state(orset("b", "c")))
        .delta(set().cleared().added("p", "q").delta())
        .process(add("x"), add("y"), remove("x"))
        .expect(state(orset("p", "q", "y")).updates(added("y")))
        .close();
  }

  private CrdtSetRules() {}
}
