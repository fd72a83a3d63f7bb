package io.cloudstate.tck.suite.proxy;

import static io.cloudstate.tck.suite.proxy.ActionModel.MODEL;
import static io.cloudstate.tck.suite.proxy.ActionModel.STREAMED;
import static io.cloudstate.tck.suite.proxy.ActionModel.STREAMED_IN;
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
import static io.cloudstate.tck.suite.proxy.ActionModel.following;
import static io.cloudstate.tck.suite.proxy.ActionModel.forward;
import static io.cloudstate.tck.suite.proxy.ActionModel.forwarded;
import static io.cloudstate.tck.suite.proxy.ActionModel.opening;
import static io.cloudstate.tck.suite.proxy.ActionModel.replied;
import static io.cloudstate.tck.suite.proxy.ActionModel.reply;
import static io.cloudstate.tck.suite.proxy.ActionModel.request;
import static io.cloudstate.tck.suite.proxy.ActionModel.response;

import io.cloudstate.protocol.Action.ActionResponse;
import io.cloudstate.tck.driver.FunctionRpcs;
import io.cloudstate.tck.rule.Group;
import java.util.List;

/** Actions behind a proxy, as the original kit has it. */
final class ActionRules {

  static final Group<ProxyStage> GROUP =
      Group.<ProxyStage>original("action", "Actions")
          .rule(
              "ap1",
              "a unary call is one handleUnary with service, method and payload, and its reply",
              ActionRules::unary)
          .rule(
              "ap2",
              "a call that streams in opens handleStreamedIn with service and method alone, sends"
                  + " each request as a payload alone, and completes when the client does",
              ActionRules::streamedIn)
          .rule(
              "ap3",
              "a call that streams out is one handleStreamedOut, and the client gets each of its"
                  + " replies in order and its end",
              ActionRules::streamedOut)
          .rule(
              "ap4",
              "a call that streams both ways passes each request and each reply on when it comes",
              ActionRules::streamed)
          .rule(
              "ap5",
              "a forward and a side effect of a unary call are one handleUnary of their target",
              ActionRules::unaryForwardsAndEffects)
          .rule(
              "ap6",
              "forwards and side effects of a streamed call are one handleUnary each; a response"
                  + " that has only an effect is no message for the client",
              ActionRules::streamedForwardsAndEffects)
          .rule(
              "ap7",
              "a failure that the function replies is a status with its description",
              ActionRules::unaryFailure)
          .rule(
              "ap8",
              "a failure on a streamed call ends it with a status and its description; the opening"
                  + " message is sent before the client has sent any request",
              ActionRules::streamedFailure)
          .rule(
              "ap9",
              "a unary call can be made with JSON over HTTP; a failure is status 500 and its"
                  + " description",
              ActionRules::http);

  private ActionRules() {}

  private static void unary(ProxyStage stage) {
    var request = request(reply("one"));
    var call = stage.client().call(UNARY, request);
    answer(expectUnary(stage, request), replied("one"));
    call.expectReply(response("one"));
  }

  private static void streamedIn(ProxyStage stage) {
    var request = request(reply("two"));
    var call = stage.client().open(STREAMED_IN);
    var handled = stage.function().expectCall(FunctionRpcs.STREAMED_IN_ACTION);
    expect(handled, opening(MODEL, "ProcessStreamedIn"));
    call.send(request);
    expect(handled, following(request));
    call.complete();
    handled.expectCompletion();
    answer(handled, replied("two"));
    call.expectReply(response("two"));
  }

  private static void streamedOut(ProxyStage stage) {
    var request = request(reply("A"), reply("B"), reply("C"));
    var call = stage.client().call(STREAMED_OUT, request);
    var handled = stage.function().expectCall(FunctionRpcs.STREAMED_OUT_ACTION);
    expect(handled, command(MODEL, "ProcessStreamedOut", request));
    for (var text : List.of("A", "B", "C")) {
      handled.send(replied(text).build());
      call.expect(response(text));
    }
    handled.complete();
    call.expectCompletion();
  }

  private static void streamed(ProxyStage stage) {
    var call = stage.client().open(STREAMED);
    var handled = stage.function().expectCall(FunctionRpcs.STREAMED_ACTION);
    expect(handled, opening(MODEL, "ProcessStreamed"));
    for (var text : List.of("X", "Y", "Z")) {
      var request = request(reply(text));
      call.send(request);
      expect(handled, following(request));
      handled.send(replied(text).build());
      call.expect(response(text));
    }
    call.complete();
    handled.expectCompletion();
    handled.complete();
    call.expectCompletion();
  }

  private static void unaryForwardsAndEffects(ProxyStage stage) {
    var forwarding = request(forward("other"));
    var first = stage.client().call(UNARY, forwarding);
    answer(expectUnary(stage, forwarding), forwarded("other"));
    answer(expectTwo(stage, "other"), replied(""));
    first.expectReply(response(""));

    var effecting = request(reply(""), effect("another"));
    var second = stage.client().call(UNARY, effecting);
    answer(
        expectUnary(stage, effecting), replied("").addSideEffects(effectOnTwo("another", false)));
    answer(expectTwo(stage, "another"), replied(""));
    second.expectReply(response(""));
  }

  private static void streamedForwardsAndEffects(ProxyStage stage) {
    var call = stage.client().open(STREAMED);
    var handled = stage.function().expectCall(FunctionRpcs.STREAMED_ACTION);
    expect(handled, opening(MODEL, "ProcessStreamed"));

    call.send(request(forward("one")));
    expect(handled, following(request(forward("one"))));
    handled.send(forwarded("one").build());
    answer(expectTwo(stage, "one"), replied(""));
    call.expect(response(""));

    call.send(request(effect("two")));
    expect(handled, following(request(effect("two"))));
    handled.send(ActionResponse.newBuilder().addSideEffects(effectOnTwo("two", false)).build());
    answer(expectTwo(stage, "two"), replied(""));

    call.complete();
    handled.expectCompletion();
    handled.complete();
    call.expectCompletion();
  }

  private static void unaryFailure(ProxyStage stage) {
    var request = request(fail("expected failure"));
    var call = stage.client().call(UNARY, request);
    answer(expectUnary(stage, request), failed("expected failure"));
    call.expectFailure("expected failure");
  }

  private static void streamedFailure(ProxyStage stage) {
    var request = request(fail("expected failure"));
    var call = stage.client().open(STREAMED);
    var handled = stage.function().expectCall(FunctionRpcs.STREAMED_ACTION);
    expect(handled, opening(MODEL, "ProcessStreamed"));
    call.send(request);
    expect(handled, following(request));
    handled.send(failed("expected failure").build());
    call.expectFailure("expected failure");
  }

  private static void http(ProxyStage stage) {
    var first =
        stage
            .http()
            .postJson(
                "/tck/model/action/unary",
                "{\"groups\":[{\"steps\":[{\"reply\":{\"message\":\"foo\"}}]}]}");
    answer(expectUnary(stage, request(reply("foo"))), replied("foo"));
    first.expectJson("{\"message\":\"foo\"}");
    var second =
        stage
            .http()
            .postJson(
                "/tck/model/action/unary",
                "{\"groups\":[{\"steps\":[{\"fail\":{\"message\":\"boom\"}}]}]}");
    answer(expectUnary(stage, request(fail("boom"))), failed("boom"));
    second.expect(500, "boom");
  }
}
