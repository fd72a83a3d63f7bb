package io.cloudstate.proxy;

import akka.Done;
import akka.actor.BootstrapSetup;
import akka.actor.CoordinatedShutdown;
import akka.actor.typed.ActorSystem;
import akka.actor.typed.DispatcherSelector;
import akka.actor.typed.javadsl.Behaviors;
import akka.dispatch.ExecutionContexts;
import akka.remote.RemoteTransportException;
import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.cloudstate.proxy.cluster.AkkaSettings;
import io.cloudstate.proxy.cluster.Drain;
import io.cloudstate.proxy.cluster.Health;
import io.cloudstate.proxy.cluster.Management;
import io.cloudstate.proxy.cluster.Membership;
import io.cloudstate.proxy.cluster.RemotingUnusable;
import io.cloudstate.proxy.config.ProxySettings;
import io.cloudstate.proxy.discovery.Discovery;
import io.cloudstate.proxy.discovery.EntityType;
import io.cloudstate.proxy.discovery.ErrorReports;
import io.cloudstate.proxy.discovery.ServiceCatalog;
import io.cloudstate.proxy.discovery.eventing.EventingSupport;
import io.cloudstate.proxy.entity.EntityEnvironment;
import io.cloudstate.proxy.entity.EntityKind;
import io.cloudstate.proxy.entity.action.ActionKind;
import io.cloudstate.proxy.entity.crdt.CrdtEnvironment;
import io.cloudstate.proxy.entity.crdt.CrdtKind;
import io.cloudstate.proxy.entity.crdt.data.Crdt;
import io.cloudstate.proxy.entity.eventsourced.EventSourcedEnvironment;
import io.cloudstate.proxy.entity.eventsourced.EventSourcedKind;
import io.cloudstate.proxy.entity.value.ValueEnvironment;
import io.cloudstate.proxy.entity.value.ValueKind;
import io.cloudstate.proxy.eventing.Consumers;
import io.cloudstate.proxy.eventloop.EventLoops;
import io.cloudstate.proxy.ingress.Ingress;
import io.cloudstate.proxy.metrics.Metrics;
import io.cloudstate.proxy.metrics.Node;
import io.cloudstate.proxy.router.CatalogRouter;
import io.cloudstate.proxy.storage.Storage;
import io.cloudstate.proxy.storage.journal.StorageUnavailable;
import io.cloudstate.proxy.storage.journal.StoreHealth;
import io.cloudstate.proxy.storage.replicator.AkkaReplica;
import io.cloudstate.proxy.storage.replicator.Traffic;
import io.cloudstate.proxy.tracing.Tracing;
import io.cloudstate.proxy.userfunction.UserFunction;
import java.time.Clock;
import java.time.Duration;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
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
  private final Metrics metrics;
  private final Storage storage;
  private final UserFunction userFunction;
  private final Optional<EventSourcedKind> eventSourced;
  private final Optional<ValueKind> values;
  private final CrdtKind crdt;
  private final CatalogRouter router;
  private final Publishing publishing;
  private final Consumers consumers;
  private final Executor blocking; // Akka waits while it starts sharding
  private final Ingress ingress;
  private final CompletableFuture<Integer> online = new CompletableFuture<>();

  private final Supplier<CompletionStage<Void>> join;

  private CompletionStage<?> served = CompletableFuture.completedFuture(null);
  private @Nullable CompletionStage<Void> joined; // by now, or under way
  private volatile @Nullable ServiceCatalog catalog;

  /**
   * Starts a proxy. Blocks while the store is opened, not for the user function.
   *
   * @param config of the actor system, without what the settings decide
   * @throws StorageUnavailable if an embedded store cannot be opened; a server may be there later
   * @throws io.cloudstate.proxy.ingress.tls.CertificatesUnusable if the port shall speak TLS and
   *     cannot
   * @throws RemotingUnusable if other nodes could not reach this one
   */
  public static Proxy start(ProxySettings settings, Config config) {
    Ingress.check(settings.serving());
    var health = new StoreHealth(System::nanoTime);
    var metrics = Metrics.of(settings.telemetry());
    var eventLoops = new EventLoops();
    var storage = openStorage(settings, health, metrics, eventLoops);
    var akka =
        ConfigFactory.parseMap(Shutdown.akkaSettings(settings))
            .withFallback(ConfigFactory.parseMap(AkkaSettings.of(settings)))
            .withFallback(config)
            .resolve();
    var setup =
        BootstrapSetup.create(akka)
            .withDefaultExecutionContext(ExecutionContexts.fromExecutor(eventLoops));
    ActorSystem<Void> system;
    try {
      system = ActorSystem.create(Behaviors.empty(), "cloudstate", setup);
    } catch (RemoteTransportException e) {
      storage.close();
      eventLoops.closeWhenQuiet(); // what was started of the system still ends on them
      throw RemotingUnusable.of(settings.cluster(), e);
    }
    system.getWhenTerminated().thenRun(eventLoops::close);
    return new Proxy(settings, metrics, storage, health, system, eventLoops);
  }

  private static Storage openStorage(
      ProxySettings settings, StoreHealth health, Metrics metrics, EventLoops eventLoops) {
    try {
      return Storage.open(settings.store(), health, metrics.store(), Clock.systemUTC(), eventLoops);
    } catch (StorageUnavailable e) {
      eventLoops.close();
      throw e;
    }
  }

  private Proxy(
      ProxySettings settings,
      Metrics metrics,
      Storage storage,
      StoreHealth storeHealth,
      ActorSystem<Void> system,
      EventLoops eventLoops) {
    this.system = system;
    this.metrics = metrics;
    this.storage = storage;
    this.blocking = system.dispatchers().lookup(DispatcherSelector.blocking());
    this.userFunction = new UserFunction(settings.userFunction(), eventLoops, metrics.link());
    var reports = new ErrorReports(userFunction.channel(), System::nanoTime);
    var relayTimeout = settings.entities().relayTimeout();

    var tracing =
        settings
            .telemetry()
            .tracing()
            .map(wanted -> Tracing.start(wanted, system.address().toString()))
            .orElse(null);
    var environment =
        new EntityEnvironment(
            userFunction,
            settings.entities(),
            settings.userFunction().streamCloseTimeout(),
            reports,
            metrics.entities(),
            tracing,
            System::nanoTime);
    this.eventSourced =
        storage
            .events()
            .map(
                events ->
                    new EventSourcedKind(
                        system,
                        new EventSourcedEnvironment(
                            environment, events, storeHealth, settings.eventSourced())));
    this.values =
        storage
            .values()
            .filter(store -> settings.valueEntities().enabled())
            .map(
                store ->
                    new ValueKind(
                        system,
                        new ValueEnvironment(
                            environment, store, storeHealth, settings.valueEntities())));
    var replica = AkkaReplica.<Crdt>start(system, settings.replication());
    this.crdt =
        new CrdtKind(
            system,
            new CrdtEnvironment(environment, replica, settings.crdtEntities(), Clock.systemUTC()));
    var kinds = kinds(tracing);
    this.router =
        new CatalogRouter(settings.routing(), relayTimeout, kinds, reports, System::nanoTime);
    this.publishing =
        new Publishing(system, settings.broker(), storage, router, metrics.publishing());
    this.consumers =
        new Consumers(
            system,
            router,
            storage.logs(),
            publishing.broker(),
            settings.eventing(),
            settings.serving().gracefulTerminationTimeout(),
            Clock.systemUTC(),
            System::nanoTime,
            tracing);
    this.ingress =
        new Ingress(
            settings.serving(),
            settings.documentation(),
            relayTimeout,
            eventLoops,
            publishing.router(),
            metrics.calls(),
            tracing);

    var membership = new Membership(system, settings.cluster());
    var health = health(membership, storeHealth);
    var drain = new Drain(() -> Shutdown.run(system, Shutdown.Drained.INSTANCE));
    Shutdown.register(
        system,
        settings.management().shutdownDelay(),
        health,
        drain,
        ingress,
        consumers,
        crdt,
        userFunction,
        publishing,
        storage);
    if (tracing != null) {
      Shutdown.registerTracing(system, tracing);
    }
    var views =
        new AdminViews(system, () -> Optional.ofNullable(catalog), kinds, Clock.systemUTC());
    var desk =
        new Management.Desk(
            health,
            drain,
            views.byName(membership, consumers),
            views::entity,
            AdminViews.commands(consumers));
    var management = Management.start(system, desk);
    management.whenComplete((open, cause) -> onManagement(settings, cause));
    serveMetrics(settings.telemetry(), membership, storeHealth, replica);
    this.join = () -> join(membership, management, settings.cluster().joinTimeout());
    if (!settings.cluster().hasOthers()) {
      joined(); // nobody sees this node: it may be a member before it knows what it serves
    }
    system.systemActorOf(
        Discovery.create(
            userFunction,
            settings.discovery(),
            kinds.keySet(),
            new EventingSupport(storage.logs().isPresent(), publishing.broker().isPresent()),
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

  private Map<EntityType, EntityKind> kinds(@Nullable Tracing tracing) {
    var kinds = new EnumMap<EntityType, EntityKind>(EntityType.class);
    eventSourced.ifPresent(kind -> kinds.put(EntityType.EVENT_SOURCED, kind));
    values.ifPresent(kind -> kinds.put(EntityType.VALUE, kind));
    kinds.put(EntityType.CRDT, crdt);
    kinds.put(
        EntityType.ACTION,
        new ActionKind(userFunction, System::nanoTime, metrics.entities(), tracing));
    return kinds;
  }

  /** Takes each catalog over when the ones before it are. Called by the discovery actor only. */
  private void serve(ServiceCatalog catalog) {
    served = served.handle((before, cause) -> catalog).thenComposeAsync(this::takeOver, blocking);
    served.whenComplete(
        (done, cause) -> {
          if (cause != null) {
            log.error("what the user function serves could not be taken over", cause);
          }
        });
  }

  /**
   * A node that joins others brings its part of sharding along: they wait for a member that has
   * none. It takes calls when it is a member.
   */
  private CompletionStage<@Nullable Void> takeOver(ServiceCatalog catalog) {
    storage.serve(catalog);
    eventSourced.ifPresent(kind -> kind.serve(catalog));
    values.ifPresent(kind -> kind.serve(catalog));
    crdt.serve(catalog);
    consumers.join(catalog);
    return joined().thenCompose(isMember -> open(catalog));
  }

  private CompletionStage<@Nullable Void> open(ServiceCatalog catalog) {
    this.catalog = catalog;
    router.serve(catalog);
    publishing.serve(catalog);
    consumers.serve(catalog);
    if (online.isDone()) {
      ingress.serve(catalog);
      return CompletableFuture.completedFuture(null);
    }
    return ingress.start(catalog).whenComplete((started, cause) -> onStarted(cause));
  }

  private CompletionStage<Void> joined() {
    var known = joined;
    if (known == null) {
      known = join.get();
      joined = known;
    }
    return known;
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

  /** Live, it has to wait for others: only readiness asks for them. */
  private Health health(Membership membership, StoreHealth storeHealth) {
    var neededForCalls = new LinkedHashMap<String, Health.Part>();
    neededForCalls.put("membership", membership::trouble);
    neededForCalls.put("discovery", this::discoveryTrouble);
    neededForCalls.put("link", this::linkTrouble);
    neededForCalls.put("store", storeHealth::trouble);
    neededForCalls.put("eventing", () -> consumers.trouble());
    return new Health(neededForCalls, Map.of("membership", membership::removal));
  }

  /** The port closes with the actor system: the end of a proxy is worth watching, too. */
  private void serveMetrics(
      ProxySettings.Telemetry settings,
      Membership membership,
      StoreHealth storeHealth,
      AkkaReplica<Crdt> replica) {
    if (!metrics.isEnabled()) {
      return;
    }
    var counts =
        NodeCounts.start(
            system,
            () -> Optional.ofNullable(catalog),
            replica::keys,
            consumers::here,
            publishing::waiting);
    var traffic = Traffic.of(system);
    metrics.serve(
        settings,
        new Node(
            () -> !userFunction.isAway(),
            () -> storeHealth.trouble().isEmpty(),
            membership::countByStatus,
            membership::unreachable,
            counts::shards,
            counts::replicatedKeys,
            traffic::writtenBytes,
            traffic::readBytes,
            counts::consumers,
            counts::outbox));
    system.getWhenTerminated().thenRun(metrics::close);
  }

  private Optional<String> discoveryTrouble() {
    return online.isDone() && !online.isCompletedExceptionally()
        ? Optional.empty()
        : Optional.of("nothing is served yet");
  }

  private Optional<String> linkTrouble() {
    return userFunction.isAway()
        ? Optional.of("no user function at " + userFunction.address())
        : Optional.empty();
  }

  /** A node that finds no others without the port cannot do without it; one that is alone can. */
  private void onManagement(ProxySettings settings, @Nullable Throwable cause) {
    var port = settings.management();
    if (cause == null) {
      log.atInfo().addKeyValue("port", port.port()).log("health is told on the management port");
    } else if (settings.cluster().hasOthers()) {
      log.error(
          "the proxy stops: no management on {}:{}: {}", port.host(), port.port(), root(cause));
      Shutdown.run(system, Shutdown.CannotServe.INSTANCE);
    } else {
      log.warn("no management on {}:{}: {}", port.host(), port.port(), root(cause));
    }
  }

  private CompletionStage<Void> join(
      Membership membership, CompletionStage<?> management, Duration timeout) {
    var isUp = membership.join(management).toCompletableFuture();
    var unused =
        isUp.copy()
            .orTimeout(timeout.toMillis(), TimeUnit.MILLISECONDS)
            .exceptionally(
                tooLate -> {
                  log.error(
                      "the proxy stops: no cluster was joined within {}: {}",
                      timeout,
                      membership.trouble().orElse("joined just now"));
                  Shutdown.run(system, Shutdown.CannotServe.INSTANCE);
                  return null;
                });
    return isUp;
  }

  private static String root(Throwable failure) {
    var cause = failure.getCause();
    return cause == null ? failure.toString() : root(cause);
  }

  private static String version() {
    var version = Proxy.class.getPackage().getImplementationVersion();
    return version == null ? "development" : version;
  }
}
