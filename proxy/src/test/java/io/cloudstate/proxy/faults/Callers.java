package io.cloudstate.proxy.faults;

import static org.awaitility.Awaitility.await;

import io.cloudstate.proxy.faults.Operation.Outcome;
import io.cloudstate.proxy.testing.AppendingClient;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.net.ConnectException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
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

  /** Kinds of entities, and how many there are of each. */
  enum Kind {
    EVENT_SOURCED("lists", 12) {
      @Override
      AppendingClient client(Node node) {
        return node.events();
      }
    },
    VALUE("list-values", 4) {
      @Override
      AppendingClient client(Node node) {
        return node.values();
      }
    };

    private final String persistenceId;
    private final int entities;

    Kind(String persistenceId, int entities) {
      this.persistenceId = persistenceId;
      this.entities = entities;
    }

    String persistenceId() {
      return persistenceId;
    }

    abstract AppendingClient client(Node node);
  }

  /** One entity. */
  record Entity(Kind kind, String id) {}

  private record Caller(Entity entity, int place) {}

  private static final int PAUSE_MILLIS = 200;
  private static final int READS_PERCENT = 20;
  private static final Duration HEALED_WITHIN = Duration.ofMinutes(2);

  /** Parts of the texts with which proxies say that a command was not executed. */
  private static final List<String> NOT_EXECUTED =
      List.of("was not executed", "User function unavailable", "The command waited too long");

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
        histories.put(new Entity(kind, prefix + "-" + number), new ArrayList<>());
      }
    }
    this.running = new CountDownLatch(Network.MOST_NODES * histories.size());
  }

  /** Starts calling entities that are not there yet. */
  static Callers start(World world, String prefix) {
    var callers = new Callers(world, prefix);
    for (var entity : callers.histories.keySet()) {
      for (var node = 0; node < Network.MOST_NODES; node++) {
        callers.start(entity, node);
      }
    }
    return callers;
  }

  private void start(Entity entity, int node) {
    var thread = new Thread(() -> callUntilStopped(entity, node), "caller-of-" + entity.id());
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
                IntStream.range(0, nodes)
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
          var operation = call(entity, nodes.get(place), text);
          synchronized (history) {
            history.add(operation);
          }
          if (operation.isAcknowledged()) {
            lastAnsweredNanos.put(new Caller(entity, place), operation.invokedNanos());
          }
        }
        world.goOnFor(Duration.ofMillis(ThreadLocalRandom.current().nextInt(2 * PAUSE_MILLIS)));
      }
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    } finally {
      running.countDown();
    }
  }

  private Operation call(Entity entity, Node node, String text) {
    var isRead = ThreadLocalRandom.current().nextInt(100) < READS_PERCENT;
    var client = entity.kind().client(node);
    var from = System.nanoTime();
    Outcome outcome;
    try {
      if (isRead) {
        var texts = client.read(entity.id());
        outcome = new Outcome.Seen(texts.size(), Operation.digest(texts));
      } else {
        outcome = new Outcome.Appended(client.append(entity.id(), text));
      }
    } catch (StatusRuntimeException e) {
      outcome = failed(e);
    }
    return new Operation(isRead ? "" : text, from, System.nanoTime(), outcome);
  }

  private Outcome failed(StatusRuntimeException failure) {
    lastFailureNanos.set(System.nanoTime());
    var status = failure.getStatus();
    var description = String.valueOf(status.getDescription());
    var text = status.getCode() + ": " + firstWords(description);
    failures.merge(text, 1, Integer::sum);
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
