package io.cloudstate.tck.suite.model;

import static io.cloudstate.tck.suite.model.Declarations.declares;
import static io.cloudstate.tck.suite.model.Declarations.declaresTimeout;
import static io.cloudstate.tck.suite.model.EventSourcedEntity.CONFIGURED;
import static io.cloudstate.tck.suite.model.EventSourcedEntity.MODEL;
import static io.cloudstate.tck.suite.model.EventSourcedEntity.TWO;
import static io.cloudstate.tck.suite.model.EventSourcedEntity.effect;
import static io.cloudstate.tck.suite.model.EventSourcedEntity.emit;
import static io.cloudstate.tck.suite.model.EventSourcedEntity.fail;
import static io.cloudstate.tck.suite.model.EventSourcedEntity.failed;
import static io.cloudstate.tck.suite.model.EventSourcedEntity.forward;
import static io.cloudstate.tck.suite.model.EventSourcedEntity.forwarded;
import static io.cloudstate.tck.suite.model.EventSourcedEntity.open;
import static io.cloudstate.tck.suite.model.EventSourcedEntity.state;
import static io.cloudstate.tck.suite.model.EventSourcedEntity.synchronousEffect;

import io.cloudstate.tck.driver.ScriptedProxy;
import io.cloudstate.tck.rule.Group;
import io.cloudstate.tck.rule.Mismatch;

/** Event sourced entities (spec: tck-proxy-cases.md section 9.3). */
final class EventSourcedRules {

  private static final String TYPE = "cloudstate.eventsourced.EventSourced";

  static Group<ScriptedProxy> group() {
    var group = Group.<ScriptedProxy>original("event-sourced", "Event sourced entities");
    return failures(forwardsAndEffects(events(discovery(group))));
  }

  private static Group<ScriptedProxy> discovery(Group<ScriptedProxy> group) {
    return group
        .rule(
            "em1",
            "Discovery declares the model and its second service as event sourced, the model with"
                + " its persistence id",
            proxy -> {
              declares(proxy, MODEL, TYPE, "event-sourced-tck-model");
              declares(proxy, TWO, TYPE);
            })
        .rule(
            "em2",
            "Discovery declares the configured service with a passivation time-out of 100 ms",
            proxy -> {
              declares(proxy, CONFIGURED, TYPE, "event-sourced-configured");
              declaresTimeout(proxy, CONFIGURED, 100);
            });
  }

  private static Group<ScriptedProxy> events(Group<ScriptedProxy> group) {
    return group
        .rule(
            "em3",
            "An entity without events starts with the empty state",
            proxy -> open(proxy).init().process().expect(state("")).close())
        .rule(
            "em4",
            "An event that a command emits goes with its reply, and is in the state from then on",
            proxy ->
                open(proxy)
                    .init()
                    .process(emit("A"))
                    .expect(state("A").events("A"))
                    .process()
                    .expect(state("A"))
                    .close())
        .rule(
            "em5",
            "Several events of one command go with its reply, in the order they were emitted",
            proxy ->
                open(proxy)
                    .init()
                    .process(emit("A"), emit("B"), emit("C"))
                    .expect(state("ABC").events("A", "B", "C"))
                    .process()
                    .expect(state("ABC"))
                    .close())
        .rule(
            "em6",
            "A snapshot goes with the reply whose events reach or pass a multiple of the interval,"
                + " and with no other",
            EventSourcedRules::snapshots)
        .rule(
            "em7",
            "The snapshot of init becomes the state",
            proxy -> open(proxy).init(5, "ABCDE").process().expect(state("ABCDE")).close())
        .rule(
            "em8",
            "Events that are replayed after the snapshot change the state it has set",
            proxy ->
                open(proxy)
                    .init(5, "ABCDE")
                    .event(6, "F")
                    .event(7, "G")
                    .process()
                    .expect(state("ABCDEFG"))
                    .close())
        .rule(
            "em9",
            "An entity that was unloaded is rebuilt from its snapshot and events",
            EventSourcedRules::rehydration);
  }

  private static void snapshots(ScriptedProxy proxy) {
    open(proxy)
        .init()
        .process(emit("A"))
        .expect(state("A").events("A"))
        .process(emit("B"))
        .expect(state("AB").events("B"))
        .process(emit("C"))
        .expect(state("ABC").events("C"))
        .process(emit("D"))
        .expect(state("ABCD").events("D"))
        .process(emit("E"))
        .expect(state("ABCDE").events("E").snapshot("ABCDE"))
        .process(emit("F"), emit("G"), emit("H"))
        .expect(state("ABCDEFGH").events("F", "G", "H"))
        .process(emit("I"), emit("J"))
        .expect(state("ABCDEFGHIJ").events("I", "J").snapshot("ABCDEFGHIJ"))
        .process(emit("K"))
        .expect(state("ABCDEFGHIJK").events("K"))
        .process()
        .expect(state("ABCDEFGHIJK"))
        .close();
  }

  private static void rehydration(ScriptedProxy proxy) {
    open(proxy)
        .init()
        .process(emit("A"), emit("B"), emit("C"))
        .expect(state("ABC").events("A", "B", "C"))
        .process(emit("D"), emit("E"))
        .expect(state("ABCDE").events("D", "E").snapshot("ABCDE"))
        .process(emit("F"))
        .expect(state("ABCDEF").events("F"))
        .process(emit("G"))
        .expect(state("ABCDEFG").events("G"))
        .reopen()
        .init(5, "ABCDE")
        .event(6, "F")
        .event(7, "G")
        .process()
        .expect(state("ABCDEFG"))
        .close();
  }

  private static Group<ScriptedProxy> forwardsAndEffects(Group<ScriptedProxy> group) {
    return group
        .rule(
            "em10",
            "A forward takes the place of the reply, and leaves the state as it is",
            proxy ->
                open(proxy)
                    .init()
                    .process(emit("A"), emit("B"), emit("C"))
                    .expect(state("ABC").events("A", "B", "C"))
                    .process(forward("X"))
                    .expect(forwarded("X"))
                    .process()
                    .expect(state("ABC"))
                    .close())
        .rule(
            "em11",
            "Events of a command that forwards go with the forward",
            proxy ->
                open(proxy)
                    .init()
                    .process(emit("A"), forward("X"))
                    .expect(forwarded("X").events("A"))
                    .close())
        .rule(
            "em12",
            "Events and snapshot of a command that forwards go with the forward",
            proxy ->
                open(proxy)
                    .init()
                    .process(emit("A"), emit("B"), emit("C"))
                    .expect(state("ABC").events("A", "B", "C"))
                    .process(emit("D"), emit("E"), forward("X"))
                    .expect(forwarded("X").events("D", "E").snapshot("ABCDE"))
                    .close())
        .rule(
            "em13",
            "A side effect goes with the reply, and leaves the state as it is",
            proxy ->
                open(proxy)
                    .init()
                    .process(emit("A"), emit("B"), emit("C"))
                    .expect(state("ABC").events("A", "B", "C"))
                    .process(effect("X"))
                    .expect(state("ABC").effect("X"))
                    .process()
                    .expect(state("ABC"))
                    .close())
        .rule(
            "em14",
            "A synchronous side effect is marked as such",
            proxy ->
                open(proxy)
                    .init()
                    .process(synchronousEffect("X"))
                    .expect(state("").synchronousEffect("X"))
                    .close())
        .rule(
            "em15",
            "A command may both forward and have a side effect",
            proxy ->
                open(proxy)
                    .init()
                    .process(effect("X"), forward("Y"))
                    .expect(forwarded("Y").effect("X"))
                    .close())
        .rule(
            "em16",
            "Several side effects go with the reply, in the order they were asked for",
            proxy ->
                open(proxy)
                    .init()
                    .process(effect("1"), effect("2"), effect("3"))
                    .expect(state("").effect("1").effect("2").effect("3"))
                    .close())
        .rule(
            "em17",
            "Events, snapshot and side effects of one command go with one reply",
            proxy ->
                open(proxy)
                    .init()
                    .process(
                        emit("A"),
                        effect("1"),
                        emit("B"),
                        emit("C"),
                        effect("2"),
                        emit("D"),
                        emit("E"),
                        effect("3"))
                    .expect(
                        state("ABCDE")
                            .events("A", "B", "C", "D", "E")
                            .snapshot("ABCDE")
                            .effect("1")
                            .effect("2")
                            .effect("3"))
                    .close());
  }

  private static Group<ScriptedProxy> failures(Group<ScriptedProxy> group) {
    return group
        .rule(
            "em18",
            "A command that fails is answered by a failure with its id and text",
            proxy ->
                open(proxy)
                    .init()
                    .process(fail("expected failure"))
                    .expect(failed("expected failure"))
                    .close())
        .rule(
            "em19",
            "After a command that failed the stream goes on, the state as before",
            proxy ->
                open(proxy)
                    .init()
                    .process(emit("A"))
                    .expect(state("A").events("A"))
                    .process(fail("expected failure"))
                    .expect(failed("expected failure"))
                    .process()
                    .expect(state("A"))
                    .close())
        .rule(
            "em20",
            "Events of a command that failed are not in the state afterwards; a function that"
                + " cannot take them back asks for a restart",
            EventSourcedRules::failureAfterEvents)
        .rule(
            "em21",
            "A command that fails has no side effects",
            proxy ->
                open(proxy)
                    .init()
                    .process(effect("X"), fail("expected failure"))
                    .expect(failed("expected failure"))
                    .close());
  }

  /** A function that applies events at once cannot take them back, and asks for a restart. */
  private static void failureAfterEvents(ScriptedProxy proxy) {
    var entity =
        open(proxy)
            .init()
            .process(emit("A"), emit("B"), emit("C"))
            .expect(state("ABC").events("A", "B", "C"))
            .process(emit("4"), emit("5"), fail("failure 1"));
    var restarts = entity.failsMaybeRestarting("failure 1");
    if (restarts) {
      entity.reopen().init().event(1, "A").event(2, "B").event(3, "C");
    }
    entity
        .process(emit("D"))
        .expect(state("ABCD").events("D"))
        .process(emit("X"), fail("failure 2"), emit("Y"));
    if (entity.failsMaybeRestarting("failure 2") != restarts) {
      throw new Mismatch("restart of the second failure", "" + restarts, "" + !restarts);
    }
    if (restarts) {
      entity.reopen().init().event(1, "A").event(2, "B").event(3, "C").event(4, "D");
    }
    entity.process(emit("E")).expect(state("ABCDE").events("E").snapshot("ABCDE")).close();
  }

  private EventSourcedRules() {}
}
