package io.cloudstate.proxy;

import akka.Done;
import akka.actor.BootstrapSetup;
import akka.actor.CoordinatedShutdown;
import akka.actor.typed.ActorSystem;
import akka.actor.typed.DispatcherSelector;
import akka.actor.typed.javadsl.Behaviors;
import akka.dispatch.ExecutionContexts;
import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.cloudstate.proxy.cluster.Membership;
import io.cloudstate.proxy.config.ProxySettings;
import io.cloudstate.proxy.discovery.Discovery;
import io.cloudstate.proxy.discovery.EntityType;
import io.cloudstate.proxy.discovery.ErrorReports;
import io.cloudstate.proxy.discovery.ServiceCatalog;
import io.cloudstate.proxy.entity.EntityEnvironment;
import io.cloudstate.proxy.entity.EntityKind;
import io.cloudstate.proxy.entity.action.ActionKind;
import io.cloudstate.proxy.entity.crdt.CrdtEnvironment;
import io.cloudstate.proxy.entity.crdt.CrdtKind;
import io.cloudstate.proxy.entity.eventsourced.EventSourcedEnvironment;
import io.cloudstate.proxy.entity.eventsourced.EventSourcedKind;
import io.cloudstate.proxy.entity.value.ValueEnvironment;
import io.cloudstate.proxy.entity.value.ValueKind;
import io.cloudstate.proxy.eventloop.EventLoops;
import io.cloudstate.proxy.ingress.Ingress;
import io.cloudstate.proxy.router.CatalogRouter;
import io.cloudstate.proxy.storage.Storage;
import io.cloudstate.proxy.storage.journal.StoreHealth;
import io.cloudstate.proxy.storage.replicator.AkkaReplica;
import io.cloudstate.proxy.userfunction.UserFunction;
import java.time.Clock;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One proxy, wired and running. It serves as soon as the user function has been discovered and this
 * node is a member of its cluster; until then its port is closed (spec/discovery.md 1).
 */
public final class Proxy {

  private static final Logger log = LoggerFactory.getLogger(Proxy.class);

  private final ActorSystem<Void> system;
  private final Storage storage;
  private final UserFunction userFunction;
  private final Optional<EventSourcedKind> eventSourced;
  private final Optional<ValueKind> values;
  private final CrdtKind crdt;
  private final CatalogRouter router;
  private final Executor blocking; // Akka waits while it starts sharding
  private final Ingress ingress;
  private final CompletableFuture<Integer> online = new CompletableFuture<>();

  private CompletionStage<?> served; // touched by the discovery actor only

  /**
   * Starts a proxy. Blocks while the store is opened, not for the user function.
   *
   * @param config of the actor system, without what the settings decide
   * @throws io.cloudstate.proxy.storage.journal.StorageUnavailable if an embedded store cannot be
   *     opened; a server may be there later
   */
  public static Proxy start(ProxySettings settings, Config config) {
    var health = new StoreHealth(System::nanoTime);
    var storage = Storage.open(settings.store(), health, Clock.systemUTC());
    var akka =
        ConfigFactory.parseMap(Shutdown.akkaSettings(settings.serving()))
            .withFallback(config)
            .resolve();
    var eventLoops = new EventLoops();
    var system =
        ActorSystem.<Void>create(
            Behaviors.empty(),
            "cloudstate",
            BootstrapSetup.create(akka)
                .withDefaultExecutionContext(ExecutionContexts.fromExecutor(eventLoops)));
    system.getWhenTerminated().thenRun(eventLoops::close);
    var joinsOthers = !akka.getStringList("akka.cluster.seed-nodes").isEmpty();
    return new Proxy(settings, storage, health, system, eventLoops, joinsOthers);
  }

  private Proxy(
      ProxySettings settings,
      Storage storage,
      StoreHealth health,
      ActorSystem<Void> system,
      EventLoops eventLoops,
      boolean joinsOthers) {
    this.system = system;
    this.storage = storage;
    this.blocking = system.dispatchers().lookup(DispatcherSelector.blocking());
    this.userFunction = new UserFunction(settings.userFunction(), eventLoops);
    var reports = new ErrorReports(userFunction.channel(), System::nanoTime);
    var relayTimeout = settings.entities().relayTimeout();

    var environment =
        new EntityEnvironment(
            userFunction,
            settings.entities(),
            settings.userFunction().streamCloseTimeout(),
            reports,
            System::nanoTime);
    this.eventSourced =
        storage
            .events()
            .map(
                events ->
                    new EventSourcedKind(
                        system,
                        new EventSourcedEnvironment(
                            environment, events, health, settings.eventSourced())));
    this.values =
        storage
            .values()
            .filter(store -> settings.valueEntities().enabled())
            .map(
                store ->
                    new ValueKind(
                        system,
                        new ValueEnvironment(
                            environment, store, health, settings.valueEntities())));
    this.crdt =
        new CrdtKind(
            system,
            new CrdtEnvironment(
                environment,
                AkkaReplica.start(system, settings.replication()),
                settings.crdtEntities(),
                Clock.systemUTC()));
    var kinds = kinds();
    this.router =
        new CatalogRouter(settings.routing(), relayTimeout, kinds, reports, System::nanoTime);
    this.ingress = new Ingress(settings.serving(), relayTimeout, eventLoops, router);

    Shutdown.register(system, ingress, crdt, userFunction, storage);
    this.served = joinsOthers ? Membership.awaitUp(system) : Membership.joinSelf(system);
    system.systemActorOf(
        Discovery.create(
            userFunction,
            settings.discovery(),
            kinds.keySet(),
            eventSourced.isPresent(),
            version(),
            reports,
            this::serve,
            System::nanoTime),
        "discovery",
        akka.actor.typed.Props.empty());
  }

  /** The port that is served; completes when it is. */
  public CompletionStage<Integer> online() {
    return online;
  }

  /** Ends the proxy in order: refuses new calls, finishes running ones, stores, leaves. */
  public CompletionStage<Done> stop() {
    return Shutdown.run(system, CoordinatedShutdown.actorSystemTerminateReason());
  }

  private Map<EntityType, EntityKind> kinds() {
    var kinds = new EnumMap<EntityType, EntityKind>(EntityType.class);
    eventSourced.ifPresent(kind -> kinds.put(EntityType.EVENT_SOURCED, kind));
    values.ifPresent(kind -> kinds.put(EntityType.VALUE, kind));
    kinds.put(EntityType.CRDT, crdt);
    kinds.put(EntityType.ACTION, new ActionKind(userFunction, System::nanoTime));
    return kinds;
  }

  /** Takes each catalog over when the ones before it are, the first when this node is a member. */
  private void serve(ServiceCatalog catalog) {
    served = served.handle((before, cause) -> catalog).thenComposeAsync(this::takeOver, blocking);
    served.whenComplete(
        (done, cause) -> {
          if (cause != null) {
            log.error("what the user function serves could not be taken over", cause);
          }
        });
  }

  private CompletionStage<@Nullable Void> takeOver(ServiceCatalog catalog) {
    storage.serve(catalog);
    eventSourced.ifPresent(kind -> kind.serve(catalog));
    values.ifPresent(kind -> kind.serve(catalog));
    crdt.serve(catalog);
    router.serve(catalog);
    if (online.isDone()) {
      ingress.serve(catalog);
      return CompletableFuture.completedFuture(null);
    }
    return ingress.start(catalog).whenComplete((started, cause) -> onStarted(cause));
  }

  private void onStarted(@Nullable Throwable cause) {
    if (cause == null) {
      online.complete(ingress.port());
      log.atInfo().addKeyValue("port", ingress.port()).log("the proxy is online");
    } else {
      log.error("the proxy stops: {}", cause.getMessage());
      online.completeExceptionally(cause);
      Shutdown.run(system, Shutdown.CannotServe.INSTANCE);
    }
  }

  private static String version() {
    var version = Proxy.class.getPackage().getImplementationVersion();
    return version == null ? "development" : version;
  }
}
