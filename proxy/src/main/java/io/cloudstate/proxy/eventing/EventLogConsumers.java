package io.cloudstate.proxy.eventing;

import akka.actor.typed.ActorRef;
import akka.actor.typed.ActorSystem;
import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.AskPattern;
import akka.actor.typed.javadsl.Behaviors;
import akka.cluster.sharding.typed.ClusterShardingSettings;
import akka.cluster.sharding.typed.ShardingEnvelope;
import akka.cluster.sharding.typed.ShardingMessageExtractor;
import akka.cluster.sharding.typed.javadsl.ClusterSharding;
import akka.cluster.sharding.typed.javadsl.Entity;
import akka.cluster.sharding.typed.javadsl.EntityTypeKey;
import com.google.errorprone.annotations.ThreadSafe;
import io.cloudstate.proxy.config.EventingSettings;
import io.cloudstate.proxy.config.EventingSettings.Start;
import io.cloudstate.proxy.storage.journal.EventLog;
import io.cloudstate.proxy.storage.journal.EventLogStore;
import io.cloudstate.proxy.storage.journal.LogPositions.Slice;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The consumers of event logs: each in slices, each slice on one node of the cluster. Slices are
 * sharded: they are spread over the nodes, move when one leaves, and begin again elsewhere when one
 * crashes, for every node knocks at all of them now and then. They are woken at once when this
 * process stores an event of theirs, and by a poll when another one does.
 */
@ThreadSafe
final class EventLogConsumers {

  private static final String TYPE = "cloudstate-event-logs";
  private static final Duration KNOCK = Duration.ofSeconds(2);
  private static final Duration STATUS_TIMEOUT = Duration.ofSeconds(3);
  private static final long GAP_NANOS = Duration.ofMillis(100).toNanos();

  /** A slice that runs on this node. */
  private final class Local implements SlicePlace {

    private final SliceId id;
    private final String typePrefix;
    private final ActorRef<LogSlice.Message> runner;
    private final ConsumerHandler handler;
    private final AtomicBoolean isWoken = new AtomicBoolean();

    Local(SliceId id, ActorRef<LogSlice.Message> runner, ConsumerHandler handler) {
      this.id = id;
      this.typePrefix = handler.consumer().source().name() + "|";
      this.runner = runner;
      this.handler = handler;
    }

    void onStored(String persistenceId) {
      if (persistenceId.startsWith(typePrefix) && id.slice().holds(persistenceId)) {
        wake();
      }
    }

    /** At most one knock of ours waits at a time. */
    void wake() {
      if (isWoken.compareAndSet(false, true)) {
        runner.tell(LogSlice.Signal.WAKE);
      }
    }

    @Override
    public void awake() {
      isWoken.set(false);
    }

    @Override
    public void ended() {
      onEnded(this);
    }
  }

  private final ActorSystem<?> system;
  private final EventLog events;
  private final EventingSettings.EventLogs settings;
  private final ConsumerHandler.Environment environment;
  private final LogSlice.Environment slices;
  private final AtomicLong head = new AtomicLong();
  private final AtomicBoolean isPolling = new AtomicBoolean();
  private final Set<Local> running = ConcurrentHashMap.newKeySet();
  private final AtomicBoolean hasStarted = new AtomicBoolean();
  private final CompletableFuture<Void> stopped = new CompletableFuture<>();

  private volatile Map<String, RunningConsumer> consumers = Map.of();
  private volatile @Nullable ActorRef<ShardingEnvelope<LogSlice.Message>> region;
  private volatile boolean isStopping;

  EventLogConsumers(
      ActorSystem<?> system,
      EventLogStore store,
      ConsumerHandler.Environment environment,
      Duration drainTimeout) {
    this.system = system;
    this.events = store.events();
    this.environment = environment;
    var settings = environment.settings();
    this.settings = settings.eventLogs();
    this.slices =
        new LogSlice.Environment(
            store,
            limits(settings),
            drainTimeout,
            this::start,
            head::get,
            environment.nanoTime(),
            environment.clock()::millis,
            system.address().toString());
  }

  private static LogSession.Limits limits(EventingSettings settings) {
    var logs = settings.eventLogs();
    return new LogSession.Limits(
        logs.maxInFlight(),
        logs.pageEvents(),
        logs.pageBytes(),
        logs.maxOpenNumbers(),
        logs.saveEvents(),
        logs.saveInterval().toNanos(),
        GAP_NANOS);
  }

  private CompletionStage<Long> start() {
    return settings.start() == Start.NOW ? events.head() : CompletableFuture.completedFuture(0L);
  }

  /** Brings this node's part of the sharding along, once. Blocks. */
  void join() {
    if (region == null) {
      region =
          ClusterSharding.get(system)
              .init(
                  Entity.of(
                          EntityTypeKey.create(LogSlice.Message.class, TYPE),
                          context -> runner(context.getEntityId()))
                      .withSettings(
                          ClusterShardingSettings.create(system).withNoPassivationStrategy())
                      .withMessageExtractor(new EachInAShard())
                      .withStopMessage(LogSlice.Signal.STOP));
    }
  }

  /** Consumes these from now on, and no others. The first call starts the clocks. */
  void serve(Map<String, RunningConsumer> wanted) {
    consumers = Map.copyOf(wanted);
    for (var local : running) {
      var consumer = consumers.get(local.id.consumer());
      if (consumer == null || !consumer.definition().equals(local.handler.consumer())) {
        local.runner.tell(LogSlice.Signal.STOP); // the next knock starts it with what is new
      }
    }
    if (!wanted.isEmpty() && !hasStarted.getAndSet(true)) {
      var unused = events.watch(this::onStored);
      repeat(KNOCK, this::knock);
      repeat(settings.pollInterval(), this::poll);
    }
    knock();
  }

  /** Ends this node's slices, each when what is under way is. */
  CompletionStage<Void> stop() {
    isStopping = true;
    running.forEach(local -> local.runner.tell(LogSlice.Signal.STOP));
    if (running.isEmpty()) {
      stopped.complete(null);
    }
    return stopped;
  }

  /** How each slice of a consumer is doing, wherever it runs; in their order. */
  List<CompletionStage<SliceStatus>> status(String consumer) {
    return sliceIds(consumer).map(this::status).toList();
  }

  /** How each slice of a consumer is doing that runs on this node. */
  List<CompletionStage<SliceStatus>> statusHere(String consumer) {
    return running.stream()
        .filter(local -> local.id.consumer().equals(consumer))
        .map(local -> status(local.runner))
        .toList();
  }

  private CompletionStage<SliceStatus> status(ActorRef<LogSlice.Message> runner) {
    return AskPattern.<LogSlice.Message, SliceStatus>ask(
            runner, LogSlice.GetStatus::new, STATUS_TIMEOUT, system.scheduler())
        .exceptionally(late -> unknown("it has just ended"));
  }

  /**
   * Tells a consumer's slices something.
   *
   * @param slice which one; all if it is negative
   */
  void tell(String consumer, int slice, LogSlice.Signal signal) {
    sliceIds(consumer)
        .filter(id -> slice < 0 || id.slice().number() == slice)
        .forEach(id -> tell(id, signal));
  }

  private Stream<SliceId> sliceIds(String consumer) {
    return IntStream.range(0, settings.slices())
        .mapToObj(number -> new SliceId(consumer, new Slice(number, settings.slices())));
  }

  private CompletionStage<SliceStatus> status(SliceId id) {
    var shards = region;
    if (shards == null) {
      return CompletableFuture.completedFuture(unknown("not started"));
    }
    return AskPattern.<ShardingEnvelope<LogSlice.Message>, SliceStatus>ask(
            shards,
            replyTo -> new ShardingEnvelope<>(id.text(), new LogSlice.GetStatus(replyTo)),
            STATUS_TIMEOUT,
            system.scheduler())
        .exceptionally(late -> unknown("no answer within " + STATUS_TIMEOUT.toMillis() + " ms"));
  }

  private static SliceStatus unknown(String why) {
    return new SliceStatus("", "unknown", 0, 0, -1, 0, why);
  }

  private void tell(SliceId id, LogSlice.Signal signal) {
    var shards = region;
    if (shards != null) {
      shards.tell(new ShardingEnvelope<>(id.text(), signal));
    }
  }

  private Behavior<LogSlice.Message> runner(String entityId) {
    var id = SliceId.of(entityId);
    var consumer = id.map(known -> consumers.get(known.consumer())).orElse(null);
    if (consumer == null || isStopping || id.orElseThrow().slice().of() != settings.slices()) {
      return Behaviors.stopped(); // another node may know it, or this one may later
    }
    return Behaviors.setup(
        context -> {
          var handler =
              new ConsumerHandler(consumer.definition(), environment, consumer.counters());
          var local = new Local(id.orElseThrow(), context.getSelf(), handler);
          running.add(local);
          if (isStopping) {
            context.getSelf().tell(LogSlice.Signal.STOP);
          }
          return LogSlice.create(id.orElseThrow(), handler, slices, local);
        });
  }

  private void onEnded(Local local) {
    running.remove(local);
    if (isStopping && running.isEmpty()) {
      stopped.complete(null);
    }
  }

  private void onStored(String persistenceId) {
    for (var local : running) {
      local.onStored(persistenceId);
    }
  }

  /** Starts what does not run, wherever it is to. */
  private void knock() {
    if (!isStopping) {
      consumers.keySet().forEach(consumer -> tell(consumer, -1, LogSlice.Signal.WAKE));
    }
  }

  private void poll() {
    if (running.isEmpty() || !isPolling.compareAndSet(false, true)) {
      return;
    }
    events
        .head()
        .whenComplete(
            (found, failure) -> {
              isPolling.set(false);
              if (failure == null && found > head.getAndSet(found)) {
                running.forEach(Local::wake);
              }
            });
  }

  private void repeat(Duration interval, Runnable task) {
    system.scheduler().scheduleWithFixedDelay(interval, interval, task, system.executionContext());
  }

  /** Each slice is a shard: so they are spread evenly. */
  private static final class EachInAShard
      extends ShardingMessageExtractor<ShardingEnvelope<LogSlice.Message>, LogSlice.Message> {

    @Override
    public String entityId(ShardingEnvelope<LogSlice.Message> envelope) {
      return envelope.entityId();
    }

    @Override
    public String shardId(String entityId) {
      return entityId;
    }

    @Override
    public LogSlice.Message unwrapMessage(ShardingEnvelope<LogSlice.Message> envelope) {
      return envelope.message();
    }
  }
}
