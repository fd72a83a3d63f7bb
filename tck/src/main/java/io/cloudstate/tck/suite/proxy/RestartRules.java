package io.cloudstate.tck.suite.proxy;

import static io.cloudstate.tck.suite.proxy.EventSourcedModel.emit;
import static io.cloudstate.tck.suite.proxy.EventSourcedModel.reply;
import static io.cloudstate.tck.suite.proxy.EventSourcedModel.response;

import io.cloudstate.tck.driver.FunctionRpcs;
import io.cloudstate.tck.rule.Group;
import io.cloudstate.tck.rule.Mismatch;
import io.grpc.Status;
import java.util.List;

/** A function that goes away and comes back while the proxy goes on. */
final class RestartRules {

  static final Group<ProxyStage> GROUP =
      Group.<ProxyStage>extra("function-restarts", "Restarts of the function")
          .rule(
              "bp1",
              "a function that goes away and comes back is asked once more what it serves",
              RestartRules::askedAgain)
          .rule(
              "bp2",
              "the command that is under way when the function goes away fails with 'Unexpected"
                  + " entity termination'",
              RestartRules::underWay)
          .rule(
              "bp3",
              "a command that comes while the function is away ends with a status that is not OK",
              RestartRules::whileAway)
          .rule(
              "bp4",
              "an event sourced entity is loaded with its events by a function that came back",
              RestartRules::eventsLoaded)
          .rule(
              "bp5",
              "a value entity is loaded with its value by a function that came back",
              RestartRules::valueLoaded)
          .rule(
              "bp6",
              "a service that a function serves only since it came back is served",
              RestartRules::addedService);

  private RestartRules() {}

  private static void askedAgain(ProxyStage stage) {
    var before = stage.discoveries().size();
    stage.restartFunction();
    stage.function().expectNoCall(stage.patience().quiet());
    var asked = stage.discoveries().size() - before;
    if (asked != 1) {
      throw new Mismatch(
          "calls of discover after the function came back", "1", Integer.toString(asked));
    }
  }

  private static void underWay(ProxyStage stage) {
    var entity = new EventSourcedModel(stage);
    var call = entity.call(emit("a"));
    entity.opens().expectCommand(1, emit("a"));
    stage.stopFunction();
    call.expectFailure(Status.Code.UNKNOWN, "Unexpected entity termination");
  }

  private static void whileAway(ProxyStage stage) {
    var entity = new EventSourcedModel(stage);
    stage.stopFunction();
    var call = entity.call(emit("a"));
    var ended = call.expectEnd();
    if (ended.status().isOk()) {
      throw new Mismatch("end of " + call.label(), "a status that is not OK", ended.text());
    }
  }

  private static void eventsLoaded(ProxyStage stage) {
    var entity = new EventSourcedModel(stage);
    var first = entity.call(emit("a"), emit("b"));
    entity.opens().expectCommand(1, emit("a"), emit("b"));
    entity.send(reply(1, "ab", List.of("a", "b")));
    first.expectReply(response("ab"));
    stage.restartFunction();
    var second = entity.call();
    entity.opens("a", "b").expectCommand(1);
    entity.send(reply(1, "ab", List.of()));
    second.expectReply(response("ab"));
  }

  private static void valueLoaded(ProxyStage stage) {
    var entity = new ValueModel(stage);
    var first = entity.call(ValueModel.update("one"));
    entity.opens().expectCommand(1, ValueModel.update("one"));
    entity.send(ValueModel.updated(1, "one"));
    first.expectReply(ValueModel.response("one"));
    stage.restartFunction();
    var second = entity.call();
    entity.opens("one").expectCommand(1);
    entity.send(ValueModel.reply(1, "one"));
    second.expectReply(ValueModel.response("one"));
  }

  private static void addedService(ProxyStage stage) {
    stage.restartFunction(Specs.withAction(stage.usualSpec()));
    stage.awaitServed(Specs.CALL_ACTION, ActionModel.other("one"));
    var call = stage.client().call(Specs.CALL_ACTION, ActionModel.other("two"));
    var came = stage.function().expectCall(FunctionRpcs.UNARY_ACTION);
    ActionModel.expect(
        came, ActionModel.command(Specs.ADDED, Specs.METHOD, ActionModel.other("two")));
    ActionModel.answer(came, ActionModel.replied("served"));
    call.expectReply(ActionModel.response("served"));
  }
}
