package io.cloudstate.tck.suite.proxy;

import static io.cloudstate.tck.suite.proxy.EventSourcedModel.emit;
import static io.cloudstate.tck.suite.proxy.EventSourcedModel.failed;
import static io.cloudstate.tck.suite.proxy.EventSourcedModel.failure;
import static io.cloudstate.tck.suite.proxy.EventSourcedModel.reply;
import static io.cloudstate.tck.suite.proxy.EventSourcedModel.response;

import io.cloudstate.protocol.EventSourcedOuterClass.EventSourcedStreamOut;
import io.cloudstate.tck.rule.Group;
import io.grpc.Status;
import java.util.List;
import java.util.function.Consumer;

/** What callers see of functions that break off or break the protocol, and how entities go on. */
final class FailureRules {

  static final Group<ProxyStage> GROUP =
      Group.<ProxyStage>extra("failures", "Failures and their texts")
          .rule(
              "fp1",
              "a failure that a function replies has status UNKNOWN",
              FailureRules::statusOfFailures)
          .rule(
              "fp2",
              "a failure of the stream fails the outstanding command with 'Unexpected entity"
                  + " failure', without the function's own words",
              stage ->
                  brokenBy(
                      stage,
                      "Unexpected entity failure",
                      entity -> entity.stream().send(failure(1, "secret"))))
          .rule(
              "fp3",
              "a reply to another command fails the outstanding one with 'Unexpected entity reply'",
              stage ->
                  brokenBy(
                      stage,
                      "Unexpected entity reply",
                      entity -> entity.send(reply(7, "x", List.of()))))
          .rule(
              "fp4",
              "a message that says nothing fails the outstanding command with 'Unexpected entity"
                  + " message'",
              stage ->
                  brokenBy(
                      stage,
                      "Unexpected entity message",
                      entity -> entity.stream().send(EventSourcedStreamOut.getDefaultInstance())))
          .rule(
              "fp5",
              "a function that ends the stream fails the outstanding command with 'Unexpected"
                  + " entity termination'",
              stage ->
                  brokenBy(
                      stage, "Unexpected entity termination", entity -> entity.stream().complete()))
          .rule(
              "fp6",
              "a stream that breaks fails the outstanding command with 'Unexpected entity"
                  + " termination'",
              stage ->
                  brokenBy(
                      stage,
                      "Unexpected entity termination",
                      entity -> entity.stream().fail(Status.INTERNAL.withDescription("secret"))))
          .rule(
              "fp7",
              "commands that wait behind one whose stream is broken fail with 'Entity terminated'",
              FailureRules::queued)
          .rule(
              "fp8",
              "after its stream has broken an entity is loaded again by the next command, with what"
                  + " was stored",
              FailureRules::loadedAgain)
          .rule("fp9", "one entity whose stream breaks harms no other", FailureRules::othersGoOn);

  private FailureRules() {}

  private static void statusOfFailures(ProxyStage stage) {
    var entity = new EventSourcedModel(stage);
    var call = entity.call(EventSourcedModel.fail("no"));
    entity.opens().expectCommand(1, EventSourcedModel.fail("no"));
    entity.send(failed(1, "no", false));
    call.expectFailure(Status.Code.UNKNOWN, "no");
  }

  private static void brokenBy(
      ProxyStage stage, String text, Consumer<EventSourcedModel> breaking) {
    var entity = new EventSourcedModel(stage);
    var call = entity.call(emit("a"));
    entity.opens().expectCommand(1, emit("a"));
    breaking.accept(entity);
    call.expectFailure(Status.Code.UNKNOWN, text);
  }

  private static void queued(ProxyStage stage) {
    var entity = new EventSourcedModel(stage);
    var first = entity.call(emit("a"));
    entity.opens().expectCommand(1, emit("a"));
    var second = entity.call(emit("b"));
    second.expectNothing();
    entity.stream().send(failure(1, "broken"));
    first.expectFailure("Unexpected entity failure");
    second.expectFailure("Entity terminated");
  }

  private static void loadedAgain(ProxyStage stage) {
    var entity = new EventSourcedModel(stage);
    var first = entity.call(emit("a"));
    entity.opens().expectCommand(1, emit("a"));
    entity.send(reply(1, "a", List.of("a")));
    first.expectReply(response("a"));
    var second = entity.commands(2, emit("b"));
    entity.stream().send(failure(2, "broken"));
    second.expectFailure("Unexpected entity failure");
    entity.stream().expectEnd();
    entity.stream().complete();
    var third = entity.call(emit("c"));
    entity.opens("a").expectCommand(1, emit("c"));
    entity.send(reply(1, "ac", List.of("c")));
    third.expectReply(response("ac"));
  }

  private static void othersGoOn(ProxyStage stage) {
    var broken = new EventSourcedModel(stage);
    var sound = new EventSourcedModel(stage);
    var first = broken.call();
    broken.opens().expectCommand(1);
    var second = sound.call(emit("a"));
    sound.opens().expectCommand(1, emit("a"));
    broken.stream().send(failure(1, "broken"));
    first.expectFailure("Unexpected entity failure");
    sound.send(reply(1, "a", List.of("a")));
    second.expectReply(response("a"));
    sound.turn(2, "a", List.of());
  }
}
