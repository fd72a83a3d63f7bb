package io.cloudstate.tck.suite.proxy;

import static io.cloudstate.tck.suite.proxy.EventSourcedModel.emit;
import static io.cloudstate.tck.suite.proxy.EventSourcedModel.reply;
import static io.cloudstate.tck.suite.proxy.EventSourcedModel.response;

import io.cloudstate.tck.driver.ClientCall;
import io.cloudstate.tck.model.Eventsourced.Request;
import io.cloudstate.tck.model.Eventsourced.Response;
import io.cloudstate.tck.rule.Group;
import io.cloudstate.tck.rule.Mismatch;
import io.cloudstate.tck.rule.NotApplicable;
import io.grpc.Status;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What takes too long or is too large; the limits themselves are told to the kit. */
final class LimitRules {

  /** For what is around the text in a message. */
  private static final int AROUND = 1024;

  static final Group<ProxyStage> GROUP =
      Group.<ProxyStage>extra("limits", "Limits of time and size")
          .rule(
              "hp1",
              "a command that the function never answers ends with a status that is not OK when"
                  + " the proxy's relay time-out has passed, and other calls on its connection go"
                  + " on",
              LimitRules::neverAnswered)
          .rule(
              "hp2",
              "a request just under the limit of the proxy comes through whole",
              LimitRules::largeRequest)
          .rule(
              "hp3",
              "a request over the limit of the proxy is RESOURCE_EXHAUSTED, and other calls on its"
                  + " connection go on",
              LimitRules::tooLargeRequest)
          .rule(
              "hp4",
              "a message of the function just under the limit of the proxy comes through whole",
              LimitRules::largeReply)
          .rule(
              "hp5",
              "a message of the function over the limit of the proxy fails the command it answers,"
                  + " and other entities go on",
              LimitRules::tooLargeReply);

  private LimitRules() {}

  private static void neverAnswered(ProxyStage stage) {
    Duration timeout = told(stage.limits().relayTimeout(), "--relay-timeout");
    var other = new Going(stage);
    var entity = new EventSourcedModel(stage);
    var call = entity.call();
    entity.opens().expectCommand(1);
    expectNotOk(call, timeout.plus(stage.patience().expected()));
    other.end();
  }

  private static void largeRequest(ProxyStage stage) {
    var text = "x".repeat(told(stage.limits().maxRequestBytes(), "--max-request") - AROUND);
    var entity = new EventSourcedModel(stage);
    var call = entity.call(emit(text));
    entity.opens().expectCommand(1, emit(text));
    entity.send(reply(1, "", List.of()));
    call.expectReply(response(""));
  }

  private static void tooLargeRequest(ProxyStage stage) {
    var text = "x".repeat(told(stage.limits().maxRequestBytes(), "--max-request"));
    var other = new Going(stage);
    new EventSourcedModel(stage).call(emit(text)).expectFailure(Status.Code.RESOURCE_EXHAUSTED);
    other.end();
  }

  private static void largeReply(ProxyStage stage) {
    var text = "x".repeat(told(stage.limits().maxReplyBytes(), "--max-reply") - AROUND);
    var entity = new EventSourcedModel(stage);
    var call = entity.call();
    entity.opens().expectCommand(1);
    entity.send(reply(1, text, List.of()));
    call.expectReply(response(text));
  }

  private static void tooLargeReply(ProxyStage stage) {
    var text = "x".repeat(told(stage.limits().maxReplyBytes(), "--max-reply"));
    var other = new Going(stage);
    var entity = new EventSourcedModel(stage);
    var call = entity.call();
    entity.opens().expectCommand(1);
    entity.send(reply(1, text, List.of()));
    expectNotOk(call, stage.patience().expected());
    other.end();
  }

  private static void expectNotOk(ClientCall<Request, Response> call, Duration within) {
    var ended = call.expectEnd(within);
    if (ended.status().isOk()) {
      throw new Mismatch("end of " + call.label(), "a status that is not OK", ended.text());
    }
  }

  private static <T> T told(@Nullable T limit, String option) {
    if (limit == null) {
      throw new NotApplicable("needs " + option + ", to know the limit of the proxy");
    }
    return limit;
  }

  /** A stream of another entity on the same connection of the client, which has to go on. */
  private static final class Going {
    private final EventSourcedModel entity;

    Going(ProxyStage stage) {
      entity = new EventSourcedModel(stage);
      var call = entity.call();
      entity.opens().expectCommand(1);
      entity.send(reply(1, "", List.of()));
      call.expectReply(response(""));
    }

    void end() {
      entity.turn(2, "still here", List.of());
    }
  }
}
