package io.cloudstate.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.InvalidProtocolBufferException;
import io.cloudstate.proxy.testing.AppendingClient;
import io.cloudstate.proxy.testing.AppendingFunction;
import io.cloudstate.proxy.testing.KafkaServer;
import io.cloudstate.proxy.testing.Ledger;
import io.cloudstate.proxy.testing.Load;
import io.cloudstate.proxy.testing.Load.AfterFailure;
import io.cloudstate.proxy.testing.ManagementPort;
import io.cloudstate.proxy.testing.PostgresServer;
import io.cloudstate.proxy.testing.ProxyProcess;
import io.cloudstate.tck.model.Eventsourced.Response;
import io.cloudstate.testing.FreePort;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Commands whose replies are published, and a consumer of these and one of the event log, while
 * what they stand on is killed under load: a node of two, the broker, the node that is left, and
 * the database. Whatever is stored is published and consumed at least once, by entity in order.
 */
class KilledEventingIT {

  private static final Duration PATIENCE = Duration.ofSeconds(90);
  private static final int CALLERS = 8;
  private static final int ENTITIES = 20;
  private static final int SOME = 10 * CALLERS;
  private static final String TOPIC = "lengths";
  private static final String VALUE = "value";
  private static final int VALUES = 5;

  @TempDir
  @SuppressWarnings("NullAway.Init")
  static Path directory;

  @Test
  void nothingIsLostOrOutOfOrderWhateverIsKilledUnderLoad() throws Exception {
    var ports = List.of(FreePort.find(), FreePort.find()).stream().sorted().toList();
    var ledger = new Ledger(ENTITIES);
    try (var kafka = KafkaServer.start(directory.resolve("kafka"));
        var postgres = PostgresServer.start(directory.resolve("postgres"));
        var function = AppendingFunction.startPublishingTo(TOPIC);
        // Of two nodes that do not reach each other, the one with the lower address goes on.
        var stays = new Node("stays", function, postgres, kafka, ports.get(0), ports.get(0));
        var dies = new Node("dies", function, postgres, kafka, ports.get(1), ports.get(0))) {
      kafka.createTopic(TOPIC, 4);
      kafka.createTopic(AppendingFunction.ofValues(TOPIC), 4);
      stays.process.start();
      dies.process.start();
      aNodeOfTwo(ledger, function, stays, dies);
      theBrokerAndThenTheNode(ledger, function, stays, kafka);
      var lengths = theDatabase(ledger, function, stays, postgres);

      awaitAll("published", () -> published(kafka, TOPIC), lengths);
      awaitAll(
          "published of values",
          () -> published(kafka, AppendingFunction.ofValues(TOPIC)),
          Map.of(VALUE, VALUES));
      awaitAll("consumed from the topic", function.consumer()::fromTopic, lengths);
      awaitAll("consumed from the log", function.consumer()::fromLog, lengths);
      assertThat(function.violations()).isEmpty();
    }
  }

  /** What it was consuming goes on at the other one. */
  private static void aNodeOfTwo(Ledger ledger, AppendingFunction function, Node stays, Node dies)
      throws Exception {
    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () ->
                assertThat(stays.consumers())
                    .contains(stays.address(), dies.address())
                    .doesNotContain("unknown", "starting"));
    try (var client = new AppendingClient(stays.process.port())) {
      var load = Load.start(client, ledger, CALLERS, AfterFailure.GO_ON);
      load.awaitAcknowledgements(SOME);
      awaitMore(function.consumer()::fromLog);
      awaitMore(function.consumer()::fromTopic);
      dies.process.kill();
      await()
          .atMost(PATIENCE)
          .untilAsserted(
              () ->
                  assertThat(stays.consumers())
                      .doesNotContain(dies.address(), "unknown", "starting"));
      load.awaitAcknowledgements(SOME);
      load.stop();
    }
  }

  /** Calls do not need the broker, nor do consumers of logs; what is not published is kept. */
  private static void theBrokerAndThenTheNode(
      Ledger ledger, AppendingFunction function, Node node, KafkaServer kafka) throws Exception {
    try (var client = new AppendingClient(node.process.port());
        var values = AppendingClient.ofValues(node.process.port())) {
      var load = Load.start(client, ledger, CALLERS, AfterFailure.STOP);
      load.awaitAcknowledgements(SOME);
      kafka.kill();
      load.awaitAcknowledgements(SOME);
      for (var number = 1; number <= VALUES; number++) {
        assertThat(values.append(VALUE, "v" + number)).isEqualTo(number);
      }
      awaitMore(function.consumer()::fromLog);
      node.process.kill();
      load.awaitEnd();
    }
    kafka.start();
    node.process.start();
  }

  /** Returns how long the lists are in the end. */
  private static Map<String, Integer> theDatabase(
      Ledger ledger, AppendingFunction function, Node node, PostgresServer postgres)
      throws Exception {
    try (var client = new AppendingClient(node.process.port())) {
      var load = Load.start(client, ledger, CALLERS, AfterFailure.STOP);
      load.awaitAcknowledgements(SOME);
      awaitMore(function.consumer()::fromTopic);
      postgres.kill();
      load.awaitEnd();
      postgres.start();
      await().atMost(PATIENCE).ignoreExceptions().until(() -> client.append("ready", "t") > 0);
      ledger.settleAll(client);
      var lengths = new HashMap<String, Integer>();
      ledger.entities().forEach(entity -> lengths.put(entity, client.read(entity).size()));
      return lengths;
    }
  }

  /** That it is being consumed, now. */
  private static void awaitMore(Supplier<Map<String, List<Integer>>> consumed) {
    var before = count(consumed.get());
    await().atMost(PATIENCE).until(() -> count(consumed.get()) > before + CALLERS);
  }

  /** Each entity's numbers are from 1 to its length, if those that came again are left out. */
  private static void awaitAll(
      String what, Supplier<Map<String, List<Integer>>> numbers, Map<String, Integer> lengths) {
    await()
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(500))
        .untilAsserted(
            () -> {
              var first = distinct(numbers.get());
              lengths.forEach(
                  (entity, length) ->
                      assertThat(first.getOrDefault(entity, List.of()))
                          .as("what was %s of %s, without what came again", what, entity)
                          .isEqualTo(IntStream.rangeClosed(1, length).boxed().toList()));
            });
    var all = numbers.get();
    System.out.printf(
        "%s: %d events, %d of them again%n", what, count(all), count(all) - count(distinct(all)));
  }

  private static Map<String, List<Integer>> distinct(Map<String, List<Integer>> all) {
    var distinct = new HashMap<String, List<Integer>>();
    all.forEach(
        (entity, numbers) -> distinct.put(entity, List.copyOf(new LinkedHashSet<>(numbers))));
    return distinct;
  }

  private static int count(Map<String, List<Integer>> numbers) {
    return numbers.values().stream().mapToInt(List::size).sum();
  }

  /** The numbers that are in the topic, by the entity that is their key. */
  private static Map<String, List<Integer>> published(KafkaServer kafka, String topic) {
    var all = new HashMap<String, List<Integer>>();
    for (var record : kafka.readAll(topic)) {
      var text = message(record.value());
      if (!text.isEmpty() && Character.isDigit(text.charAt(0))) { // not what a read was answered
        all.computeIfAbsent(record.key(), key -> new ArrayList<>()).add(Integer.parseInt(text));
      }
    }
    return all;
  }

  private static String message(byte[] reply) {
    try {
      return Response.parseFrom(reply).getMessage();
    } catch (InvalidProtocolBufferException e) {
      throw new AssertionError(e);
    }
  }

  /** A proxy in a process of its own. */
  private static final class Node implements AutoCloseable {

    private final ProxyProcess process;
    private final ManagementPort management;
    private final int remotingPort;

    Node(
        String name,
        AppendingFunction function,
        PostgresServer postgres,
        KafkaServer kafka,
        int remotingPort,
        int seedPort)
        throws IOException {
      this.remotingPort = remotingPort;
      var managementPort = FreePort.find();
      this.management = new ManagementPort("127.0.0.1", managementPort);
      var folder = Files.createDirectories(directory.resolve(name));
      // A member of a group that has died is missed after 45 s otherwise.
      var properties =
          Files.writeString(
              folder.resolve("kafka.properties"),
              "consumer.session.timeout.ms=6000\nconsumer.heartbeat.interval.ms=1000\n");
      var environment = new HashMap<>(postgres.environment());
      environment.put("EVENTING_SUPPORT", "kafka");
      environment.put("KAFKA_BOOTSTRAP_SERVERS", kafka.address());
      environment.put("KAFKA_PROPERTIES_FILE", properties.toString());
      environment.put("MANAGEMENT_PORT", Integer.toString(managementPort));
      environment.put("REMOTING_HOST", "127.0.0.1");
      environment.put("REMOTING_PORT", Integer.toString(remotingPort));
      environment.put("CLUSTER_SEED_NODES", "127.0.0.1:" + seedPort);
      this.process =
          new ProxyProcess(
              folder,
              function.port(),
              environment,
              "-Dcloudstate.proxy.cluster.split-brain.stable-after=1s");
    }

    String address() {
      return "127.0.0.1:" + remotingPort;
    }

    String consumers() {
      return management.get("/admin/consumers").body();
    }

    @Override
    public void close() {
      process.close();
    }
  }
}
