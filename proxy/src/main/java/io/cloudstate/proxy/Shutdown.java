package io.cloudstate.proxy;

import akka.Done;
import akka.actor.CoordinatedShutdown;
import akka.actor.typed.ActorSystem;
import io.cloudstate.proxy.cluster.Drain;
import io.cloudstate.proxy.cluster.Health;
import io.cloudstate.proxy.config.ProxySettings;
import io.cloudstate.proxy.entity.crdt.CrdtKind;
import io.cloudstate.proxy.eventing.Consumers;
import io.cloudstate.proxy.ingress.Ingress;
import io.cloudstate.proxy.storage.Storage;
import io.cloudstate.proxy.tracing.Tracing;
import io.cloudstate.proxy.userfunction.UserFunction;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The orderly end of a proxy, on TERM, INT or by itself: health says no, no new calls, running ones
 * and events in hand finish, entities finish and close their streams or move, the cluster is left,
 * the store is closed last (spec/discovery.md 6).
 */
final class Shutdown {

  /** A port cannot be served, or no cluster joined. Its exit code stands in reference.conf. */
  enum CannotServe implements CoordinatedShutdown.Reason {
    INSTANCE
  }

  /** Somebody has asked the management port for it. */
  enum Drained implements CoordinatedShutdown.Reason {
    INSTANCE
  }

  private static final Logger log = LoggerFactory.getLogger(Shutdown.class);
  private static final Duration MARGIN = Duration.ofSeconds(5);
  private static final Duration CLOSE_STORE = Duration.ofSeconds(15);

  private Shutdown() {}

  /** Akka's own limits on the phases, such that ours are the ones that count. */
  static Map<String, Object> akkaSettings(ProxySettings settings) {
    var noticed = settings.management().shutdownDelay().plus(MARGIN);
    var finishCalls = settings.serving().gracefulTerminationTimeout().plus(MARGIN);
    return Map.of(
        timeout(CoordinatedShutdown.PhaseBeforeServiceUnbind()), noticed.toMillis() + "ms",
        timeout(CoordinatedShutdown.PhaseServiceRequestsDone()), finishCalls.toMillis() + "ms",
        timeout(CoordinatedShutdown.PhaseClusterShardingShutdownRegion()),
            finishCalls.toMillis() + "ms",
        timeout(CoordinatedShutdown.PhaseBeforeActorSystemTerminate()),
            CLOSE_STORE.toMillis() + "ms");
  }

  private static String timeout(String phase) {
    return "akka.coordinated-shutdown.phases." + phase + ".timeout";
  }

  static void register(
      ActorSystem<?> system,
      Duration delay,
      Health health,
      Drain drain,
      Ingress ingress,
      Consumers consumers,
      CrdtKind crdt,
      UserFunction userFunction,
      Publishing publishing,
      Storage storage) {
    var shutdown = CoordinatedShutdown.get(system.classicSystem());
    shutdown.addTask(
        CoordinatedShutdown.PhaseBeforeServiceUnbind(),
        "say-that-it-stops",
        () -> done(() -> log.info("the proxy stops")));
    shutdown.addTask(
        CoordinatedShutdown.PhaseBeforeServiceUnbind(),
        "not-serving",
        () -> {
          health.stopping();
          ingress.setServing(false);
          return noticed(delay);
        });
    shutdown.addTask(
        CoordinatedShutdown.PhaseServiceRequestsDone(),
        "finish-calls",
        () -> ingress.stop().thenApply(stopped -> Done.getInstance()));
    shutdown.addTask(
        CoordinatedShutdown.PhaseServiceRequestsDone(),
        "stop-consumers",
        () -> consumers.stop().thenApply(stopped -> Done.getInstance()));
    shutdown.addTask( // when sharding hands its entities over
        CoordinatedShutdown.PhaseClusterShardingShutdownRegion(),
        "stop-crdts",
        () -> crdt.stop().thenApply(stopped -> Done.getInstance()));
    shutdown.addTask(
        CoordinatedShutdown.PhaseBeforeActorSystemTerminate(),
        "tell-who-waits-for-this-node-to-leave",
        drain::left);
    shutdown.addTask(
        CoordinatedShutdown.PhaseBeforeActorSystemTerminate(),
        "close-store",
        () ->
            done(
                () -> {
                  try {
                    userFunction.close();
                    publishing.close();
                  } finally {
                    storage.close();
                  }
                }));
    shutdown.addTask(
        CoordinatedShutdown.PhaseActorSystemTerminate(),
        "say-that-it-has-stopped",
        () -> system.getWhenTerminated().thenApply(Shutdown::stopped));
  }

  /** The spans of the last calls are sent, if somebody takes them soon. */
  static void registerTracing(ActorSystem<?> system, Tracing tracing) {
    CoordinatedShutdown.get(system.classicSystem())
        .addTask(
            CoordinatedShutdown.PhaseBeforeActorSystemTerminate(),
            "send-traces",
            () -> tracing.stop().thenApply(stopped -> Done.getInstance()));
  }

  /** Ends when whoever spreads the calls over the nodes has had the time to notice. */
  private static CompletionStage<Done> noticed(Duration delay) {
    return new CompletableFuture<Done>()
        .completeOnTimeout(Done.getInstance(), delay.toMillis(), TimeUnit.MILLISECONDS);
  }

  static CompletionStage<Done> run(ActorSystem<?> system, CoordinatedShutdown.Reason reason) {
    return CoordinatedShutdown.get(system.classicSystem()).runAll(reason);
  }

  private static Done stopped(Done done) {
    log.info("the proxy has stopped");
    return done;
  }

  private static CompletionStage<Done> done(Runnable task) {
    return CompletableFuture.supplyAsync(
        () -> {
          task.run();
          return Done.getInstance();
        });
  }
}
