package io.cloudstate.proxy;

import akka.Done;
import akka.actor.CoordinatedShutdown;
import akka.actor.typed.ActorSystem;
import io.cloudstate.proxy.config.ProxySettings;
import io.cloudstate.proxy.entity.crdt.CrdtKind;
import io.cloudstate.proxy.ingress.Ingress;
import io.cloudstate.proxy.storage.Storage;
import io.cloudstate.proxy.userfunction.UserFunction;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The orderly end of a proxy, on TERM, INT or by itself: health says no, no new calls, running ones
 * finish, entities finish and close their streams, the store is closed last (spec/discovery.md 6).
 */
final class Shutdown {

  /** The port cannot be served. Its exit code stands in reference.conf. */
  enum CannotServe implements CoordinatedShutdown.Reason {
    INSTANCE
  }

  private static final Logger log = LoggerFactory.getLogger(Shutdown.class);
  private static final Duration MARGIN = Duration.ofSeconds(5);
  private static final Duration CLOSE_STORE = Duration.ofSeconds(15);

  private Shutdown() {}

  /** Akka's own limits on the phases, such that ours are the ones that count. */
  static Map<String, Object> akkaSettings(ProxySettings.Serving settings) {
    var finishCalls = settings.gracefulTerminationTimeout().plus(MARGIN);
    return Map.of(
        "akka.coordinated-shutdown.phases.service-requests-done.timeout",
        finishCalls.toMillis() + "ms",
        "akka.coordinated-shutdown.phases.before-actor-system-terminate.timeout",
        CLOSE_STORE.toMillis() + "ms");
  }

  static void register(
      ActorSystem<?> system,
      Ingress ingress,
      CrdtKind crdt,
      UserFunction userFunction,
      Storage storage) {
    var shutdown = CoordinatedShutdown.get(system.classicSystem());
    shutdown.addTask(
        CoordinatedShutdown.PhaseBeforeServiceUnbind(),
        "say-that-it-stops",
        () -> done(() -> log.info("the proxy stops")));
    shutdown.addTask(
        CoordinatedShutdown.PhaseBeforeServiceUnbind(),
        "not-serving",
        () -> done(() -> ingress.setServing(false)));
    shutdown.addTask(
        CoordinatedShutdown.PhaseServiceRequestsDone(),
        "finish-calls",
        () -> ingress.stop().thenApply(stopped -> Done.getInstance()));
    shutdown.addTask( // when sharding hands its entities over
        CoordinatedShutdown.PhaseClusterShardingShutdownRegion(),
        "stop-crdts",
        () -> crdt.stop().thenApply(stopped -> Done.getInstance()));
    shutdown.addTask(
        CoordinatedShutdown.PhaseBeforeActorSystemTerminate(),
        "close-store",
        () ->
            done(
                () -> {
                  try {
                    userFunction.close();
                  } finally {
                    storage.close();
                  }
                }));
    shutdown.addTask(
        CoordinatedShutdown.PhaseActorSystemTerminate(),
        "say-that-it-has-stopped",
        () -> system.getWhenTerminated().thenApply(Shutdown::stopped));
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
