package io.cloudstate.tck.suite.model;

import static io.cloudstate.tck.suite.model.CrdtEntity.effect;
import static io.cloudstate.tck.suite.model.CrdtEntity.fail;
import static io.cloudstate.tck.suite.model.CrdtEntity.failed;
import static io.cloudstate.tck.suite.model.CrdtEntity.forward;
import static io.cloudstate.tck.suite.model.CrdtEntity.forwarded;
import static io.cloudstate.tck.suite.model.CrdtEntity.nothing;
import static io.cloudstate.tck.suite.model.CrdtEntity.open;
import static io.cloudstate.tck.suite.model.CrdtEntity.state;
import static io.cloudstate.tck.suite.model.CrdtEntity.synchronousEffect;
import static io.cloudstate.tck.suite.model.CrdtEntity.update;
import static io.cloudstate.tck.suite.model.Deltas.changed;
import static io.cloudstate.tck.suite.model.Deltas.entries;
import static io.cloudstate.tck.suite.model.Deltas.incremented;
import static io.cloudstate.tck.suite.model.Deltas.written;
import static io.cloudstate.tck.suite.model.States.entry;
import static io.cloudstate.tck.suite.model.States.flag;
import static io.cloudstate.tck.suite.model.States.gcounter;
import static io.cloudstate.tck.suite.model.States.gset;
import static io.cloudstate.tck.suite.model.States.map;
import static io.cloudstate.tck.suite.model.States.orset;
import static io.cloudstate.tck.suite.model.States.pncounter;
import static io.cloudstate.tck.suite.model.Updates.addEntry;
import static io.cloudstate.tck.suite.model.Updates.change;
import static io.cloudstate.tck.suite.model.Updates.put;
import static io.cloudstate.tck.suite.model.Updates.updateEntry;

import io.cloudstate.protocol.CrdtOuterClass.CrdtWriteConsistency;
import io.cloudstate.tck.driver.ScriptedProxy;
import io.cloudstate.tck.model.Crdt.Effect;
import io.cloudstate.tck.model.Crdt.StreamedRequest;
import io.cloudstate.tck.model.Crdt.Update;
import io.cloudstate.tck.model.Crdt.UpdateWriteConsistency;
import io.cloudstate.tck.rule.Group;

/**
 * What commands of CRDTs may answer besides a value (spec: crdt.md section 13.1, M-FW, M-SE, M-FA,
 * M-ST and M-WC).
 */
final class CrdtCommandRules {

  static Group<ScriptedProxy> addTo(Group<ScriptedProxy> group) {
    return streams(effectsAndFailures(forwards(group)))
        .rule(
            "cm-wc1",
            "The write consistency that a command asks for goes with its change",
            CrdtCommandRules::writeConsistency);
  }

  private static Group<ScriptedProxy> forwards(Group<ScriptedProxy> group) {
    return group
        .rule(
            "cm-fw1",
            "A forward takes the place of the reply, and leaves the CRDT as it is",
            proxy ->
                open(proxy, "GCounter")
                    .init()
                    .process(Updates.increment(42))
                    .expect(state(gcounter(42)).updates(incremented(42)))
                    .process(forward("X"))
                    .expect(forwarded("X"))
                    .process()
                    .expect(state(gcounter(42)))
                    .close())
        .rule(
            "cm-fw2",
            "The change of a command that forwards goes with the forward",
            proxy ->
                open(proxy, "PNCounter")
                    .init()
                    .process(update(change(-42)), forward("X"))
                    .expect(forwarded("X").updates(changed(-42)))
                    .close());
  }

  private static Group<ScriptedProxy> effectsAndFailures(Group<ScriptedProxy> group) {
    return group
        .rule(
            "cm-se1",
            "A side effect goes with the reply, and leaves the CRDT as it is",
            proxy ->
                open(proxy, "GSet")
                    .init()
                    .process(put("one"))
                    .expect(state(gset("one")).updates(Deltas.put("one")))
                    .process(effect("X"))
                    .expect(state(gset("one")).effect("X"))
                    .process()
                    .expect(state(gset("one")))
                    .close())
        .rule(
            "cm-se2",
            "A synchronous side effect is marked as such",
            proxy ->
                open(proxy, "ORSet")
                    .init()
                    .process(synchronousEffect("X"))
                    .expect(state(orset()).synchronousEffect("X"))
                    .close())
        .rule(
            "cm-se3",
            "A command may forward, have a side effect and create the CRDT",
            proxy ->
                open(proxy, "LWWRegister")
                    .init()
                    .process(effect("B"), forward("A"))
                    .expect(forwarded("A").effect("B").updates(written("")))
                    .close())
        .rule(
            "cm-se4",
            "Several side effects go with the reply, in the order they were asked for",
            proxy ->
                open(proxy, "Flag")
                    .init()
                    .process(effect("1"), effect("2"), effect("3"))
                    .expect(state(flag(false)).effect("1").effect("2").effect("3"))
                    .close())
        .rule(
            "cm-se5",
            "Change and side effects of one command go with one reply",
            CrdtCommandRules::effectsAndChanges)
        .rule(
            "cm-fa1",
            "A command that fails is answered by a failure with its id and text",
            proxy ->
                open(proxy, "GCounter")
                    .init()
                    .process(fail("expected failure"))
                    .expect(failed("expected failure"))
                    .close())
        .rule(
            "cm-fa2",
            "After a command that failed the stream goes on, the CRDT as before",
            proxy ->
                open(proxy, "PNCounter")
                    .init()
                    .process(change(42))
                    .expect(state(pncounter(42)).updates(changed(42)))
                    .process(fail("expected failure"))
                    .expect(failed("expected failure"))
                    .process()
                    .expect(state(pncounter(42)))
                    .close());
  }

  private static void effectsAndChanges(ScriptedProxy proxy) {
    open(proxy, "ORMap")
        .init()
        .process(
            update(addEntry("PNCounter-1")),
            effect("1"),
            update(updateEntry("GSet-1", put("a"))),
            update(updateEntry("GSet-1", put("b"))),
            effect("2"),
            update(updateEntry("GSet-1", put("c"))),
            effect("3"))
        .expect(
            state(map(entry("GSet-1", gset("a", "b", "c")), entry("PNCounter-1", pncounter(0))))
                .updates(
                    entries()
                        .added("GSet-1", Deltas.put("a", "b", "c"))
                        .added("PNCounter-1", changed(0))
                        .delta())
                .effect("1")
                .effect("2")
                .effect("3"))
        .close();
  }

  private static Group<ScriptedProxy> streams(Group<ScriptedProxy> group) {
    return group
        .rule(
            "cm-st1",
            "A streamed command is answered at once, and has a message for each change after the"
                + " reply that made it",
            CrdtCommandRules::stream)
        .rule(
            "cm-st2",
            "The function ends a streamed command with its last message, and sends no more for it",
            CrdtCommandRules::streamEndsItself)
        .rule(
            "cm-st3",
            "A cancelled stream is answered by a response that may change the CRDT, and has no more"
                + " messages",
            CrdtCommandRules::cancelledStream)
        .rule(
            "cm-st4",
            "A streamed command may have no messages at all, and its cancellation a change",
            CrdtCommandRules::emptyStream)
        .rule(
            "cm-st5",
            "Every message of a streamed command may have side effects of its own",
            CrdtCommandRules::streamWithEffects);
  }

  private static void stream(ScriptedProxy proxy) {
    open(proxy, "GCounter")
        .init()
        .processStreamed(StreamedRequest.newBuilder())
        .expect(state(gcounter(0)).streamed())
        .process(Updates.increment(1))
        .expect(state(gcounter(1)).updates(incremented(1)))
        .expectStreamed(1, state(gcounter(1)))
        .process(Updates.increment(2))
        .expect(state(gcounter(3)).updates(incremented(2)))
        .expectStreamed(1, state(gcounter(3)))
        .process(Updates.increment(3))
        .expect(state(gcounter(6)).updates(incremented(3)))
        .expectStreamed(1, state(gcounter(6)))
        .close();
  }

  private static void streamEndsItself(ScriptedProxy proxy) {
    open(proxy, "GCounter")
        .init()
        .processStreamed(StreamedRequest.newBuilder().setEndState(gcounter(3)))
        .expect(state(gcounter(0)).streamed())
        .process(Updates.increment(1))
        .expect(state(gcounter(1)).updates(incremented(1)))
        .expectStreamed(1, state(gcounter(1)))
        .process(Updates.increment(2))
        .expect(state(gcounter(3)).updates(incremented(2)))
        .expectEndOfStream(1, state(gcounter(3)))
        .process(Updates.increment(3))
        .expect(state(gcounter(6)).updates(incremented(3)))
        .close();
  }

  private static void cancelledStream(ScriptedProxy proxy) {
    open(proxy, "PNCounter")
        .init()
        .processStreamed(StreamedRequest.newBuilder().setCancelUpdate(change(-42)))
        .expect(state(pncounter(0)).streamed())
        .process(change(10))
        .expect(state(pncounter(10)).updates(changed(10)))
        .expectStreamed(1, state(pncounter(10)))
        .process(change(20))
        .expect(state(pncounter(30)).updates(changed(20)))
        .expectStreamed(1, state(pncounter(30)))
        .cancel(1)
        .expectCancelled(1, changed(-42))
        .process()
        .expect(state(pncounter(-12)))
        .process(change(30))
        .expect(state(pncounter(18)).updates(changed(30)))
        .close();
  }

  private static void emptyStream(ScriptedProxy proxy) {
    open(proxy, "PNCounter")
        .init()
        .process(change(10))
        .expect(state(pncounter(10)).updates(changed(10)))
        .processStreamed(StreamedRequest.newBuilder().setCancelUpdate(change(-42)).setEmpty(true))
        .expect(nothing().streamed())
        .cancel(2)
        .expectCancelled(2, changed(-42))
        .process()
        .expect(state(pncounter(-32)))
        .close();
  }

  private static void streamWithEffects(ScriptedProxy proxy) {
    open(proxy, "GSet")
        .init()
        .processStreamed(
            StreamedRequest.newBuilder()
                .addEffects(Effect.newBuilder().setId("one"))
                .addEffects(Effect.newBuilder().setId("two").setSynchronous(true)))
        .expect(state(gset()).streamed())
        .process(put("a"))
        .expect(state(gset("a")).updates(Deltas.put("a")))
        .expectStreamed(1, state(gset("a")).effect("one").synchronousEffect("two"))
        .process(put("b"))
        .expect(state(gset("a", "b")).updates(Deltas.put("b")))
        .expectStreamed(1, state(gset("a", "b")).effect("one").synchronousEffect("two"))
        .close();
  }

  private static void writeConsistency(ScriptedProxy proxy) {
    open(proxy, "GCounter")
        .init()
        .process(increment(1, UpdateWriteConsistency.LOCAL))
        .expect(state(gcounter(1)).updates(incremented(1), CrdtWriteConsistency.LOCAL))
        .process(increment(2, UpdateWriteConsistency.MAJORITY))
        .expect(state(gcounter(3)).updates(incremented(2), CrdtWriteConsistency.MAJORITY))
        .process(increment(3, UpdateWriteConsistency.ALL))
        .expect(state(gcounter(6)).updates(incremented(3), CrdtWriteConsistency.ALL))
        .close();
  }

  private static Update increment(long amount, UpdateWriteConsistency consistency) {
    return Updates.increment(amount).toBuilder().setWriteConsistency(consistency).build();
  }

  private CrdtCommandRules() {}
}
