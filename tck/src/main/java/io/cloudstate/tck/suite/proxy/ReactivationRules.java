package io.cloudstate.tck.suite.proxy;

import static io.cloudstate.tck.suite.proxy.EventSourcedModel.event;
import static io.cloudstate.tck.suite.proxy.EventSourcedModel.init;
import static io.cloudstate.tck.suite.proxy.EventSourcedModel.persisted;
import static io.cloudstate.tck.suite.proxy.EventSourcedModel.reply;
import static io.cloudstate.tck.suite.proxy.EventSourcedRules.PASSIVATION;

import io.cloudstate.protocol.EventSourcedOuterClass.EventSourcedReply;
import io.cloudstate.protocol.EventSourcedOuterClass.EventSourcedStreamIn;
import io.cloudstate.protocol.EventSourcedOuterClass.EventSourcedStreamOut;
import io.cloudstate.protocol.ValueEntityOuterClass.ValueEntityReply;
import io.cloudstate.tck.driver.FunctionCall;
import io.cloudstate.tck.driver.FunctionRpcs;
import io.cloudstate.tck.rule.Group;
import java.util.List;

/** Entities that are unloaded and come back with their state. */
final class ReactivationRules {

  static final Group<ProxyStage> GROUP =
      Group.<ProxyStage>extra("passivation", "Passivation and re-activation")
          .rule(
              "pp1",
              "an event sourced entity comes back with its events in order, each once, and command"
                  + " ids from 1",
              ReactivationRules::events)
          .rule(
              "pp2",
              "an event sourced entity comes back with its newest snapshot and only the events"
                  + " after it",
              ReactivationRules::snapshot)
          .rule("pp3", "a value entity comes back with its value", ReactivationRules::value)
          .rule(
              "pp4",
              "a value entity whose value was deleted comes back without one",
              ReactivationRules::deletedValue)
          .rule(
              "pp5",
              "a command that comes while an entity is being unloaded is answered once it is back",
              ReactivationRules::duringPassivation)
          .rule(
              "pp6",
              "events of a reply that fails and asks for a restart are not stored",
              ReactivationRules::droppedEvents);

  private ReactivationRules() {}

  private static void events(ProxyStage stage) {
    var entity = new EventSourcedModel(stage);
    visit(stage, entity, List.of(fresh(entity)), reply(1, "ab", List.of("a", "b")));
    visit(
        stage,
        entity,
        List.of(fresh(entity), event(1, "a"), event(2, "b")),
        reply(1, "ab", List.of()));
  }

  private static void snapshot(ProxyStage stage) {
    var entity = new EventSourcedModel(stage);
    visit(
        stage,
        entity,
        List.of(fresh(entity)),
        reply(1, "ab", List.of("a", "b")).setSnapshot(persisted("ab")));
    visit(stage, entity, List.of(with(entity, 2, "ab")), reply(1, "abc", List.of("c")));
    visit(stage, entity, List.of(with(entity, 2, "ab"), event(3, "c")), reply(1, "abc", List.of()));
  }

  private static void value(ProxyStage stage) {
    var entity = new ValueModel(stage);
    visit(stage, entity, "", ValueModel.updated(1, "one"));
    visit(stage, entity, "one", ValueModel.updated(1, "two"));
    visit(stage, entity, "two", ValueModel.reply(1, "two"));
  }

  private static void deletedValue(ProxyStage stage) {
    var entity = new ValueModel(stage);
    visit(stage, entity, "", ValueModel.updated(1, "one"));
    visit(stage, entity, "one", ValueModel.deleted(1));
    visit(stage, entity, "", ValueModel.reply(1, ""));
  }

  private static void duringPassivation(ProxyStage stage) {
    var entity = new EventSourcedModel(stage);
    var first = visited(stage, entity, List.of(fresh(entity)), reply(1, "a", List.of("a")));
    first.expectCompletion(PASSIVATION);
    var call = stage.client().call(EventSourcedModel.CALL_CONFIGURED, entity.request());
    call.expectNothing();
    first.complete();
    var second = stage.function().expectCall(FunctionRpcs.EVENT_SOURCED);
    second.expect(fresh(entity));
    second.expect(event(1, "a"));
    second.expect(EventSourcedModel.command(1, "Call", entity.request()));
    second.send(EventSourcedRules.out(reply(1, "a", List.of())));
    call.expectReply(EventSourcedModel.response("a"));
    end(second);
  }

  private static void droppedEvents(ProxyStage stage) {
    var entity = new EventSourcedModel(stage);
    var first = entity.call(EventSourcedModel.emit("a"));
    entity.opens().expectCommand(1, EventSourcedModel.emit("a"));
    entity.send(reply(1, "a", List.of("a")));
    first.expectReply(EventSourcedModel.response("a"));
    var failing = entity.commands(2, EventSourcedModel.emit("b"));
    entity.send(EventSourcedModel.failed(2, "no", true).addEvents(persisted("b")));
    failing.expectFailure("no");
    entity.stream().expectCompletion();
    entity.stream().complete();
    entity.opens("a").turn(1, "a", List.of());
  }

  /** The entity is loaded with these messages, answers one command, and is unloaded. */
  private static void visit(
      ProxyStage stage,
      EventSourcedModel entity,
      List<EventSourcedStreamIn> loaded,
      EventSourcedReply.Builder reply) {
    end(visited(stage, entity, loaded, reply));
  }

  private static FunctionCall<EventSourcedStreamIn, EventSourcedStreamOut> visited(
      ProxyStage stage,
      EventSourcedModel entity,
      List<EventSourcedStreamIn> loaded,
      EventSourcedReply.Builder reply) {
    var call = stage.client().call(EventSourcedModel.CALL_CONFIGURED, entity.request());
    var stream = stage.function().expectCall(FunctionRpcs.EVENT_SOURCED);
    loaded.forEach(stream::expect);
    stream.expect(EventSourcedModel.command(1, "Call", entity.request()));
    stream.send(EventSourcedRules.out(reply));
    call.next();
    call.expectCompletion();
    return stream;
  }

  private static void visit(
      ProxyStage stage, ValueModel entity, String value, ValueEntityReply.Builder reply) {
    var call = stage.client().call(ValueModel.CALL_CONFIGURED, entity.request());
    var stream =
        value.isEmpty()
            ? entity.open(ValueModel.CONFIGURED)
            : entity.open(ValueModel.CONFIGURED, value);
    stream.expect(ValueModel.command(1, "Call", entity.request()));
    stream.send(ValueModel.out(reply));
    call.next();
    call.expectCompletion();
    end(stream);
  }

  private static void end(FunctionCall<?, ?> stream) {
    stream.expectCompletion(PASSIVATION);
    stream.complete();
  }

  private static EventSourcedStreamIn fresh(EventSourcedModel entity) {
    return init(EventSourcedModel.CONFIGURED, entity.id());
  }

  private static EventSourcedStreamIn with(EventSourcedModel entity, long sequence, String state) {
    return init(EventSourcedModel.CONFIGURED, entity.id(), sequence, state);
  }
}
