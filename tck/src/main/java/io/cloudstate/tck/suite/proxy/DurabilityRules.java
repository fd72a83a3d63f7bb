package io.cloudstate.tck.suite.proxy;

import static io.cloudstate.tck.suite.proxy.EventSourcedModel.emit;
import static io.cloudstate.tck.suite.proxy.EventSourcedModel.reply;
import static io.cloudstate.tck.suite.proxy.EventSourcedModel.response;

import io.cloudstate.tck.rule.Group;
import java.io.IOException;
import java.util.List;

/** What is there after the proxy was killed; for proxies that the kit starts, with a store. */
final class DurabilityRules {

  static final Group<ProxyStage> GROUP =
      Group.<ProxyStage>extra("durability", "Durability across a restart of the proxy")
          .rule(
              "kp1",
              "events whose reply a client has got are there after the proxy was killed",
              DurabilityRules::events)
          .rule(
              "kp2",
              "a value whose reply a client has got is there after the proxy was killed",
              DurabilityRules::value);

  private DurabilityRules() {}

  private static void events(ProxyStage stage) throws IOException {
    var entity = new EventSourcedModel(stage);
    var first = entity.call(emit("a"), emit("b"));
    entity.opens().expectCommand(1, emit("a"), emit("b"));
    entity.send(reply(1, "ab", List.of("a", "b")));
    first.expectReply(response("ab"));
    stage.killAndRestartProxy();
    var second = entity.call();
    entity.opens("a", "b").expectCommand(1);
    entity.send(reply(1, "ab", List.of()));
    second.expectReply(response("ab"));
  }

  private static void value(ProxyStage stage) throws IOException {
    var entity = new ValueModel(stage);
    var first = entity.call(ValueModel.update("one"));
    entity.opens().expectCommand(1, ValueModel.update("one"));
    entity.send(ValueModel.updated(1, "one"));
    first.expectReply(ValueModel.response("one"));
    stage.killAndRestartProxy();
    var second = entity.call();
    entity.opens("one").expectCommand(1);
    entity.send(ValueModel.reply(1, "one"));
    second.expectReply(ValueModel.response("one"));
  }
}
