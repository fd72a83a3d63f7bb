package io.cloudstate.tck.suite.proxy;

import static io.cloudstate.tck.suite.proxy.EventSourcedModel.CALL_CONFIGURED;
import static io.cloudstate.tck.suite.proxy.EventSourcedModel.CONFIGURED;
import static io.cloudstate.tck.suite.proxy.EventSourcedModel.TWO;
import static io.cloudstate.tck.suite.proxy.EventSourcedModel.command;
import static io.cloudstate.tck.suite.proxy.EventSourcedModel.emit;
import static io.cloudstate.tck.suite.proxy.EventSourcedModel.fail;
import static io.cloudstate.tck.suite.proxy.EventSourcedModel.failed;
import static io.cloudstate.tck.suite.proxy.EventSourcedModel.persisted;
import static io.cloudstate.tck.suite.proxy.EventSourcedModel.reply;
import static io.cloudstate.tck.suite.proxy.EventSourcedModel.response;

import io.cloudstate.protocol.EventSourcedOuterClass.EventSourcedReply;
import io.cloudstate.protocol.EventSourcedOuterClass.EventSourcedStreamOut;
import io.cloudstate.tck.rule.Group;
import java.time.Duration;
import java.util.List;

/** Event sourced entities behind a proxy, as the original kit has it. */
final class EventSourcedRules {

  /** For an entity that is unloaded after 100 ms. */
  static final Duration PASSIVATION = Duration.ofSeconds(2);

  static final Group<ProxyStage> GROUP =
      Group.<ProxyStage>original("event-sourced", "Event sourced entities")
          .rule(
              "ep1",
              "an entity has one stream, which begins with an init without a snapshot and carries"
                  + " its commands with ids from 1; each client gets the reply to its command",
              EventSourcedRules::stateChanges)
          .rule(
              "ep2",
              "a forward is one command to its target, whose reply the client gets, and a side"
                  + " effect is one command whose reply nobody gets; both use the target's stream",
              EventSourcedRules::forwardsAndEffects)
          .rule(
              "ep3",
              "a failure that a function replies fails that call alone with its description; if it"
                  + " asks for a restart, the stream is half-closed and at once opened again with"
                  + " the stored events and command ids from 1",
              EventSourcedRules::failures)
          .rule(
              "ep4",
              "the same entity is called with JSON over HTTP; a failure is status 500 and its"
                  + " description",
              EventSourcedRules::http)
          .rule(
              "ep5",
              "an entity that is idle for its time-out is unloaded by a half-close of its stream",
              EventSourcedRules::passivation);

  private EventSourcedRules() {}

  private static void stateChanges(ProxyStage stage) {
    var entity = new EventSourcedModel(stage);
    var first = entity.call();
    entity.opens().expectCommand(1);
    entity.send(reply(1, "", List.of()));
    first.expectReply(response(""));
    entity.turn(2, "A", List.of("A"), emit("A"));
    entity.turn(3, "ABCD", List.of("B", "C", "D"), emit("B"), emit("C"), emit("D"));
    entity.turn(
        4, reply(4, "ABCDE", List.of("E")).setSnapshot(persisted("ABCDE")), "ABCDE", emit("E"));
    var four = List.of("F", "G", "H", "I");
    entity.turn(5, "ABCDEFGHI", four, emit("F"), emit("G"), emit("H"), emit("I"));
    entity.turn(
        6,
        reply(6, "ABCDEFGHIJK", List.of("J", "K")).setSnapshot(persisted("ABCDEFGHIJK")),
        "ABCDEFGHIJK",
        emit("J"),
        emit("K"));
  }

  private static void forwardsAndEffects(ProxyStage stage) {
    var entity = new EventSourcedModel(stage);
    var first = entity.call(emit("one"));
    entity.opens().expectCommand(1, emit("one"));
    entity.send(reply(1, "one", List.of("one")));
    first.expectReply(response("one"));

    var forwarded = entity.commands(2, entity.forward());
    entity.send(entity.forwarded(2));
    var two = entity.open(TWO);
    two.expect(command(1, "Call", entity.request()));
    two.send(out(reply(1, "", List.of())));
    forwarded.expectReply(response(""));

    var effecting = entity.commands(3, entity.effect());
    entity.send(reply(3, "one", List.of()).addSideEffects(entity.effectOnTwo()));
    two.expect(command(2, "Call", entity.request()));
    two.send(out(reply(2, "", List.of())));
    effecting.expectReply(response("one"));
    entity.turn(4, "one", List.of());
  }

  private static void failures(ProxyStage stage) {
    var entity = new EventSourcedModel(stage);
    var first = entity.call(emit("1"), emit("2"), emit("3"));
    entity.opens().expectCommand(1, emit("1"), emit("2"), emit("3"));
    entity.send(reply(1, "123", List.of("1", "2", "3")));
    first.expectReply(response("123"));

    var failing = entity.commands(2, fail("expected failure"));
    entity.send(failed(2, "expected failure", false));
    failing.expectFailure("expected failure");
    entity.turn(3, "123", List.of());

    var restarting = entity.commands(4, emit("4"), fail("another failure"), emit("5"));
    var restarts = entity.sendFailure(4, "another failure");
    restarting.expectFailure("another failure");
    var next = restarts ? 1 : 5;
    if (restarts) {
      entity.stream().expectCompletion();
      entity.stream().complete();
      entity.opens("1", "2", "3");
    }
    entity.turn(
        next,
        reply(next, "12345", List.of("4", "5")).setSnapshot(persisted("12345")),
        "12345",
        emit("4"),
        emit("5"));
  }

  private static void http(ProxyStage stage) {
    var entity = new EventSourcedModel(stage);
    var first = entity.post("{}");
    entity.opens().expectCommand(1);
    entity.send(reply(1, "", List.of()));
    first.expectJson("{\"message\":\"\"}");

    var second = stage.http().postJson("/" + TWO + "/Call", "{\"id\":\"" + entity.id() + "\"}");
    var two = entity.open(TWO);
    two.expect(command(1, "Call", entity.request()));
    two.send(out(reply(1, "", List.of())));
    second.expectJson("{\"message\":\"\"}");

    var emitting = entity.post("{\"actions\":[{\"emit\":{\"value\":\"x\"}}]}");
    entity.expectCommand(2, emit("x"));
    entity.send(reply(2, "x", List.of("x")));
    emitting.expectJson("{\"message\":\"x\"}");

    var failing = entity.post("{\"actions\":[{\"fail\":{\"message\":\"expected failure\"}}]}");
    entity.expectCommand(3, fail("expected failure"));
    entity.send(failed(3, "expected failure", false));
    failing.expect(500, "expected failure");

    var restarting =
        entity.post(
            "{\"actions\":[{\"emit\":{\"value\":\"z\"}},{\"fail\":{\"message\":\"emit then"
                + " fail\"}}]}");
    entity.expectCommand(4, emit("z"), fail("emit then fail"));
    var restarts = entity.sendFailure(4, "emit then fail");
    restarting.expect(500, "emit then fail");
    var next = restarts ? 1 : 5;
    if (restarts) {
      entity.stream().expectCompletion();
      entity.stream().complete();
      entity.opens("x");
    }
    var last = entity.post("{\"actions\":[{\"emit\":{\"value\":\"z\"}}]}");
    entity.expectCommand(next, emit("z"));
    entity.send(reply(next, "xz", List.of("z")));
    last.expectJson("{\"message\":\"xz\"}");
  }

  private static void passivation(ProxyStage stage) {
    var entity = new EventSourcedModel(stage);
    var call = stage.client().call(CALL_CONFIGURED, entity.request());
    var stream = entity.open(CONFIGURED);
    stream.expect(command(1, "Call", entity.request()));
    stream.send(out(reply(1, "", List.of())));
    call.expectReply(response(""));
    stream.expectCompletion(PASSIVATION);
    stream.complete();
  }

  static EventSourcedStreamOut out(EventSourcedReply.Builder reply) {
    return EventSourcedStreamOut.newBuilder().setReply(reply).build();
  }
}
