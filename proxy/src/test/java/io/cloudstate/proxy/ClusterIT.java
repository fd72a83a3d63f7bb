package io.cloudstate.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.cloudstate.proxy.testing.AppendingClient;
import io.cloudstate.proxy.testing.AppendingFunction;
import io.cloudstate.proxy.testing.Ledger;
import io.cloudstate.proxy.testing.Load;
import io.cloudstate.proxy.testing.Load.AfterFailure;
import io.cloudstate.proxy.testing.ManagementPort;
import io.cloudstate.proxy.testing.ManagementPort.Answer;
import io.cloudstate.proxy.testing.NodeCertificate;
import io.cloudstate.proxy.testing.PostgresServer;
import io.cloudstate.proxy.testing.TestProxy;
import io.cloudstate.testing.FreePort;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Three nodes on one database, which find each other by contact points from configuration, and talk
 * by TLS.
 */
class ClusterIT {

  private static final Duration LONG = Duration.ofSeconds(40);
  private static final List<String> HOSTS = List.of("127.0.0.2", "127.0.0.3", "127.0.0.4");
  private static final int REMOTING_PORT = FreePort.find();
  private static final int MANAGEMENT_PORT = FreePort.find();
  private static final int ENTITIES = 30;
  private static final int CALLERS = 8;

  private static PostgresServer database;
  private static AppendingFunction function;
  private static List<Node> nodes;

  @BeforeAll
  static void start(@TempDir Path directory) {
    database = PostgresServer.start(directory.resolve("postgres"));
    function = AppendingFunction.start();
    var tls = NodeCertificate.create(directory);
    nodes = HOSTS.stream().map(host -> Node.start(host, tls)).toList();
  }

  @AfterAll
  static void stop() {
    nodes.forEach(node -> node.proxy.close());
    function.close();
    database.close();
  }

  @Test
  void nodesBecomeOneClusterAndOneThatLeavesHandsItsEntitiesOverWhileCallsGoOn() throws Exception {
    // Given
    var ledger = new Ledger(ENTITIES);
    var one = nodes.get(0);
    var three = nodes.get(2);
    try (var first = new AppendingClient(one.proxy.port());
        var second = new AppendingClient(nodes.get(1).proxy.port());
        var third = new AppendingClient(three.proxy.port())) {
      for (var node : nodes) {
        await()
            .atMost(LONG)
            .untilAsserted(() -> assertThat(node.management.get("/ready").body()).isEqualTo("OK"));
      }
      for (var entity : ledger.entities()) { // one writer each, or the store would refuse one
        for (var client : List.of(first, second, third)) {
          var text = ledger.newText();
          ledger.acknowledged(entity, text, client.append(entity, text));
        }
      }
      assertThat(one.management.get("/admin/members").body())
          .contains(HOSTS)
          .doesNotContain("\"isReachable\":false");
      assertThat(one.management.get("/admin/services").body()).contains("EventSourcedTckModel");
      assertThat(one.management.get("/admin/entities").body())
          .contains(HOSTS)
          .contains("\"lists\":")
          .contains("\"list-values\":");
      assertThat(one.management.get("/admin/payloads").status()).isEqualTo(404);
      // When
      var load = Load.start(second, ledger, CALLERS, AfterFailure.STOP);
      load.awaitAcknowledgements(10 * CALLERS);
      var drained = three.management.post("/drain");
      // Then
      await().atMost(LONG).until(() -> three.management.get("/ready").status() == 500);
      assertThat(drained).succeedsWithin(LONG).isEqualTo(new Answer(200, "Drained"));
      load.awaitAcknowledgements(10 * CALLERS);
      assertThat(load.stop().failures()).isEmpty();
      ledger.settleAll(first);
      assertThat(function.violations()).isEmpty();
      assertThat(function.complaints()).isEmpty();
    }
  }

  private record Node(TestProxy proxy, ManagementPort management) {

    static Node start(String host, Map<String, String> tls) {
      var points =
          HOSTS.stream().map(each -> each + ":" + MANAGEMENT_PORT).collect(Collectors.joining(","));
      var settings =
          Map.of(
              "cluster.contact-points",
              points,
              "cluster.required-contact-points",
              "3",
              "cluster.remoting-host",
              host,
              "cluster.remoting-port",
              Integer.toString(REMOTING_PORT),
              "management.host",
              host,
              "management.port",
              Integer.toString(MANAGEMENT_PORT));
      var store =
          Map.of(
              "store", "postgres",
              "postgres.port", Integer.toString(database.port()),
              "postgres.database", "postgres",
              "postgres.user", "postgres");
      var all =
          Stream.of(settings, store, tls)
              .flatMap(part -> part.entrySet().stream())
              .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
      var soon = "akka.management.cluster.bootstrap.contact-point-discovery.stable-margin = 500ms";
      return new Node(
          TestProxy.start(function.port(), all, soon), new ManagementPort(host, MANAGEMENT_PORT));
    }
  }
}
