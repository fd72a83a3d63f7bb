package io.cloudstate.tck.suite.proxy;

import static io.cloudstate.tck.suite.proxy.ActionModel.MODEL;
import static io.cloudstate.tck.suite.proxy.ActionModel.STREAMED;
import static io.cloudstate.tck.suite.proxy.ActionModel.STREAMED_OUT;
import static io.cloudstate.tck.suite.proxy.ActionModel.UNARY;
import static io.cloudstate.tck.suite.proxy.ActionModel.answer;
import static io.cloudstate.tck.suite.proxy.ActionModel.command;
import static io.cloudstate.tck.suite.proxy.ActionModel.effect;
import static io.cloudstate.tck.suite.proxy.ActionModel.effectOnTwo;
import static io.cloudstate.tck.suite.proxy.ActionModel.expect;
import static io.cloudstate.tck.suite.proxy.ActionModel.expectTwo;
import static io.cloudstate.tck.suite.proxy.ActionModel.expectUnary;
import static io.cloudstate.tck.suite.proxy.ActionModel.fail;
import static io.cloudstate.tck.suite.proxy.ActionModel.failed;
import static io.cloudstate.tck.suite.proxy.ActionModel.forward;
import static io.cloudstate.tck.suite.proxy.ActionModel.forwarded;
import static io.cloudstate.tck.suite.proxy.ActionModel.opening;
import static io.cloudstate.tck.suite.proxy.ActionModel.replied;
import static io.cloudstate.tck.suite.proxy.ActionModel.reply;
import static io.cloudstate.tck.suite.proxy.ActionModel.request;
import static io.cloudstate.tck.suite.proxy.ActionModel.response;

import io.cloudstate.tck.driver.FunctionRpcs;
import io.cloudstate.tck.rule.Group;
import io.cloudstate.tck.rule.Mismatch;
import io.grpc.Status;
import java.util.List;

/** Calls of actions that end early, and how forwards and effects go together. */
final class StreamRules {

  static final Group<ProxyStage> GROUP =
      Group.<ProxyStage>extra("actions-more", "Actions: ends, effects and forwards")
          .rule(
              "sp1",
              "replies before a failure are delivered, and nothing after it",
              StreamRules::untilFailure)
          .rule(
              "sp2",
              "a function that ends a stream with a status passes it on to the client",
              StreamRules::status)
          .rule(
              "sp3",
              "a client that cancels has its call of the function cancelled",
              StreamRules::cancelled)
          .rule("sp4", "side effects run in the order in which they are listed", StreamRules::order)
          .rule(
              "sp5",
              "a side effect that fails does not fail the call it belongs to",
              StreamRules::failingEffect)
          .rule(
              "sp6",
              "side effects of a failure run, and of a forward too",
              StreamRules::effectsOfFailures)
          .rule(
              "sp7",
              "a forward may be answered by a failure, which the client gets",
              StreamRules::failingForward);

  private StreamRules() {}

  private static void untilFailure(ProxyStage stage) {
    var request = request(reply("A"), fail("no"), reply("B"));
    var call = stage.client().call(STREAMED_OUT, request);
    var handled = stage.function().expectCall(FunctionRpcs.STREAMED_OUT_ACTION);
    expect(handled, command(MODEL, "ProcessStreamedOut", request));
    handled.send(replied("A").build());
    handled.send(failed("no").build());
    call.expect(response("A"));
    call.expectFailure("no");
  }

  private static void status(ProxyStage stage) {
    var request = request(reply("A"));
    var call = stage.client().call(STREAMED_OUT, request);
    var handled = stage.function().expectCall(FunctionRpcs.STREAMED_OUT_ACTION);
    expect(handled, command(MODEL, "ProcessStreamedOut", request));
    handled.send(replied("A").build());
    call.expect(response("A"));
    handled.fail(Status.OUT_OF_RANGE.withDescription("too far"));
    call.expectFailure(Status.Code.OUT_OF_RANGE, "too far");
  }

  private static void cancelled(ProxyStage stage) {
    var call = stage.client().open(STREAMED);
    var handled = stage.function().expectCall(FunctionRpcs.STREAMED_ACTION);
    expect(handled, opening(MODEL, "ProcessStreamed"));
    call.cancel();
    var ended = handled.expectEnd();
    if (ended.status().isOk()) {
      throw new Mismatch("end of " + handled.label(), "a cancelled call", ended.text());
    }
  }

  private static void order(ProxyStage stage) {
    var request = request(effect("1"));
    var call = stage.client().call(UNARY, request);
    var response = replied("");
    for (var id : List.of("1", "2", "3")) {
      response.addSideEffects(effectOnTwo(id, true));
    }
    answer(expectUnary(stage, request), response);
    for (var id : List.of("1", "2", "3")) {
      var effect = expectTwo(stage, id);
      stage.function().expectNoCall(stage.patience().quiet());
      answer(effect, replied(""));
    }
    call.expectReply(response(""));
  }

  private static void failingEffect(ProxyStage stage) {
    var request = request(effect("1"));
    var call = stage.client().call(UNARY, request);
    answer(expectUnary(stage, request), replied("done").addSideEffects(effectOnTwo("1", true)));
    answer(expectTwo(stage, "1"), failed("no"));
    call.expectReply(response("done"));
  }

  private static void effectsOfFailures(ProxyStage stage) {
    var failing = request(fail("no"));
    var first = stage.client().call(UNARY, failing);
    answer(expectUnary(stage, failing), failed("no").addSideEffects(effectOnTwo("1", true)));
    answer(expectTwo(stage, "1"), replied(""));
    first.expectFailure("no");

    var forwarding = request(forward("3"));
    var second = stage.client().call(UNARY, forwarding);
    answer(expectUnary(stage, forwarding), forwarded("3").addSideEffects(effectOnTwo("2", true)));
    answer(expectTwo(stage, "2"), replied(""));
    answer(expectTwo(stage, "3"), replied("forwarded"));
    second.expectReply(response("forwarded"));
  }

  private static void failingForward(ProxyStage stage) {
    var request = request(forward("1"));
    var call = stage.client().call(UNARY, request);
    answer(expectUnary(stage, request), forwarded("1"));
    answer(expectTwo(stage, "1"), failed("not here"));
    call.expectFailure("not here");
  }
}
