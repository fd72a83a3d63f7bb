package io.cloudstate.tck.suite.model;

import static io.cloudstate.tck.suite.model.CrdtEntity.delete;
import static io.cloudstate.tck.suite.model.CrdtEntity.open;
import static io.cloudstate.tck.suite.model.CrdtEntity.state;
import static io.cloudstate.tck.suite.model.Deltas.flagged;
import static io.cloudstate.tck.suite.model.Deltas.written;
import static io.cloudstate.tck.suite.model.States.flag;
import static io.cloudstate.tck.suite.model.States.register;
import static io.cloudstate.tck.suite.model.Updates.enable;
import static io.cloudstate.tck.suite.model.Updates.set;

import io.cloudstate.protocol.CrdtOuterClass.CrdtClock;
import io.cloudstate.tck.driver.ScriptedProxy;
import io.cloudstate.tck.model.Crdt.LWWRegisterClockType;
import io.cloudstate.tck.rule.Group;

/** LWWRegister and Flag (spec: crdt.md section 13.1, M-LW and M-FL). */
final class CrdtRegisterRules {

  private static final String REGISTER = "LWWRegister";
  private static final String FLAG = "Flag";

  static Group<ScriptedProxy> addTo(Group<ScriptedProxy> group) {
    return flags(registers(group));
  }

  private static Group<ScriptedProxy> registers(Group<ScriptedProxy> group) {
    return group
        .rule(
            "cm-lw1",
            "An LWWRegister is created with the empty text, which is told with the first reply",
            proxy ->
                open(proxy, REGISTER)
                    .init()
                    .process()
                    .expect(state(register("")).updates(written("")))
                    .close())
        .rule(
            "cm-lw2",
            "What a command writes into an LWWRegister is told with its reply",
            proxy ->
                open(proxy, REGISTER)
                    .init()
                    .process(set("one"))
                    .expect(state(register("one")).updates(written("one")))
                    .process(set("two"))
                    .expect(state(register("two")).updates(written("two")))
                    .close())
        .rule(
            "cm-lw3",
            "The delta of init is the value an LWWRegister starts with, and is not told back",
            proxy ->
                open(proxy, REGISTER)
                    .init(written("one"))
                    .process()
                    .expect(state(register("one")))
                    .close())
        .rule(
            "cm-lw4",
            "A delta may give an LWWRegister its first value after init",
            proxy ->
                open(proxy, REGISTER)
                    .init()
                    .delta(written("one"))
                    .process()
                    .expect(state(register("one")))
                    .close())
        .rule(
            "cm-lw5",
            "Deltas between commands replace the value of an LWWRegister and are never told back",
            CrdtRegisterRules::registerMixed)
        .rule(
            "cm-lw6",
            "The clock of a write to an LWWRegister is told with it, also if the value stays",
            CrdtRegisterRules::clocks)
        .rule(
            "cm-lw7",
            "An LWWRegister that was unloaded goes on from the delta of init",
            CrdtRegisterRules::registerReloaded)
        .rule(
            "cm-lw8",
            "A command that deletes an LWWRegister is answered by its last value and a delete",
            proxy ->
                open(proxy, REGISTER)
                    .init()
                    .process(set("one"))
                    .expect(state(register("one")).updates(written("one")))
                    .process(delete())
                    .expect(state(register("one")).deletes())
                    .close())
        .rule(
            "cm-lw9",
            "When an LWWRegister is deleted elsewhere the function says nothing and completes",
            proxy -> open(proxy, REGISTER).init().deleted().close());
  }

  private static void registerMixed(ScriptedProxy proxy) {
    open(proxy, REGISTER)
        .init()
        .process(set("A"))
        .expect(state(register("A")).updates(written("A")))
        .delta(written("B"))
        .delta(written("C"))
        .process()
        .expect(state(register("C")))
        .process(set("D"))
        .expect(state(register("D")).updates(written("D")))
        .delta(written("D"))
        .process(set("E"))
        .expect(state(register("E")).updates(written("E")))
        .close();
  }

  /** Has one id twice, as the original: what a function makes of ids is to repeat them. */
  private static void clocks(ScriptedProxy proxy) {
    open(proxy, REGISTER)
        .init()
        .process(set("A", LWWRegisterClockType.REVERSE, 0))
        .expect(state(register("A")).updates(written("A", CrdtClock.REVERSE, 0)))
        .process(set("A", LWWRegisterClockType.CUSTOM, 123))
        .expect(state(register("A")).updates(written("A", CrdtClock.CUSTOM, 123)))
        .processAgain(set("A", LWWRegisterClockType.CUSTOM_AUTO_INCREMENT, 456))
        .expect(state(register("A")).updates(written("A", CrdtClock.CUSTOM_AUTO_INCREMENT, 456)))
        .close();
  }

  private static void registerReloaded(ScriptedProxy proxy) {
    open(proxy, REGISTER)
        .init()
        .process(set("A"))
        .expect(state(register("A")).updates(written("A")))
        .delta(written("B"))
        .process()
        .expect(state(register("B")))
        .process(set("C"))
        .expect(state(register("C")).updates(written("C")))
        .reopen()
        .init(written("C"))
        .process()
        .expect(state(register("C")))
        .delta(written("D"))
        .process(set("E"))
        .expect(state(register("E")).updates(written("E")))
        .close();
  }

  private static Group<ScriptedProxy> flags(Group<ScriptedProxy> group) {
    return group
        .rule(
            "cm-fl1",
            "A Flag starts off, and reading it changes nothing",
            proxy -> open(proxy, FLAG).init().process().expect(state(flag(false))).close())
        .rule(
            "cm-fl2",
            "Switching a Flag on is told with the reply",
            proxy ->
                open(proxy, FLAG)
                    .init()
                    .process(enable())
                    .expect(state(flag(true)).updates(flagged(true)))
                    .close())
        .rule(
            "cm-fl3",
            "The delta of init is the value a Flag starts with",
            proxy ->
                open(proxy, FLAG)
                    .init(flagged(false))
                    .process()
                    .expect(state(flag(false)))
                    .reopen()
                    .init(flagged(true))
                    .process()
                    .expect(state(flag(true)))
                    .close())
        .rule(
            "cm-fl4",
            "A delta may give a Flag its first value after init",
            proxy ->
                open(proxy, FLAG)
                    .init()
                    .delta(flagged(false))
                    .process()
                    .expect(state(flag(false)))
                    .reopen()
                    .init()
                    .delta(flagged(true))
                    .process()
                    .expect(state(flag(true)))
                    .close())
        .rule(
            "cm-fl5",
            "A Flag that is on stays on whatever deltas say, and is switched on only once",
            CrdtRegisterRules::flagMixed)
        .rule(
            "cm-fl6",
            "A Flag that was unloaded goes on from the delta of init",
            proxy ->
                open(proxy, FLAG)
                    .init()
                    .process()
                    .expect(state(flag(false)))
                    .process(enable())
                    .expect(state(flag(true)).updates(flagged(true)))
                    .reopen()
                    .init(flagged(true))
                    .process()
                    .expect(state(flag(true)))
                    .close())
        .rule(
            "cm-fl7",
            "A command that deletes a Flag is answered by its last value and a delete",
            proxy ->
                open(proxy, FLAG)
                    .init()
                    .process(enable())
                    .expect(state(flag(true)).updates(flagged(true)))
                    .process(delete())
                    .expect(state(flag(true)).deletes())
                    .close())
        .rule(
            "cm-fl8",
            "When a Flag is deleted elsewhere the function says nothing and completes",
            proxy -> open(proxy, FLAG).init().deleted().close());
  }

  private static void flagMixed(ScriptedProxy proxy) {
    open(proxy, FLAG)
        .init()
        .delta(flagged(false))
        .process()
        .expect(state(flag(false)))
        .process(enable())
        .expect(state(flag(true)).updates(flagged(true)))
        .delta(flagged(true))
        .delta(flagged(false))
        .process()
        .expect(state(flag(true)))
        .reopen()
        .init()
        .delta(flagged(true))
        .process()
        .expect(state(flag(true)))
        .process(enable())
        .expect(state(flag(true)))
        .delta(flagged(true))
        .delta(flagged(false))
        .process()
        .expect(state(flag(true)))
        .close();
  }

  private CrdtRegisterRules() {}
}
