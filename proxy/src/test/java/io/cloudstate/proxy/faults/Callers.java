package io.cloudstate.proxy.faults;

import static org.awaitility.Awaitility.await;

import io.cloudstate.proxy.faults.Operation.Outcome;
import io.cloudstate.proxy.testing.AppendingClient;
import io.cloudstate.tck.model.Crdt.UpdateWriteConsistency;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.net.ConnectException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;

/**
 * A caller for each entity and node, which appends and reads through that node, whatever its state,
 * and writes down what it was told.
 */
final class Callers {

  /** Kinds of entities, how many there are of each, and how they are called. */
  enum Kind {
    EVENT_SOURCED("lists", 12, Network.MOST_NODES, 200, 20) {
      @Override
      AppendingClient connect(String host, int port) {
        return new AppendingClient(host, port);
      }
    },
    VALUE("list-values", 4, Network.MOST_NODES, 200, 20) {
      @Override
      AppendingClient connect(String host, int port) {
        return AppendingClient.ofValues(host, port);
      }
    },
    /** Replicated sets, to which texts are added on the node that is called. */
    LOCAL_SET("sets", 2, World.NODES, 400, 50) {
      @Override
      AppendingClient connect(String host, int port) {
        return AppendingClient.ofSets(host, port, UpdateWriteConsistency.LOCAL);
      }
    },
    /** Replicated sets, to which texts are added on most nodes. */
    MAJORITY_SET("sets", 2, World.NODES, 400, 50) {
      @Override
      AppendingClient connect(String host, int port) {
        return AppendingClient.ofSets(host, port, UpdateWriteConsistency.MAJORITY);
      }
    };

    private final String persistenceId;
    private final int entities;
    private final int places;
    private final int pauseMillis;
    private final int readsPercent;

    /**
     * @param places through how many nodes they are called: a node outside of the cluster has the
     *     database in common with it, and no set
     */
    Kind(String persistenceId, int entities, int places, int pauseMillis, int readsPercent) {
      this.persistenceId = persistenceId;
      this.entities = entities;
      this.places = places;
      this.pauseMillis = pauseMillis;
      this.readsPercent = readsPercent;
    }

    String persistenceId() {
      return persistenceId;
    }

    /** Whether it is a replicated set, and not a list in the database. */
    boolean isSet() {
      return this == LOCAL_SET || this == MAJORITY_SET;
    }

    abstract AppendingClient connect(String host, int port);
  }

  /** One entity. */
  record Entity(Kind kind, String id) {}

  private record Caller(Entity entity, int place) {}

  private static final Duration HEALED_WITHIN = Duration.ofMinutes(2);

  /** Parts of the texts with which proxies say that a command was not executed. */
  private static final List<String> NOT_EXECUTED =
      List.of("was not executed", "User function unavailable", "The command waited too long");

  /** With which proxies say that a node has a change that too few others have confirmed. */
  static final String NOT_AT_LEVEL = "Failed to update CRDT at requested write consistency";

  private final World world;
  private final Map<Entity, List<Operation>> histories = new LinkedHashMap<>();
  private final Map<String, Integer> failures = new ConcurrentHashMap<>();
  private final Map<Caller, Long> lastAnsweredNanos = new ConcurrentHashMap<>();
  private final long startedNanos = System.nanoTime();
  private final AtomicLong lastFailureNanos = new AtomicLong(System.nanoTime());
  private final CountDownLatch running;
  private volatile boolean isStopping;

  private Callers(World world, String prefix) {
    this.world = world;
    for (var kind : Kind.values()) {
      for (var number = 0; number < kind.entities; number++) {
        var name = kind.name().toLowerCase(Locale.ROOT).replace('_', '-');
        var id = "%s-%s-%d".formatted(prefix, name, number);
        histories.put(new Entity(kind, id), new ArrayList<>());
      }
    }
    this.running =
        new CountDownLatch(
            histories.keySet().stream().mapToInt(entity -> entity.kind().places).sum());
  }

  /** Starts calling entities that are not there yet. */
  static Callers start(World world, String prefix) {
    var callers = new Callers(world, prefix);
    for (var entity : callers.histories.keySet()) {
      for (var place = 0; place < entity.kind().places; place++) {
        callers.start(entity, place);
      }
    }
    return callers;
  }

  private void start(Entity entity, int place) {
    var thread = new Thread(() -> callUntilStopped(entity, place), "caller-of-" + entity.id());
    thread.setDaemon(true);
    thread.start();
  }

  /** Waits until every caller has been answered, and nothing has failed for a while. */
  void awaitAllWell(Duration calm) {
    var from = System.nanoTime();
    await()
        .atMost(HEALED_WITHIN)
        .until(
            () -> System.nanoTime() - lastFailureNanos.get() > calm.toNanos() && areAllWell(from));
  }

  private boolean areAllWell(long sinceNanos) {
    var nodes = world.kept().size();
    return histories.keySet().stream()
        .flatMap(
            entity ->
                IntStream.range(0, Math.min(nodes, entity.kind().places))
                    .mapToObj(place -> lastAnswered(new Caller(entity, place))))
        .allMatch(answered -> answered - sinceNanos > 0);
  }

  private long lastAnswered(Caller caller) {
    return lastAnsweredNanos.getOrDefault(caller, startedNanos);
  }

  /** Waits until the calls under way have ended. Returns what came of all, for each entity. */
  Map<Entity, List<Operation>> stop() throws InterruptedException {
    isStopping = true;
    var longest = AppendingClient.DEADLINE.plusSeconds(15);
    if (!running.await(longest.toMillis(), TimeUnit.MILLISECONDS)) {
      throw new AssertionError(running.getCount() + " callers hang");
    }
    return histories;
  }

  /** How often calls ended with each status. */
  Map<String, Integer> failures() {
    return new TreeMap<>(failures);
  }

  private void callUntilStopped(Entity entity, int place) {
    var history = histories.get(entity);
    if (history == null) {
      throw new AssertionError(entity);
    }
    try {
      for (var count = 0; !isStopping; count++) {
        var nodes = world.kept();
        if (place < nodes.size()) { // the last one is only there when a fault brings it
          var text = "%s-%d-%d".formatted(entity.id(), place, count);
          var operation = call(entity, place, nodes.get(place), text);
          synchronized (history) {
            history.add(operation);
          }
          if (operation.isAcknowledged()) {
            lastAnsweredNanos.put(new Caller(entity, place), operation.invokedNanos());
          }
        }
        var longest = 2 * entity.kind().pauseMillis;
        world.goOnFor(Duration.ofMillis(ThreadLocalRandom.current().nextInt(longest)));
      }
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    } finally {
      running.countDown();
    }
  }

  private Operation call(Entity entity, int place, Node node, String text) {
    var isRead = ThreadLocalRandom.current().nextInt(100) < entity.kind().readsPercent;
    var firstLife = node.life();
    var from = System.nanoTime();
    Outcome outcome;
    try {
      outcome = isRead ? read(entity, node) : append(entity, node, text);
    } catch (StatusRuntimeException e) {
      outcome = failed(e);
    }
    var to = System.nanoTime();
    var asked = new Asked(place + 1, firstLife, node.life());
    return new Operation(isRead ? "" : text, asked, from, to, outcome);
  }

  private static Outcome read(Entity entity, Node node) {
    var texts = node.client(entity.kind()).read(entity.id());
    return entity.kind().isSet()
        ? new Outcome.Shown(Set.copyOf(texts))
        : new Outcome.Seen(texts.size(), Operation.digest(texts));
  }

  private static Outcome append(Entity entity, Node node, String text) {
    var place = node.client(entity.kind()).append(entity.id(), text);
    return entity.kind().isSet() ? new Outcome.Added() : new Outcome.Appended(place);
  }

  private Outcome failed(StatusRuntimeException failure) {
    lastFailureNanos.set(System.nanoTime());
    var status = failure.getStatus();
    var description = String.valueOf(status.getDescription());
    var text = status.getCode() + ": " + firstWords(description);
    failures.merge(text, 1, Integer::sum);
    if (description.equals(NOT_AT_LEVEL)) {
      return new Outcome.Kept(text);
    }
    var isRefused =
        status.getCode() == Status.Code.RESOURCE_EXHAUSTED
            || failure.getCause() instanceof ConnectException
            || NOT_EXECUTED.stream().anyMatch(description::contains);
    return isRefused ? new Outcome.Refused(text) : new Outcome.Unknown(text);
  }

  /** Without addresses and times, which make every text another one. */
  private static String firstWords(String description) {
    var end = description.indexOf(" after ");
    return (end < 0 ? description : description.substring(0, end)).replaceAll("[0-9.]+", "#");
  }
}
