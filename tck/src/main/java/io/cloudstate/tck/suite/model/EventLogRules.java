package io.cloudstate.tck.suite.model;

import static io.cloudstate.tck.suite.model.Declarations.declares;
import static io.cloudstate.tck.suite.model.EventLogCalls.ONE;
import static io.cloudstate.tck.suite.model.EventLogCalls.SUBSCRIBER;
import static io.cloudstate.tck.suite.model.EventLogCalls.TWO;
import static io.cloudstate.tck.suite.model.EventLogCalls.forward;
import static io.cloudstate.tck.suite.model.EventLogCalls.forwarded;
import static io.cloudstate.tck.suite.model.EventLogCalls.replied;
import static io.cloudstate.tck.suite.model.EventLogCalls.reply;

import io.cloudstate.tck.driver.FunctionRpcs;
import io.cloudstate.tck.driver.ScriptedProxy;
import io.cloudstate.tck.model.Eventlogeventing.EffectRequest;
import io.cloudstate.tck.model.Eventlogeventing.EventOne;
import io.cloudstate.tck.model.Eventlogeventing.EventTwo;
import io.cloudstate.tck.rule.Group;

/** What a function does to write event logs and to read them (spec: eventing.md section 10). */
final class EventLogRules {

  static Group<ScriptedProxy> group() {
    return reading(writing(Group.extra("event-log", "Event logs")));
  }

  private static Group<ScriptedProxy> writing(Group<ScriptedProxy> group) {
    return group
        .rule(
            "lm1",
            "Discovery declares the subscriber as an action, and the types that write the logs with"
                + " the logs' names as persistence ids",
            proxy -> {
              declares(proxy, SUBSCRIBER, "cloudstate.action.ActionProtocol");
              declares(proxy, ONE, "cloudstate.eventsourced.EventSourced", "eventlogeventing-one");
              declares(proxy, TWO, "cloudstate.eventsourced.EventSourced", "eventlogeventing-two");
            })
        .rule(
            "lm2",
            "The event that a command hands over goes with its empty reply as it is",
            EventLogCalls::emitsMessage)
        .rule(
            "lm3",
            "A JSON event has a type URL that starts with json.cloudstate.io/ and its text in"
                + " field 1",
            proxy -> EventLogCalls.emitsJson(proxy, "some json message"));
  }

  private static Group<ScriptedProxy> reading(Group<ScriptedProxy> group) {
    return group
        .rule(
            "lm4",
            "What answers a consumed event knows the entity that wrote it: the CloudEvent's"
                + " subject",
            proxy -> {
              var event = EventOne.newBuilder().setStep(reply("some message")).build();
              EventLogCalls.consume(proxy, FunctionRpcs.UNARY_ACTION, "ProcessEventOne", event)
                  .expect(replied("some message"))
                  .close();
            })
        .rule(
            "lm5",
            "A consumed event may be answered by a forward",
            proxy -> {
              var event = EventOne.newBuilder().setStep(forward("some message")).build();
              EventLogCalls.consume(proxy, FunctionRpcs.UNARY_ACTION, "ProcessEventOne", event)
                  .expect(forwarded("some message"))
                  .close();
            })
        .rule(
            "lm6",
            "A consumer whose output streams has one response for each step of an event",
            proxy -> {
              var event =
                  EventTwo.newBuilder()
                      .addStep(reply("one"))
                      .addStep(forward("two"))
                      .addStep(reply("three"))
                      .build();
              var shape = FunctionRpcs.STREAMED_OUT_ACTION;
              EventLogCalls.consume(proxy, shape, "ProcessEventTwo", event)
                  .expect(replied("one"))
                  .expect(forwarded("two"))
                  .expect(replied("three"))
                  .close();
            })
        .rule(
            "lm7",
            "A consumer of any event is given JSON as it was written, not wrapped once more",
            EventLogCalls::consumesJson)
        .rule(
            "lm8",
            "The target of forwards takes id and text from its request",
            proxy -> {
              var request =
                  EffectRequest.newBuilder()
                      .setId(EventLogCalls.SUBJECT)
                      .setMessage("some message")
                      .build();
              EventLogCalls.consume(proxy, FunctionRpcs.UNARY_ACTION, "Effect", request)
                  .expect(replied("some message"))
                  .close();
            });
  }

  private EventLogRules() {}
}
