package io.cloudstate.proxy;

import akka.actor.typed.ActorSystem;
import io.cloudstate.proxy.config.ProxySettings;
import io.cloudstate.proxy.discovery.ServiceCatalog;
import io.cloudstate.proxy.discovery.ServiceDefinition;
import io.cloudstate.proxy.eventing.Broker;
import io.cloudstate.proxy.eventing.PublishMetrics;
import io.cloudstate.proxy.eventing.broker.InProcessBroker;
import io.cloudstate.proxy.eventing.broker.WatchedBroker;
import io.cloudstate.proxy.eventing.broker.kafka.KafkaBroker;
import io.cloudstate.proxy.eventing.out.OutboxRelay;
import io.cloudstate.proxy.eventing.out.PublishingRouter;
import io.cloudstate.proxy.router.CatalogRouter;
import io.cloudstate.proxy.router.Router;
import io.cloudstate.proxy.storage.Storage;
import java.time.Clock;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** The broker that the settings name, and what is published there of replies to direct calls. */
final class Publishing implements AutoCloseable {

  private final ActorSystem<?> system;
  private final Storage storage;
  private final @Nullable Broker broker;
  private final @Nullable PublishingRouter publishing;
  private final CatalogRouter router;
  private final PublishMetrics metrics;
  private volatile boolean isRelaying; // written by one takeover at a time

  Publishing(
      ActorSystem<?> system,
      ProxySettings.Broker settings,
      Storage storage,
      CatalogRouter router,
      PublishMetrics metrics) {
    this.system = system;
    this.storage = storage;
    this.router = router;
    this.metrics = metrics;
    this.broker = watched(broker(settings), metrics);
    this.publishing =
        broker == null
            ? null
            : new PublishingRouter(
                router, router::entityKey, broker, storage.outbox().isPresent(), Clock.systemUTC());
  }

  private static @Nullable Broker broker(ProxySettings.Broker settings) {
    return switch (settings.type()) {
      case NONE -> null;
      case IN_PROCESS -> new InProcessBroker(settings.inProcessMaxEvents(), settings.maxInFlight());
      case KAFKA -> new KafkaBroker(settings);
    };
  }

  private static @Nullable Broker watched(@Nullable Broker broker, PublishMetrics metrics) {
    return broker == null || metrics == PublishMetrics.NONE
        ? broker
        : new WatchedBroker(broker, metrics, System::nanoTime);
  }

  Optional<Broker> broker() {
    return Optional.ofNullable(broker);
  }

  /** What clients' calls go through. */
  Router router() {
    return publishing == null ? router : publishing;
  }

  /** From now on publishes what this catalog's methods say; this node is a member. */
  void serve(ServiceCatalog catalog) {
    var outTopics = catalog.eventing().outTopics();
    if (broker == null || publishing == null) {
      return;
    }
    var outbox = storage.outbox();
    if (outbox.isPresent() && storesReplies(catalog, outTopics) && !isRelaying) {
      isRelaying = true;
      storage.needOutbox();
      OutboxRelay.start(system, outbox.get(), broker, metrics);
    }
    publishing.serve(catalog, outTopics);
  }

  /** How many replies wait to be published, as far as this proxy has to do with that. */
  CompletionStage<Long> waiting() {
    return isRelaying && storage.outbox().isPresent()
        ? storage.outbox().get().size()
        : CompletableFuture.completedFuture(0L);
  }

  private static boolean storesReplies(ServiceCatalog catalog, Map<String, String> outTopics) {
    return catalog.services().stream()
        .filter(service -> PublishingRouter.isStored(service.type()))
        .anyMatch(service -> publishes(service, outTopics));
  }

  private static boolean publishes(ServiceDefinition service, Map<String, String> outTopics) {
    return service.methods().values().stream()
        .anyMatch(method -> outTopics.containsKey(method.descriptor().getFullName()));
  }

  @Override
  public void close() {
    if (broker != null) {
      broker.close();
    }
  }
}
