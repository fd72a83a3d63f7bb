package io.cloudstate.tck.suite.model;

import static io.cloudstate.tck.suite.model.ActionCall.MODEL;
import static io.cloudstate.tck.suite.model.ActionCall.TWO;
import static io.cloudstate.tck.suite.model.ActionCall.effect;
import static io.cloudstate.tck.suite.model.ActionCall.streamed;
import static io.cloudstate.tck.suite.model.ActionCall.streamedIn;
import static io.cloudstate.tck.suite.model.ActionCall.streamedOut;
import static io.cloudstate.tck.suite.model.ActionCall.synchronousEffect;
import static io.cloudstate.tck.suite.model.ActionCall.unary;
import static io.cloudstate.tck.suite.model.Declarations.declares;

import io.cloudstate.tck.driver.ScriptedProxy;
import io.cloudstate.tck.model.Action.ProcessGroup;
import io.cloudstate.tck.model.Action.ProcessStep;
import io.cloudstate.tck.rule.Group;
import io.cloudstate.tck.suite.model.ActionCall.Answer;
import java.util.List;
import java.util.function.Function;

/**
 * Actions (spec: tck-proxy-cases.md section 9.1). The four kinds of response are asked for in each
 * shape of call, without side effects and with them.
 */
final class ActionRules {

  private static final String TYPE = "cloudstate.action.ActionProtocol";

  private static final Response REPLY =
      new Response(text -> List.of(ActionCall.reply(text)), ActionCall::replied);
  private static final Response NOTHING =
      new Response(text -> List.of(), text -> ActionCall.nothing());
  private static final Response FORWARD =
      new Response(text -> List.of(ActionCall.forward(text)), ActionCall::forwarded);
  private static final Response FAILURE =
      new Response(text -> List.of(ActionCall.fail(text)), ActionCall::failed);

  /** A kind of response: the steps that ask for it, and what it looks like. */
  private record Response(
      Function<String, List<ProcessStep>> steps, Function<String, Answer> answer) {

    ProcessGroup group(String text, ProcessStep... effects) {
      return ProcessGroup.newBuilder()
          .addAllSteps(steps.apply(text))
          .addAllSteps(List.of(effects))
          .build();
    }

    Answer answer(String text) {
      return answer.apply(text);
    }
  }

  static Group<ScriptedProxy> group() {
    var group =
        Group.<ScriptedProxy>original("action", "Actions")
            .rule(
                "am1",
                "Discovery declares the model and its second service as actions",
                proxy -> {
                  declares(proxy, MODEL, TYPE);
                  declares(proxy, TWO, TYPE);
                });
    group = unaryCalls(group, 2, "a reply", REPLY);
    group = unaryCalls(group, 6, "a response with nothing set", NOTHING);
    group = unaryCalls(group, 10, "a forward", FORWARD);
    group = unaryCalls(group, 14, "a failure without command id", FAILURE);
    return streamedBothWays(outputStreamed(inputStreamed(group)));
  }

  /** Four rules: without side effect, with one, with a synchronous one, with several. */
  private static Group<ScriptedProxy> unaryCalls(
      Group<ScriptedProxy> group, int number, String name, Response response) {
    var call = "A unary call that asks for it is answered by " + name;
    return group
        .rule(
            "am" + number,
            call,
            proxy -> unary(proxy, response.group("one")).expect(response.answer("one")).close())
        .rule(
            "am" + (number + 1),
            call + " with a side effect",
            proxy ->
                unary(proxy, response.group("two", effect("a")))
                    .expect(response.answer("two").effect("a"))
                    .close())
        .rule(
            "am" + (number + 2),
            call + " with a side effect that is marked as synchronous",
            proxy ->
                unary(proxy, response.group("three", synchronousEffect("a")))
                    .expect(response.answer("three").synchronousEffect("a"))
                    .close())
        .rule(
            "am" + (number + 3),
            call + " with several side effects, in the order they were asked for",
            proxy ->
                unary(proxy, response.group("four", effect("a"), effect("b"), effect("c")))
                    .expect(response.answer("four").effect("a").effect("b").effect("c"))
                    .close());
  }

  private static Group<ScriptedProxy> inputStreamed(Group<ScriptedProxy> group) {
    return group
        .rule(
            "am18",
            "A call whose input streams is answered when the input ends",
            proxy -> oneMessage(proxy, REPLY))
        .rule(
            "am19",
            "The side effects of all messages of an input go with the one reply",
            proxy -> severalMessages(proxy, REPLY))
        .rule(
            "am20",
            "An input that ends without a message is answered by a response with nothing set",
            proxy -> streamedIn(proxy).closeInput().expect(NOTHING.answer("")).close())
        .rule(
            "am21",
            "An input whose message asks for nothing is answered by a response with nothing set",
            proxy -> oneMessage(proxy, NOTHING))
        .rule(
            "am22",
            "The side effects of an input that asks for nothing else go with an empty response",
            proxy -> severalMessages(proxy, NOTHING))
        .rule(
            "am23",
            "A call whose input streams may be answered by a forward",
            proxy -> oneMessage(proxy, FORWARD))
        .rule(
            "am24",
            "The side effects of all messages of an input go with the one forward",
            proxy -> severalMessages(proxy, FORWARD))
        .rule(
            "am25",
            "A call whose input streams may be answered by a failure",
            proxy -> oneMessage(proxy, FAILURE))
        .rule(
            "am26",
            "The side effects of all messages of an input go with the one failure",
            proxy -> severalMessages(proxy, FAILURE));
  }

  private static void oneMessage(ScriptedProxy proxy, Response response) {
    streamedIn(proxy)
        .request(response.group("one"))
        .closeInput()
        .expect(response.answer("one"))
        .close();
  }

  private static void severalMessages(ScriptedProxy proxy, Response response) {
    streamedIn(proxy)
        .request(response.group("two", effect("a")))
        .request(ActionCall.group(synchronousEffect("b")))
        .request(ActionCall.group(effect("c"), effect("d")))
        .closeInput()
        .expect(response.answer("two").effect("a").synchronousEffect("b").effect("c").effect("d"))
        .close();
  }

  private static Group<ScriptedProxy> outputStreamed(Group<ScriptedProxy> group) {
    return group
        .rule(
            "am27",
            "A call whose output streams has one reply for each group, with its side effects, and"
                + " then completes",
            proxy -> fourGroups(proxy, REPLY))
        .rule(
            "am28",
            "In an output that streams, a group that asks for no reply has a response all the same",
            proxy -> fourGroups(proxy, NOTHING))
        .rule(
            "am29",
            "In an output that streams, every response may be a forward",
            proxy -> fourGroups(proxy, FORWARD))
        .rule(
            "am30",
            "In an output that streams, a failure does not end the call",
            proxy -> fourGroups(proxy, FAILURE));
  }

  private static void fourGroups(ScriptedProxy proxy, Response response) {
    streamedOut(
            proxy,
            response.group("one"),
            response.group("two", effect("a")),
            response.group("three", synchronousEffect("b")),
            response.group("four", effect("c"), effect("d"), effect("e")))
        .expect(response.answer("one"))
        .expect(response.answer("two").effect("a"))
        .expect(response.answer("three").synchronousEffect("b"))
        .expect(response.answer("four").effect("c").effect("d").effect("e"))
        .close();
  }

  private static Group<ScriptedProxy> streamedBothWays(Group<ScriptedProxy> group) {
    return group
        .rule(
            "am31",
            "A call that streams both ways replies to each group of each message as it comes, with"
                + " its side effects, and completes when the input has ended",
            proxy -> sixGroups(proxy, REPLY))
        .rule(
            "am32",
            "In a call that streams both ways, a group that asks for no reply has a response all"
                + " the same",
            proxy -> sixGroups(proxy, NOTHING))
        .rule(
            "am33",
            "In a call that streams both ways, every response may be a forward",
            proxy -> sixGroups(proxy, FORWARD))
        .rule(
            "am34",
            "In a call that streams both ways, a failure does not end the call",
            proxy -> sixGroups(proxy, FAILURE));
  }

  /** In five messages; each is answered before the next is sent. */
  private static void sixGroups(ScriptedProxy proxy, Response response) {
    streamed(proxy)
        .request(response.group("one"))
        .expect(response.answer("one"))
        .request(response.group("two", effect("a")))
        .expect(response.answer("two").effect("a"))
        .request(response.group("three", synchronousEffect("b")))
        .expect(response.answer("three").synchronousEffect("b"))
        .request(response.group("four", effect("c"), effect("d"), effect("e")))
        .expect(response.answer("four").effect("c").effect("d").effect("e"))
        .request(response.group("five", effect("f")), response.group("six", effect("g")))
        .expect(response.answer("five").effect("f"))
        .expect(response.answer("six").effect("g"))
        .close();
  }

  private ActionRules() {}
}
