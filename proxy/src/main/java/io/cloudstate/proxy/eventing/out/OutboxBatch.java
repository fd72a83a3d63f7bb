package io.cloudstate.proxy.eventing.out;

import io.cloudstate.proxy.eventing.Broker;
import io.cloudstate.proxy.eventing.EventPayloads;
import io.cloudstate.proxy.eventing.MalformedEvent;
import io.cloudstate.proxy.eventing.broker.EventKeys;
import io.cloudstate.proxy.eventing.broker.EventRefused;
import io.cloudstate.proxy.storage.outbox.Outbox;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Stored replies on their way to the broker: those of one entity one after the other, and none
 * after one that was not published; those of different entities at the same time.
 */
final class OutboxBatch {

  private static final Logger log = LoggerFactory.getLogger(OutboxBatch.class);

  /** Whose order is kept. */
  private record Entity(String service, String key) {}

  private OutboxBatch() {}

  /** Completes with the numbers of those that need not be published again. */
  static CompletableFuture<List<Long>> publish(Broker broker, List<Outbox.Entry> entries) {
    var last = new HashMap<Entity, CompletableFuture<Boolean>>();
    var all = new ArrayList<CompletableFuture<Boolean>>(entries.size());
    for (var entry : entries) {
      var entity = new Entity(entry.reply().service(), entry.reply().key());
      var before = last.getOrDefault(entity, CompletableFuture.completedFuture(true));
      var published =
          before.thenCompose(
              isPublished ->
                  isPublished ? publish(broker, entry) : CompletableFuture.completedFuture(false));
      last.put(entity, published);
      all.add(published);
    }
    return CompletableFuture.allOf(all.toArray(CompletableFuture[]::new))
        .thenApply(done -> published(entries, all));
  }

  private static List<Long> published(
      List<Outbox.Entry> entries, List<CompletableFuture<Boolean>> all) {
    var numbers = new ArrayList<Long>();
    for (var i = 0; i < entries.size(); i++) {
      if (all.get(i).getNow(false)) {
        numbers.add(entries.get(i).number());
      }
    }
    return numbers;
  }

  private static CompletableFuture<Boolean> publish(Broker broker, Outbox.Entry entry) {
    var reply = entry.reply();
    try {
      var event =
          EventPayloads.event(
              reply.payload(), reply.metadata(), reply.service(), entry.id(), entry.time());
      return broker
          .publish(reply.topic(), EventKeys.withKey(event, reply.key()))
          .handle((done, cause) -> isDoneWith(entry, cause))
          .toCompletableFuture();
    } catch (MalformedEvent e) {
      return CompletableFuture.completedFuture(isDoneWith(entry, e));
    }
  }

  /** What can never be published is given up, so that it does not keep the others waiting. */
  private static boolean isDoneWith(Outbox.Entry entry, @Nullable Throwable thrown) {
    var cause = thrown instanceof CompletionException ? thrown.getCause() : thrown;
    if (cause instanceof EventRefused || cause instanceof MalformedEvent) {
      log.error(
          "event {} for topic {} is given up: {}",
          entry.id(),
          entry.reply().topic(),
          cause.getMessage());
      return true;
    }
    return cause == null;
  }
}
