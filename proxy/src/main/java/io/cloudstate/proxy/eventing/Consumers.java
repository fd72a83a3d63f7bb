package io.cloudstate.proxy.eventing;

import akka.actor.typed.ActorSystem;
import com.google.errorprone.annotations.ThreadSafe;
import io.cloudstate.proxy.config.EventingSettings;
import io.cloudstate.proxy.discovery.ServiceCatalog;
import io.cloudstate.proxy.discovery.eventing.EventSource;
import io.cloudstate.proxy.router.Router;
import io.cloudstate.proxy.storage.journal.EventLogStore;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs the consumers of the catalog that is served: from event logs in slices over the cluster,
 * from topics on every node. What is not in the catalog any more is stopped; what has not changed
 * goes on.
 */
@ThreadSafe
public final class Consumers {

  /** A consumer, as people look at it. */
  public record View(
      String id,
      String service,
      String group,
      String source,
      Map<String, Long> onThisNode,
      List<PartView> parts) {}

  /**
   * A part of a consumer.
   *
   * @param slice of an event log; empty for a topic
   * @param lag how many events, at most, are stored and not done with; -1 if nobody knows
   */
  public record PartView(
      String slice,
      String node,
      String state,
      long position,
      long doneUpTo,
      long lag,
      long secondsBehind,
      String lastError) {}

  private static final Logger log = LoggerFactory.getLogger(Consumers.class);

  private final ActorSystem<?> system;
  private final ConsumerHandler.Environment environment;
  private final Optional<EventLogConsumers> logs;
  private final Map<String, TopicConsumer> topics = new ConcurrentHashMap<>();
  private final Map<String, ConsumerCounters> counters = new ConcurrentHashMap<>();
  private volatile Map<String, RunningConsumer> consumers = Map.of();
  private volatile List<String> mistakes = List.of();

  /**
   * Nothing runs yet: see {@link #serve}.
   *
   * @param router takes the calls
   * @param store of event logs, if there is one
   * @param broker of topics, if there is one
   * @param drainTimeout how long what is under way is waited for when the proxy stops
   * @param nanoTime the clock of calls' deadlines
   * @param traces null if no event is followed
   */
  public Consumers(
      ActorSystem<?> system,
      Router router,
      Optional<EventLogStore> store,
      Optional<Broker> broker,
      EventingSettings settings,
      Duration drainTimeout,
      Clock clock,
      LongSupplier nanoTime,
      @Nullable ConsumerTraces traces) {
    this.system = system;
    this.environment =
        new ConsumerHandler.Environment(router, broker, settings, clock, nanoTime, traces);
    this.logs = store.map(known -> new EventLogConsumers(system, known, environment, drainTimeout));
  }

  /** Brings along what nodes of a cluster wait for. Blocks; to be called before the node joins. */
  public void join(ServiceCatalog catalog) {
    if (catalog.eventing().readsEventLogs()) {
      logs.ifPresent(EventLogConsumers::join);
    }
  }

  /** Runs the catalog's consumers from now on. The node is a member of its cluster. */
  public synchronized void serve(ServiceCatalog catalog) {
    var wanted = new LinkedHashMap<String, RunningConsumer>();
    for (var consumer : catalog.eventing().consumers()) {
      if (!consumers.containsKey(consumer.id())) {
        log.atInfo().addKeyValue("consumer", consumer.id()).log("consuming events");
      }
      var counted = counters.computeIfAbsent(consumer.id(), id -> new ConsumerCounters());
      wanted.put(consumer.id(), new RunningConsumer(consumer, counted));
    }
    consumers = wanted;
    mistakes = catalog.eventing().mistakes();
    logs.ifPresent(all -> all.serve(of(EventSource.EventLog.class, wanted)));
    environment
        .broker()
        .ifPresent(broker -> serveTopics(broker, of(EventSource.Topic.class, wanted)));
  }

  private static Map<String, RunningConsumer> of(
      Class<? extends EventSource> source, Map<String, RunningConsumer> wanted) {
    var chosen = new HashMap<>(wanted);
    chosen.values().removeIf(consumer -> !source.isInstance(consumer.definition().source()));
    return chosen;
  }

  private void serveTopics(Broker broker, Map<String, RunningConsumer> wanted) {
    for (var old : List.copyOf(topics.values())) {
      var consumer = wanted.get(old.consumer().id());
      if (consumer == null || !consumer.definition().equals(old.consumer())) {
        topics.remove(old.consumer().id());
        old.stop();
      }
    }
    wanted.forEach(
        (id, consumer) ->
            topics.computeIfAbsent(
                id,
                unknown ->
                    new TopicConsumer(
                        consumer.definition(),
                        broker,
                        () ->
                            new ConsumerHandler(
                                consumer.definition(), environment, consumer.counters()))));
  }

  /** Stops to consume; ends when what is under way is done with and its position saved. */
  public CompletionStage<Void> stop() {
    var ends = new ArrayList<CompletableFuture<?>>();
    logs.ifPresent(all -> ends.add(all.stop().toCompletableFuture()));
    topics.values().forEach(topic -> ends.add(topic.stop().toCompletableFuture()));
    return CompletableFuture.allOf(ends.toArray(CompletableFuture[]::new));
  }

  /** What keeps the function's eventing options from being followed, if anything does. */
  public Optional<String> trouble() {
    return mistakes.stream().findFirst();
  }

  /** What the consumers that are or were served have done on this node, by their ids. */
  public Map<String, ConsumerCounters> counters() {
    return Map.copyOf(counters);
  }

  /** All consumers, with what of them runs on this node. */
  public CompletionStage<List<ConsumerHere>> here() {
    CompletionStage<List<ConsumerHere>> all = CompletableFuture.completedFuture(new ArrayList<>());
    for (var consumer : consumers.values()) {
      all =
          all.thenCombine(
              here(consumer),
              (before, one) -> {
                before.add(one);
                return before;
              });
    }
    return all;
  }

  private CompletionStage<ConsumerHere> here(RunningConsumer consumer) {
    var id = consumer.definition().id();
    CompletionStage<ConsumerHere> here =
        CompletableFuture.completedFuture(ConsumerHere.of(consumer));
    var topic = topics.get(id);
    if (topic != null) {
      return here.thenApply(sum -> sum.plus(topic.status(system.address().toString())));
    }
    for (var slice : logs.map(known -> known.statusHere(id)).orElse(List.of())) {
      here = here.thenCombine(slice, ConsumerHere::plus);
    }
    return here;
  }

  /** All consumers, with their parts on all nodes; of topics those on this node. */
  public CompletionStage<List<View>> view() {
    CompletionStage<List<View>> all = CompletableFuture.completedFuture(new ArrayList<>());
    for (var consumer : consumers.values()) {
      all =
          all.thenCombine(
              parts(consumer),
              (views, parts) -> {
                views.add(view(consumer, parts));
                return views;
              });
    }
    return all;
  }

  /**
   * Lets a consumer go on that has stopped at an event.
   *
   * @param isToSkip whether behind that event
   * @param slice of an event log; all if it is empty
   * @return false if there is no such consumer
   */
  public boolean resume(String id, OptionalInt slice, boolean isToSkip) {
    var consumer = consumers.get(id);
    if (consumer == null) {
      return false;
    }
    var topic = topics.get(id);
    if (topic != null) {
      topic.resume(isToSkip);
    } else {
      var signal = isToSkip ? LogSlice.Signal.SKIP : LogSlice.Signal.RESUME;
      logs.ifPresent(all -> all.tell(id, slice.orElse(-1), signal));
    }
    return true;
  }

  private CompletionStage<List<PartView>> parts(RunningConsumer consumer) {
    var id = consumer.definition().id();
    var topic = topics.get(id);
    if (topic != null) {
      return CompletableFuture.completedFuture(
          List.of(part("", topic.status(system.address().toString()))));
    }
    CompletionStage<List<PartView>> all = CompletableFuture.completedFuture(new ArrayList<>());
    var slices = logs.map(known -> known.status(id)).orElse(List.of());
    for (var slice : slices) {
      all =
          all.thenCombine(
              slice,
              (parts, status) -> {
                parts.add(part(parts.size() + "/" + slices.size(), status));
                return parts;
              });
    }
    return all;
  }

  private static PartView part(String slice, SliceStatus status) {
    return new PartView(
        slice,
        status.node(),
        status.state(),
        status.position(),
        status.doneUpTo(),
        status.lag(),
        status.secondsBehind(),
        status.lastError());
  }

  private static View view(RunningConsumer consumer, List<PartView> parts) {
    var counters = consumer.counters();
    var counts = new LinkedHashMap<String, Long>();
    counts.put("consumed", counters.consumed());
    counts.put("failed", counters.failed());
    counts.put("retried", counters.retried());
    counts.put("skipped", counters.skipped());
    counts.put("deadLettered", counters.deadLettered());
    counts.put("published", counters.published());
    var definition = consumer.definition();
    return new View(
        definition.id(),
        definition.service(),
        definition.group(),
        definition.source().kind() + " " + definition.source().name(),
        counts,
        parts);
  }
}
