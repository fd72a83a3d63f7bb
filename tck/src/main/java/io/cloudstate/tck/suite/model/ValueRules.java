package io.cloudstate.tck.suite.model;

import static io.cloudstate.tck.suite.model.Declarations.declares;
import static io.cloudstate.tck.suite.model.Declarations.declaresTimeout;
import static io.cloudstate.tck.suite.model.ValueEntity.CONFIGURED;
import static io.cloudstate.tck.suite.model.ValueEntity.MODEL;
import static io.cloudstate.tck.suite.model.ValueEntity.TWO;
import static io.cloudstate.tck.suite.model.ValueEntity.delete;
import static io.cloudstate.tck.suite.model.ValueEntity.effect;
import static io.cloudstate.tck.suite.model.ValueEntity.fail;
import static io.cloudstate.tck.suite.model.ValueEntity.failed;
import static io.cloudstate.tck.suite.model.ValueEntity.forward;
import static io.cloudstate.tck.suite.model.ValueEntity.forwarded;
import static io.cloudstate.tck.suite.model.ValueEntity.open;
import static io.cloudstate.tck.suite.model.ValueEntity.state;
import static io.cloudstate.tck.suite.model.ValueEntity.synchronousEffect;
import static io.cloudstate.tck.suite.model.ValueEntity.update;

import io.cloudstate.tck.driver.ScriptedProxy;
import io.cloudstate.tck.rule.Group;

/** Value entities (spec: tck-proxy-cases.md section 9.2). */
final class ValueRules {

  private static final String TYPE = "cloudstate.valueentity.ValueEntity";

  static Group<ScriptedProxy> group() {
    var group = Group.<ScriptedProxy>original("value", "Value entities");
    return failures(forwardsAndEffects(values(discovery(group))));
  }

  private static Group<ScriptedProxy> discovery(Group<ScriptedProxy> group) {
    return group
        .rule(
            "vm1",
            "Discovery declares the model and its second service as value entities with their"
                + " persistence ids",
            proxy -> {
              declares(proxy, MODEL, TYPE, "value-entity-tck-model");
              declares(proxy, TWO, TYPE, "value-entity-tck-model-two");
            })
        .rule(
            "vm2",
            "Discovery declares the configured service with a passivation time-out of 100 ms",
            proxy -> {
              declares(proxy, CONFIGURED, TYPE, "value-entity-configured");
              declaresTimeout(proxy, CONFIGURED, 100);
            });
  }

  private static Group<ScriptedProxy> values(Group<ScriptedProxy> group) {
    return group
        .rule(
            "vm3",
            "An entity without a value starts with the empty state and no state action",
            proxy -> open(proxy).init().process().expect(state("")).close())
        .rule(
            "vm4",
            "An update goes with the reply as state action, and is the state from then on",
            proxy ->
                open(proxy)
                    .init()
                    .process(update("A"))
                    .expect(state("A").updates("A"))
                    .process()
                    .expect(state("A"))
                    .close())
        .rule(
            "vm5",
            "A delete goes with the reply as state action, and the state is empty from then on",
            proxy ->
                open(proxy)
                    .init()
                    .process(update("A"))
                    .expect(state("A").updates("A"))
                    .process(delete())
                    .expect(state("").deletes())
                    .process()
                    .expect(state(""))
                    .close())
        .rule(
            "vm6",
            "Of several updates in one command the last is the state action",
            proxy ->
                open(proxy)
                    .init()
                    .process(update("A"), update("B"), update("C"))
                    .expect(state("C").updates("C"))
                    .process()
                    .expect(state("C"))
                    .close())
        .rule(
            "vm7",
            "A delete after updates in one command is its state action",
            proxy ->
                open(proxy)
                    .init()
                    .process(update("A"), update("B"), delete())
                    .expect(state("").deletes())
                    .process()
                    .expect(state(""))
                    .close())
        .rule(
            "vm8",
            "An update after a delete in one command is its state action",
            proxy ->
                open(proxy)
                    .init()
                    .process(update("A"), delete(), update("B"))
                    .expect(state("B").updates("B"))
                    .process()
                    .expect(state("B"))
                    .close())
        .rule(
            "vm9",
            "An entity that was unloaded starts with the value of init",
            ValueRules::rehydration);
  }

  private static void rehydration(ScriptedProxy proxy) {
    open(proxy)
        .init()
        .process(update("A"))
        .expect(state("A").updates("A"))
        .process(update("B"))
        .expect(state("B").updates("B"))
        .process(update("C"))
        .expect(state("C").updates("C"))
        .process(update("D"))
        .expect(state("D").updates("D"))
        .reopen()
        .init("D")
        .process(update("E"))
        .expect(state("E").updates("E"))
        .process()
        .expect(state("E"))
        .close();
  }

  private static Group<ScriptedProxy> forwardsAndEffects(Group<ScriptedProxy> group) {
    return group
        .rule(
            "vm10",
            "Several side effects go with the reply, in the order they were asked for",
            proxy ->
                open(proxy)
                    .init()
                    .process(effect("1"), effect("2"), effect("3"))
                    .expect(state("").effect("1").effect("2").effect("3"))
                    .close())
        .rule(
            "vm11",
            "A side effect goes with the reply, and leaves the state as it is",
            proxy ->
                open(proxy)
                    .init()
                    .process(update("X"))
                    .expect(state("X").updates("X"))
                    .process(effect("1"))
                    .expect(state("X").effect("1"))
                    .process()
                    .expect(state("X"))
                    .close())
        .rule(
            "vm12",
            "State action and side effects of one command go with one reply",
            proxy ->
                open(proxy)
                    .init()
                    .process(
                        update("A"),
                        effect("1"),
                        update("B"),
                        update("C"),
                        effect("2"),
                        update("D"),
                        update("E"),
                        effect("3"))
                    .expect(state("E").updates("E").effect("1").effect("2").effect("3"))
                    .close())
        .rule(
            "vm13",
            "A synchronous side effect is marked as such",
            proxy ->
                open(proxy)
                    .init()
                    .process(synchronousEffect("1"))
                    .expect(state("").synchronousEffect("1"))
                    .close())
        .rule(
            "vm14",
            "A forward takes the place of the reply, and leaves the state as it is",
            proxy ->
                open(proxy)
                    .init()
                    .process(update("X"))
                    .expect(state("X").updates("X"))
                    .process(forward("1"))
                    .expect(forwarded("1"))
                    .process()
                    .expect(state("X"))
                    .close())
        .rule(
            "vm15",
            "The state action of a command that forwards goes with the forward",
            proxy ->
                open(proxy)
                    .init()
                    .process(update("A"), forward("1"))
                    .expect(forwarded("1").updates("A"))
                    .close())
        .rule(
            "vm16",
            "A command may both forward and have a side effect",
            proxy ->
                open(proxy)
                    .init()
                    .process(effect("1"), forward("2"))
                    .expect(forwarded("2").effect("1"))
                    .close());
  }

  private static Group<ScriptedProxy> failures(Group<ScriptedProxy> group) {
    return group
        .rule(
            "vm17",
            "A command that fails is answered by a failure with its id and text",
            proxy ->
                open(proxy)
                    .init()
                    .process(fail("expected failure"))
                    .expect(failed("expected failure"))
                    .close())
        .rule(
            "vm18",
            "After a command that failed the stream goes on, the state as before",
            proxy ->
                open(proxy)
                    .init()
                    .process(update("A"))
                    .expect(state("A").updates("A"))
                    .process(fail("expected failure"))
                    .expect(failed("expected failure"))
                    .process()
                    .expect(state("A"))
                    .close())
        .rule(
            "vm19",
            "A command that fails has no side effects",
            proxy ->
                open(proxy)
                    .init()
                    .process(effect("1"), fail("expected failure"))
                    .expect(failed("expected failure"))
                    .close());
  }

  private ValueRules() {}
}
