package io.cloudstate.tck.suite.proxy;

import static io.cloudstate.tck.suite.proxy.EventSourcedRules.PASSIVATION;
import static io.cloudstate.tck.suite.proxy.ValueModel.CALL_CONFIGURED;
import static io.cloudstate.tck.suite.proxy.ValueModel.CONFIGURED;
import static io.cloudstate.tck.suite.proxy.ValueModel.TWO;
import static io.cloudstate.tck.suite.proxy.ValueModel.command;
import static io.cloudstate.tck.suite.proxy.ValueModel.delete;
import static io.cloudstate.tck.suite.proxy.ValueModel.deleted;
import static io.cloudstate.tck.suite.proxy.ValueModel.fail;
import static io.cloudstate.tck.suite.proxy.ValueModel.failed;
import static io.cloudstate.tck.suite.proxy.ValueModel.out;
import static io.cloudstate.tck.suite.proxy.ValueModel.reply;
import static io.cloudstate.tck.suite.proxy.ValueModel.response;
import static io.cloudstate.tck.suite.proxy.ValueModel.update;
import static io.cloudstate.tck.suite.proxy.ValueModel.updated;

import io.cloudstate.tck.rule.Group;

/** Value entities behind a proxy, as the original kit has it. */
final class ValueRules {

  static final Group<ProxyStage> GROUP =
      Group.<ProxyStage>original("value-entity", "Value entities")
          .rule(
              "vp1",
              "an entity has one stream, which begins with an init with a state, empty if there is"
                  + " none; updates and deletions go on on the same stream",
              ValueRules::stateChanges)
          .rule(
              "vp2",
              "a forward is one command to its target, whose reply the client gets, and a side"
                  + " effect is one command whose reply nobody gets; both use the target's stream",
              ValueRules::forwardsAndEffects)
          .rule(
              "vp3",
              "a failure that a function replies fails that call alone, with its description",
              ValueRules::failures)
          .rule(
              "vp4",
              "the same entity is called with JSON over HTTP, by its own path and by the default"
                  + " one; a failure is status 500 and its description",
              ValueRules::http)
          .rule(
              "vp5",
              "an entity that is idle for its time-out is unloaded by a half-close of its stream",
              ValueRules::passivation);

  private ValueRules() {}

  private static void stateChanges(ProxyStage stage) {
    var entity = new ValueModel(stage);
    var first = entity.call();
    entity.opens().expectCommand(1);
    entity.send(reply(1, ""));
    first.expectReply(response(""));
    entity.turn(2, updated(2, "one"), "one", update("one"));
    entity.turn(3, updated(3, "two"), "two", update("two"));
    entity.turn(4, reply(4, "two"), "two");
    entity.turn(5, deleted(5), "", delete());
    entity.turn(6, reply(6, ""), "");
    entity.turn(7, updated(7, "foo"), "foo", update("foo"));
    entity.turn(8, deleted(8), "", delete());
  }

  private static void forwardsAndEffects(ProxyStage stage) {
    var entity = new ValueModel(stage);
    var first = entity.call(update("one"));
    entity.opens().expectCommand(1, update("one"));
    entity.send(updated(1, "one"));
    first.expectReply(response("one"));

    var forwarded = entity.commands(2, entity.forward());
    entity.send(entity.forwarded(2));
    var two = entity.open(TWO);
    two.expect(command(1, "Call", entity.request()));
    two.send(out(reply(1, "")));
    forwarded.expectReply(response(""));

    var effecting = entity.commands(3, entity.effect());
    entity.send(reply(3, "one").addSideEffects(entity.effectOnTwo()));
    two.expect(command(2, "Call", entity.request()));
    two.send(out(reply(2, "")));
    effecting.expectReply(response("one"));
    entity.turn(4, reply(4, "one"), "one");
  }

  private static void failures(ProxyStage stage) {
    var entity = new ValueModel(stage);
    var first = entity.call(update("one"));
    entity.opens().expectCommand(1, update("one"));
    entity.send(updated(1, "one"));
    first.expectReply(response("one"));
    var failing = entity.commands(2, fail("expected failure"));
    entity.send(failed(2, "expected failure"));
    failing.expectFailure("expected failure");
    entity.turn(3, reply(3, "one"), "one");
  }

  private static void http(ProxyStage stage) {
    var entity = new ValueModel(stage);
    var first = entity.post("{}");
    entity.opens().expectCommand(1);
    entity.send(reply(1, ""));
    first.expectJson("{\"message\":\"\"}");

    var second = stage.http().postJson("/" + TWO + "/Call", "{\"id\":\"" + entity.id() + "\"}");
    var two = entity.open(TWO);
    two.expect(command(1, "Call", entity.request()));
    two.send(out(reply(1, "")));
    second.expectJson("{\"message\":\"\"}");

    var updating = entity.post("{\"actions\":[{\"update\":{\"value\":\"one\"}}]}");
    entity.expectCommand(2, update("one"));
    entity.send(updated(2, "one"));
    updating.expectJson("{\"message\":\"one\"}");

    var failing = entity.post("{\"actions\":[{\"fail\":{\"message\":\"expected failure\"}}]}");
    entity.expectCommand(3, fail("expected failure"));
    entity.send(failed(3, "expected failure"));
    failing.expect(500, "expected failure");

    var last = entity.post("{}");
    entity.expectCommand(4);
    entity.send(reply(4, "one"));
    last.expectJson("{\"message\":\"one\"}");
  }

  private static void passivation(ProxyStage stage) {
    var entity = new ValueModel(stage);
    var call = stage.client().call(CALL_CONFIGURED, entity.request());
    var stream = entity.open(CONFIGURED);
    stream.expect(command(1, "Call", entity.request()));
    stream.send(out(reply(1, "")));
    call.expectReply(response(""));
    stream.expectCompletion(PASSIVATION);
    stream.complete();
  }
}
