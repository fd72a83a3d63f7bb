package io.cloudstate.proxy;

import akka.actor.typed.ActorSystem;
import com.google.errorprone.annotations.ThreadSafe;
import io.cloudstate.proxy.discovery.EntityType;
import io.cloudstate.proxy.discovery.ServiceCatalog;
import io.cloudstate.proxy.entity.LoadedEntities;
import io.cloudstate.proxy.eventing.ConsumerHere;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What only actors know of this node, asked for every few seconds, so that who collects metrics
 * does not have to wait. What is not answered stays as it was.
 */
@ThreadSafe
final class NodeCounts {

  private static final Logger log = LoggerFactory.getLogger(NodeCounts.class);
  private static final Duration INTERVAL = Duration.ofSeconds(5);

  private final ActorSystem<?> system;
  private final Supplier<Optional<ServiceCatalog>> catalog;
  private final Supplier<CompletionStage<Integer>> countKeys;
  private final Map<String, Integer> shards = new ConcurrentHashMap<>();
  private final Supplier<CompletionStage<List<ConsumerHere>>> askConsumers;
  private final Supplier<CompletionStage<Long>> countOutbox;
  private volatile int replicatedKeys;
  private volatile List<ConsumerHere> consumers = List.of();
  private volatile long outbox;

  private NodeCounts(
      ActorSystem<?> system,
      Supplier<Optional<ServiceCatalog>> catalog,
      Supplier<CompletionStage<Integer>> countKeys,
      Supplier<CompletionStage<List<ConsumerHere>>> askConsumers,
      Supplier<CompletionStage<Long>> countOutbox) {
    this.system = system;
    this.catalog = catalog;
    this.countKeys = countKeys;
    this.askConsumers = askConsumers;
    this.countOutbox = countOutbox;
  }

  /**
   * Counts until the actor system ends.
   *
   * @param catalog that is served, as soon as there is one
   * @param countKeys counts the values that are replicated to this node
   * @param askConsumers asks those on this node
   * @param countOutbox counts the replies that are to be published
   */
  static NodeCounts start(
      ActorSystem<?> system,
      Supplier<Optional<ServiceCatalog>> catalog,
      Supplier<CompletionStage<Integer>> countKeys,
      Supplier<CompletionStage<List<ConsumerHere>>> askConsumers,
      Supplier<CompletionStage<Long>> countOutbox) {
    var counts = new NodeCounts(system, catalog, countKeys, askConsumers, countOutbox);
    system
        .scheduler()
        .scheduleWithFixedDelay(INTERVAL, INTERVAL, counts::ask, system.executionContext());
    return counts;
  }

  /** By type of entity. */
  Map<String, Integer> shards() {
    return Map.copyOf(shards);
  }

  int replicatedKeys() {
    return replicatedKeys;
  }

  List<ConsumerHere> consumers() {
    return consumers;
  }

  long outbox() {
    return outbox;
  }

  private void ask() {
    for (var service : catalog.get().map(ServiceCatalog::services).orElse(List.of())) {
      if (service.type() == EntityType.EVENT_SOURCED || service.type() == EntityType.VALUE) {
        var id = service.persistenceId();
        keep(LoadedEntities.shardsHere(system, id), count -> shards.put(id, count));
      }
    }
    keep(countKeys.get(), count -> replicatedKeys = count);
    keep(askConsumers.get(), here -> consumers = List.copyOf(here));
    keep(countOutbox.get(), count -> outbox = count);
  }

  private static <T> void keep(CompletionStage<T> answer, Consumer<T> keeper) {
    answer.whenComplete(
        (found, failure) -> {
          if (failure == null) {
            keeper.accept(found);
          } else {
            log.debug("not counted this time", failure);
          }
        });
  }
}
