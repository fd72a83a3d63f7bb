package io.cloudstate.tck.suite.model;

import static io.cloudstate.tck.suite.model.CrdtEntity.delete;
import static io.cloudstate.tck.suite.model.CrdtEntity.open;
import static io.cloudstate.tck.suite.model.CrdtEntity.state;
import static io.cloudstate.tck.suite.model.Deltas.changed;
import static io.cloudstate.tck.suite.model.Deltas.incremented;
import static io.cloudstate.tck.suite.model.States.gcounter;
import static io.cloudstate.tck.suite.model.States.pncounter;
import static io.cloudstate.tck.suite.model.Updates.change;
import static io.cloudstate.tck.suite.model.Updates.increment;

import io.cloudstate.tck.driver.ScriptedProxy;
import io.cloudstate.tck.rule.Group;

/** GCounter and PNCounter (spec: crdt.md section 13.1, M-GC and M-PN). */
final class CrdtCounterRules {

  private static final String GCOUNTER = "GCounter";
  private static final String PNCOUNTER = "PNCounter";

  static Group<ScriptedProxy> addTo(Group<ScriptedProxy> group) {
    return pncounters(gcounters(group));
  }

  private static Group<ScriptedProxy> gcounters(Group<ScriptedProxy> group) {
    return group
        .rule(
            "cm-gc1",
            "A GCounter starts at 0, and reading it changes nothing",
            proxy -> open(proxy, GCOUNTER).init().process().expect(state(gcounter(0))).close())
        .rule(
            "cm-gc2",
            "The increments of one command on a GCounter are told as their sum",
            proxy ->
                open(proxy, GCOUNTER)
                    .init()
                    .process(increment(42))
                    .expect(state(gcounter(42)).updates(incremented(42)))
                    .process(increment(1), increment(2), increment(3))
                    .expect(state(gcounter(48)).updates(incremented(6)))
                    .close())
        .rule(
            "cm-gc3",
            "The delta of init is the value a GCounter starts with",
            proxy ->
                open(proxy, GCOUNTER)
                    .init(incremented(42))
                    .process(increment(123))
                    .expect(state(gcounter(165)).updates(incremented(123)))
                    .close())
        .rule(
            "cm-gc4",
            "A delta may give a GCounter its first value after init",
            proxy ->
                open(proxy, GCOUNTER)
                    .init()
                    .delta(incremented(42))
                    .process(increment(123))
                    .expect(state(gcounter(165)).updates(incremented(123)))
                    .close())
        .rule(
            "cm-gc5",
            "Deltas between commands are added to a GCounter and never told back",
            CrdtCounterRules::gcounterMixed)
        .rule(
            "cm-gc6",
            "A GCounter that was unloaded goes on from the delta of init",
            CrdtCounterRules::gcounterReloaded)
        .rule(
            "cm-gc7",
            "A command that deletes a GCounter is answered by its last value and a delete",
            proxy ->
                open(proxy, GCOUNTER)
                    .init()
                    .process(increment(42))
                    .expect(state(gcounter(42)).updates(incremented(42)))
                    .process(delete())
                    .expect(state(gcounter(42)).deletes())
                    .close())
        .rule(
            "cm-gc8",
            "When a GCounter is deleted elsewhere the function says nothing and completes",
            proxy -> open(proxy, GCOUNTER).init().deleted().close());
  }

  private static void gcounterMixed(ScriptedProxy proxy) {
    open(proxy, GCOUNTER)
        .init()
        .process(increment(1))
        .expect(state(gcounter(1)).updates(incremented(1)))
        .delta(incremented(2))
        .delta(incremented(3))
        .process()
        .expect(state(gcounter(6)))
        .process(increment(4))
        .expect(state(gcounter(10)).updates(incremented(4)))
        .delta(incremented(5))
        .process(increment(6))
        .expect(state(gcounter(21)).updates(incremented(6)))
        .close();
  }

  private static void gcounterReloaded(ScriptedProxy proxy) {
    open(proxy, GCOUNTER)
        .init()
        .process(increment(1))
        .expect(state(gcounter(1)).updates(incremented(1)))
        .delta(incremented(2))
        .process()
        .expect(state(gcounter(3)))
        .process(increment(3))
        .expect(state(gcounter(6)).updates(incremented(3)))
        .reopen()
        .init(incremented(6))
        .process()
        .expect(state(gcounter(6)))
        .delta(incremented(4))
        .process(increment(5))
        .expect(state(gcounter(15)).updates(incremented(5)))
        .close();
  }

  private static Group<ScriptedProxy> pncounters(Group<ScriptedProxy> group) {
    return group
        .rule(
            "cm-pn1",
            "A PNCounter starts at 0, and reading it changes nothing",
            proxy -> open(proxy, PNCOUNTER).init().process().expect(state(pncounter(0))).close())
        .rule(
            "cm-pn2",
            "The changes of one command on a PNCounter, up and down, are told as their sum",
            proxy ->
                open(proxy, PNCOUNTER)
                    .init()
                    .process(change(1), change(-2), change(3))
                    .expect(state(pncounter(2)).updates(changed(2)))
                    .process(change(-4), change(5), change(-6))
                    .expect(state(pncounter(-3)).updates(changed(-5)))
                    .close())
        .rule(
            "cm-pn3",
            "The delta of init is the value a PNCounter starts with",
            proxy ->
                open(proxy, PNCOUNTER)
                    .init(changed(42))
                    .process(change(-123))
                    .expect(state(pncounter(-81)).updates(changed(-123)))
                    .close())
        .rule(
            "cm-pn4",
            "A delta may give a PNCounter its first value after init",
            proxy ->
                open(proxy, PNCOUNTER)
                    .init()
                    .delta(changed(-42))
                    .process(change(123))
                    .expect(state(pncounter(81)).updates(changed(123)))
                    .close())
        .rule(
            "cm-pn5",
            "Deltas between commands are added to a PNCounter and never told back",
            CrdtCounterRules::pncounterMixed)
        .rule(
            "cm-pn6",
            "A PNCounter that was unloaded goes on from the delta of init",
            CrdtCounterRules::pncounterReloaded)
        .rule(
            "cm-pn7",
            "A command that deletes a PNCounter is answered by its last value and a delete",
            proxy ->
                open(proxy, PNCOUNTER)
                    .init()
                    .process(change(42))
                    .expect(state(pncounter(42)).updates(changed(42)))
                    .process(delete())
                    .expect(state(pncounter(42)).deletes())
                    .close())
        .rule(
            "cm-pn8",
            "When a PNCounter is deleted elsewhere the function says nothing and completes",
            proxy -> open(proxy, PNCOUNTER).init().deleted().close());
  }

  private static void pncounterMixed(ScriptedProxy proxy) {
    open(proxy, PNCOUNTER)
        .init()
        .process(change(1))
        .expect(state(pncounter(1)).updates(changed(1)))
        .delta(changed(-2))
        .delta(changed(3))
        .process()
        .expect(state(pncounter(2)))
        .process(change(-4))
        .expect(state(pncounter(-2)).updates(changed(-4)))
        .delta(changed(5))
        .process(change(-6))
        .expect(state(pncounter(-3)).updates(changed(-6)))
        .close();
  }

  private static void pncounterReloaded(ScriptedProxy proxy) {
    open(proxy, PNCOUNTER)
        .init()
        .process(change(1))
        .expect(state(pncounter(1)).updates(changed(1)))
        .delta(changed(-2))
        .process()
        .expect(state(pncounter(-1)))
        .process(change(3))
        .expect(state(pncounter(2)).updates(changed(3)))
        .reopen()
        .init(changed(2))
        .process()
        .expect(state(pncounter(2)))
        .delta(changed(-4))
        .process(change(5))
        .expect(state(pncounter(3)).updates(changed(5)))
        .close();
  }

  private CrdtCounterRules() {}
}
