package io.cloudstate.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.cloudstate.proxy.testing.AppendingClient;
import io.cloudstate.proxy.testing.AppendingFunction;
import io.cloudstate.proxy.testing.ManagementPort;
import io.cloudstate.proxy.testing.Relay;
import io.cloudstate.proxy.testing.TestProxy;
import io.cloudstate.testing.FreePort;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Three nodes that join by a list of seeds, of which one is cut off. */
class SplitBrainIT {

  private static final int ENTITIES = 20;

  @Test
  void majorityTakesTheEntitiesOverAndTheNodeThatIsCutOffEnds() {
    try (var function = AppendingFunction.start();
        var one = Node.start(function, 0);
        var two = Node.start(function, one.relay.port());
        var three = Node.start(function, one.relay.port())) {
      // Given
      for (var node : List.of(one, two, three)) {
        await().atMost(Duration.ofSeconds(20)).until(() -> node.status("/ready") == 200);
      }
      try (var client = new AppendingClient(one.proxy.port());
          var cutOff = new AppendingClient(three.proxy.port())) {
        for (var entity = 0; entity < ENTITIES; entity++) {
          assertThat(client.append("entity-" + entity, "a")).isEqualTo(1);
          assertThat(cutOff.append("entity-" + entity, "b")).isEqualTo(2);
        }
        // When
        three.relay.cut();
        // Then
        await().atMost(Duration.ofSeconds(60)).until(() -> three.status("/alive") == 0);
        for (var entity = 0; entity < ENTITIES; entity++) {
          var id = "entity-" + entity;
          await() // until its shard is at home again
              .atMost(Duration.ofSeconds(60))
              .ignoreExceptions()
              .untilAsserted(() -> assertThat(client.append(id, "c")).isPositive());
        }
        assertThat(two.status("/ready")).isEqualTo(200);
      }
    }
  }

  private record Node(Relay relay, TestProxy proxy, ManagementPort management)
      implements AutoCloseable {

    /** Joins the node behind the relay with this port; 0 begins a cluster. */
    static Node start(AppendingFunction function, int seedPort) {
      var remotingPort = FreePort.find();
      var managementPort = FreePort.find();
      var relay = Relay.to(remotingPort);
      var settings =
          Map.of(
              "management.port",
              Integer.toString(managementPort),
              "cluster.split-brain.stable-after",
              "1s");
      var proxy =
          TestProxy.startMember(
              function.port(),
              settings,
              remotingPort,
              relay,
              seedPort == 0 ? relay.port() : seedPort);
      return new Node(relay, proxy, new ManagementPort("127.0.0.1", managementPort));
    }

    int status(String path) {
      return management.get(path).status();
    }

    @Override
    public void close() {
      proxy.close();
      relay.close();
    }
  }
}
