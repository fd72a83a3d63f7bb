package io.cloudstate.tck.suite.proxy;

import static io.cloudstate.tck.suite.proxy.ActionModel.UNARY;
import static io.cloudstate.tck.suite.proxy.ActionModel.answer;
import static io.cloudstate.tck.suite.proxy.ActionModel.effect;
import static io.cloudstate.tck.suite.proxy.ActionModel.effectOnTwo;
import static io.cloudstate.tck.suite.proxy.ActionModel.expectTwo;
import static io.cloudstate.tck.suite.proxy.ActionModel.expectUnary;
import static io.cloudstate.tck.suite.proxy.ActionModel.replied;
import static io.cloudstate.tck.suite.proxy.ActionModel.request;
import static io.cloudstate.tck.suite.proxy.EventSourcedModel.emit;
import static io.cloudstate.tck.suite.proxy.EventSourcedModel.failed;
import static io.cloudstate.tck.suite.proxy.EventSourcedModel.reply;
import static io.cloudstate.tck.suite.proxy.EventSourcedModel.response;

import com.google.protobuf.InvalidProtocolBufferException;
import io.cloudstate.tck.driver.ClientCall;
import io.cloudstate.tck.driver.FunctionRpcs;
import io.cloudstate.tck.model.Eventsourced.Request;
import io.cloudstate.tck.model.Eventsourced.Response;
import io.cloudstate.tck.rule.Group;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;

/** Commands that come at the same time, and what happens before and after a reply. */
final class OrderRules {

  private static final Duration HELD_BACK = Duration.ofMillis(100);
  private static final int MANY_COMMANDS = 20;
  private static final int MANY_ENTITIES = 50;

  static final Group<ProxyStage> GROUP =
      Group.<ProxyStage>extra("order", "Concurrency and order")
          .rule(
              "op1",
              "an entity gets its next command only after it has replied to the one before",
              OrderRules::oneAtATime)
          .rule(
              "op2",
              "of commands that come at the same time each is executed once, and its reply goes to"
                  + " the client that sent it",
              OrderRules::eachOnce)
          .rule(
              "op3",
              "an entity that does not answer keeps no other from being called",
              OrderRules::independent)
          .rule(
              "op4",
              "commands that wait while an entity restarts get to it afterwards, in their order",
              OrderRules::waitingWhileRestarting)
          .rule(
              "op5",
              "a synchronous side effect ends before the reply is released",
              OrderRules::synchronousEffect)
          .rule(
              "op6",
              "the reply does not wait for an asynchronous side effect",
              OrderRules::asynchronousEffect)
          .rule(
              "op7",
              "many entities are loaded at the same time, each with a stream of its own",
              OrderRules::manyEntities)
          .rule(
              "op8",
              "a command of a value entity waits for the one before too",
              OrderRules::oneValueAtATime);

  private OrderRules() {}

  private static void oneAtATime(ProxyStage stage) {
    var entity = new EventSourcedModel(stage);
    var first = entity.call(emit("a"));
    entity.opens().expectCommand(1, emit("a"));
    var second = entity.call(emit("b"));
    entity.stream().expectNothing(HELD_BACK);
    entity.send(reply(1, "a", List.of("a")));
    first.expectReply(response("a"));
    entity.expectCommand(2, emit("b"));
    entity.send(reply(2, "ab", List.of("b")));
    second.expectReply(response("ab"));
  }

  private static void eachOnce(ProxyStage stage) throws InvalidProtocolBufferException {
    var entity = new EventSourcedModel(stage);
    var calls = new ArrayList<ClientCall<Request, Response>>();
    calls.add(entity.call(emit("0")));
    entity.opens();
    for (var i = 1; i < MANY_COMMANDS; i++) {
      calls.add(entity.call(emit(Integer.toString(i))));
    }
    // which one comes first is not said: they travel side by side
    for (var i = 0; i < MANY_COMMANDS; i++) {
      var command = entity.stream().next().getCommand();
      var value = Request.parseFrom(command.getPayload().getValue()).getActions(0);
      var text = value.getEmit().getValue();
      entity.send(reply(i + 1, "state " + text, List.of(text)));
    }
    for (var i = 0; i < MANY_COMMANDS; i++) {
      calls.get(i).expectReply(response("state " + i));
    }
  }

  private static void independent(ProxyStage stage) {
    var stuck = new EventSourcedModel(stage);
    var other = new EventSourcedModel(stage);
    var first = stuck.call();
    stuck.opens().expectCommand(1);
    var second = other.call();
    other.opens().expectCommand(1);
    other.send(reply(1, "", List.of()));
    second.expectReply(response(""));
    stuck.send(reply(1, "late", List.of()));
    first.expectReply(response("late"));
  }

  private static void waitingWhileRestarting(ProxyStage stage) {
    var entity = new EventSourcedModel(stage);
    var first = entity.call(emit("a"));
    entity.opens().expectCommand(1, emit("a"));
    var second = entity.call(emit("b"));
    second.expectNothing();
    entity.send(failed(1, "again", true));
    first.expectFailure("again");
    entity.stream().expectCompletion();
    entity.stream().complete();
    entity.opens().expectCommand(1, emit("b"));
    entity.send(reply(1, "b", List.of("b")));
    second.expectReply(response("b"));
  }

  private static void synchronousEffect(ProxyStage stage) {
    var request = request(effect("one"));
    var call = stage.client().call(UNARY, request);
    answer(expectUnary(stage, request), replied("done").addSideEffects(effectOnTwo("one", true)));
    var two = expectTwo(stage, "one");
    call.expectNothing(HELD_BACK);
    answer(two, replied(""));
    call.expectReply(ActionModel.response("done"));
  }

  private static void asynchronousEffect(ProxyStage stage) {
    var request = request(effect("one"));
    var call = stage.client().call(UNARY, request);
    answer(expectUnary(stage, request), replied("done").addSideEffects(effectOnTwo("one", false)));
    var two = expectTwo(stage, "one");
    call.expectReply(ActionModel.response("done"));
    answer(two, replied(""));
  }

  private static void manyEntities(ProxyStage stage) {
    var calls = new HashMap<String, ClientCall<Request, Response>>();
    for (var i = 0; i < MANY_ENTITIES; i++) {
      var entity = new EventSourcedModel(stage);
      calls.put(entity.id(), entity.call());
    }
    for (var i = 0; i < MANY_ENTITIES; i++) {
      var stream = stage.function().expectCall(FunctionRpcs.EVENT_SOURCED);
      var id = stream.next().getInit().getEntityId();
      stream.expect(
          EventSourcedModel.command(1, "Process", Request.newBuilder().setId(id).build()));
      stream.send(EventSourcedRules.out(reply(1, id, List.of())));
    }
    calls.forEach((id, call) -> call.expectReply(response(id)));
  }

  private static void oneValueAtATime(ProxyStage stage) {
    var entity = new ValueModel(stage);
    var first = entity.call(ValueModel.update("a"));
    entity.opens().expectCommand(1, ValueModel.update("a"));
    var second = entity.call();
    entity.stream().expectNothing(HELD_BACK);
    entity.send(ValueModel.updated(1, "a"));
    first.expectReply(ValueModel.response("a"));
    entity.expectCommand(2);
    entity.send(ValueModel.reply(2, "a"));
    second.expectReply(ValueModel.response("a"));
  }
}
