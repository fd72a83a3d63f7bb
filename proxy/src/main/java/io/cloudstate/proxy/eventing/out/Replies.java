package io.cloudstate.proxy.eventing.out;

import io.cloudstate.proxy.call.Call;
import io.cloudstate.proxy.call.Failure;
import io.cloudstate.proxy.call.Metadata;
import io.cloudstate.proxy.call.Outcome;
import io.cloudstate.proxy.eventing.Broker;
import io.cloudstate.proxy.eventing.EventPayloads;
import io.cloudstate.proxy.eventing.MalformedEvent;
import io.cloudstate.proxy.eventing.broker.EventKeys;
import java.time.Clock;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

/** Publishes replies; spec/eventing.md 5.1. Thread-safe. */
final class Replies {

  private final Broker broker;
  private final Clock clock;
  private final Function<Call, String> entityKey;

  /**
   * @param clock dates events that bring no time
   * @param entityKey key of the entity that a call is for; empty if there is none
   */
  Replies(Broker broker, Clock clock, Function<Call, String> entityKey) {
    this.broker = broker;
    this.clock = clock;
    this.entityKey = entityKey;
  }

  /** Completes with the outcome as the caller gets it, when it is published if it has to be. */
  CompletionStage<Outcome> published(Call call, String topic, Outcome outcome) {
    if (!(outcome instanceof Outcome.Replied reply) || reply.isInOutbox()) {
      return CompletableFuture.completedFuture(outcome);
    }
    return publish(call, topic, reply)
        .handle(
            (done, cause) -> cause == null ? outcome : new Outcome.Failed(failure(topic, cause)));
  }

  private CompletionStage<Void> publish(Call call, String topic, Outcome.Replied reply) {
    try {
      var id = UUID.randomUUID().toString();
      var event =
          EventPayloads.event(
              reply.payload(), metadata(call, reply), call.service(), id, clock.instant());
      var key = entityKey.apply(call);
      return broker.publish(topic, key.isEmpty() ? event : EventKeys.withKey(event, key));
    } catch (MalformedEvent e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  private static Metadata metadata(Call call, Outcome.Replied reply) {
    var trace = call.trace();
    return trace == null ? reply.metadata() : trace.inEvent(reply.metadata());
  }

  private static Failure failure(String topic, Throwable thrown) {
    var cause =
        thrown instanceof CompletionException && thrown.getCause() != null
            ? thrown.getCause()
            : thrown;
    var text = "The reply was not published to topic %s: %s".formatted(topic, cause.getMessage());
    return cause instanceof MalformedEvent
        ? new Failure.BadReply(text)
        : new Failure.StorageFailed(text);
  }
}
