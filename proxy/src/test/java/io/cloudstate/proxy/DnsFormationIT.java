package io.cloudstate.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.cloudstate.proxy.testing.AppendingClient;
import io.cloudstate.proxy.testing.AppendingFunction;
import io.cloudstate.proxy.testing.CapturedLog;
import io.cloudstate.proxy.testing.ManagementPort;
import io.cloudstate.proxy.testing.NameServer;
import io.cloudstate.proxy.testing.TestProxy;
import io.cloudstate.testing.FreePort;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Nodes that find each other by the addresses of a name, which a real name server tells. */
class DnsFormationIT {

  private static final String NAME = "nodes.cart.test";
  private static final List<String> HOSTS = List.of("127.0.53.2", "127.0.53.3", "127.0.53.4");
  private static final Duration LONG = Duration.ofSeconds(60);
  private static final ObjectMapper JSON = new ObjectMapper();

  private final int remotingPort = FreePort.find();
  private final int managementPort = FreePort.find();
  private final List<ManagementPort> managements =
      HOSTS.stream().map(host -> new ManagementPort(host, managementPort)).toList();
  private NameServer names;
  private AppendingFunction function;
  private List<TestProxy> proxies;

  @BeforeEach
  void start() {
    names = NameServer.start(NAME);
    function = AppendingFunction.start();
    proxies = List.of();
  }

  private TestProxy proxy(String host, String joinTimeout) {
    var settings =
        Map.of(
            "cluster.dns-name",
            NAME,
            "cluster.required-contact-points",
            "3",
            "cluster.join-timeout",
            joinTimeout,
            "cluster.remoting-host",
            host,
            "cluster.remoting-port",
            Integer.toString(remotingPort),
            "management.host",
            host,
            "management.port",
            Integer.toString(managementPort));
    var akka =
        """
        akka.io.dns.async-dns { nameservers = ["%s"], search-domains = [], ndots = 1 }
        akka.management.cluster.bootstrap.contact-point-discovery {
          stable-margin = 500ms
          exponential-backoff-max = 2s
        }
        """;
    return TestProxy.start(function.port(), settings, akka.formatted(names.address()));
  }

  @AfterEach
  void stop() {
    proxies.parallelStream().forEach(TestProxy::close); // each waits for others that leave
    function.close();
    names.close();
  }

  @Test
  void nodesBecomeOneClusterWhenTheNameHasTheAddressesOfEnoughOfThem() {
    // Given
    proxies = HOSTS.stream().map(host -> proxy(host, "5m")).toList();
    everyNodeWaits("contact points found by akka-dns: 0 (expected: 3 or more");
    // When
    names.setAddresses(HOSTS.subList(0, 2));
    // Then
    everyNodeWaits("contact points found by akka-dns: 2 (expected: 3 or more");
    // When
    names.setAddresses(HOSTS);
    // Then
    for (var management : managements) {
      await()
          .atMost(LONG)
          .untilAsserted(
              () -> {
                assertThat(management.get("/ready").body()).isEqualTo("OK");
                assertThat(members(management)).isEqualTo(all());
              });
    }
    try (var client = new AppendingClient(proxies.get(2).port())) {
      assertThat(client.append("one", "text")).isEqualTo(1);
    }
  }

  @Test
  void nodeThatFindsTooFewForTooLongEndsAndSaysWhy() {
    // Given
    names.setAddresses(HOSTS.subList(0, 2));
    try (var log = CapturedLog.begin()) {
      // When
      proxies = List.of(proxy(HOSTS.get(0), "4s"));
      // Then
      await()
          .atMost(LONG)
          .untilAsserted(
              () ->
                  assertThat(log.lines())
                      .contains(
                          "ERROR the proxy stops: no cluster was joined within PT4S: no cluster"
                              + " joined yet: contact points found by akka-dns: 2 (expected: 3 or"
                              + " more, all of which answer)"));
    }
  }

  private void everyNodeWaits(String why) {
    for (var management : managements) {
      await()
          .atMost(LONG)
          .untilAsserted(
              () ->
                  assertThat(management.get("/ready").body())
                      .contains("membership: no cluster joined yet: " + why));
    }
  }

  /** Addresses and status, as this node sees them. */
  private static Set<String> members(ManagementPort management) throws JsonProcessingException {
    var members = JSON.readTree(management.get("/admin/members").body()).get("nodes");
    return members
        .valueStream()
        .map(node -> node.get("address").asText() + " " + node.get("status").asText())
        .collect(Collectors.toSet());
  }

  private Set<String> all() {
    return HOSTS.stream()
        .map(host -> "akka://cloudstate@%s:%d Up".formatted(host, remotingPort))
        .collect(Collectors.toSet());
  }
}
