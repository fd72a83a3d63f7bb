package io.cloudstate.proxy.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.typesafe.config.ConfigFactory;
import io.cloudstate.proxy.config.ProxySettings.Cluster;
import io.cloudstate.proxy.config.ProxySettings.ClusterTls;
import io.cloudstate.proxy.config.ProxySettings.Formation;
import io.cloudstate.proxy.config.ProxySettings.SplitBrain;
import io.cloudstate.proxy.config.ProxySettings.SplitBrainStrategy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ClusterSettingsTest {

  /** Everything at its default. */
  static final Cluster SINGLE =
      new Cluster(
          Formation.SINGLE,
          List.of(),
          List.of(),
          "",
          "cloudstate.io/stateful-service",
          "",
          2,
          Duration.ofSeconds(60),
          "",
          25520,
          new SplitBrain(SplitBrainStrategy.KEEP_MAJORITY, Duration.ofSeconds(10), 2),
          Optional.empty());

  @Test
  void everySettingReachesItsPlace() {
    assertThat(
            read(
                """
                formation = dns, seed-nodes = "one:1, two:2", contact-points = "three:3"
                dns-name = name, selector-label = l, selector-label-value = v
                required-contact-points = 4, join-timeout = 5s
                remoting-host = host, remoting-port = 6
                split-brain { strategy = static-quorum, stable-after = 7s, quorum-size = 8 }
                """))
        .isEqualTo(
            new Cluster(
                Formation.DNS,
                List.of(new NodeAddress("one", 1), new NodeAddress("two", 2)),
                List.of(new NodeAddress("three", 3)),
                "name",
                "l",
                "v",
                4,
                Duration.ofSeconds(5),
                "host",
                6,
                new SplitBrain(SplitBrainStrategy.STATIC_QUORUM, Duration.ofSeconds(7), 8),
                Optional.empty()));
  }

  @ParameterizedTest
  @CsvSource({
    "SELECTOR_LABEL_VALUE, cart,         KUBERNETES",
    "CLUSTER_SEED_NODES,   one:1,        SEED_NODES",
    "CLUSTER_DNS_NAME,     cart.example, DNS",
  })
  void whatIsSetSaysHowNodesFindEachOther(String variable, String value, Formation expected) {
    assertThat(read("", Map.of(variable, value)).formation()).isEqualTo(expected);
  }

  @Test
  void whatTheReferencesOperatorSetsFormsAClusterInKubernetes() {
    // When
    var cluster =
        read(
            "",
            Map.of(
                "REMOTING_PORT", "2552",
                "MANAGEMENT_PORT", "8558",
                "SELECTOR_LABEL", "cloudstate.io/stateful-service",
                "SELECTOR_LABEL_VALUE", "cart",
                "REQUIRED_CONTACT_POINT_NR", "1"));
    // Then
    assertThat(cluster.formation()).isEqualTo(Formation.KUBERNETES);
    assertThat(cluster.remotingPort()).isEqualTo(2552);
    assertThat(cluster.requiredContactPoints()).isEqualTo(1);
    assertThat(cluster.selectorLabelValue()).isEqualTo("cart");
  }

  @Test
  void developersNodeIsAloneWhateverItsEnvironmentSays() {
    var settings =
        settings(
            "cloudstate.proxy.dev-mode-enabled = true", Map.of("SELECTOR_LABEL_VALUE", "cart"));
    assertThat(settings.cluster().formation()).isEqualTo(Formation.SINGLE);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "formation = kubernetes | cluster.selector-label-value: \"\" from the default",
        "formation = seed-nodes | cluster.seed-nodes: \"\" from the default",
        "formation = dns        | cluster.dns-name: \"\" from the default",
        "formation = config     | cluster.contact-points: \"\" from the default",
        "formation = none       | cluster.formation: none from",
        "seed-nodes = nowhere   | cluster.seed-nodes: nowhere from",
        "seed-nodes = \"a:1,\"  | cluster.seed-nodes: a:1, from",
        "seed-nodes = \"a:0\"   | cluster.seed-nodes: a:0 from",
        "contact-points = \"a:1\" | cluster.required-contact-points: 2 from the default",
        "dns-name = a, seed-nodes = \"a:1\" | cluster.formation: \"\" from the default",
        "selector-label-value = \"a,b\" | cluster.selector-label-value: a,b from",
        "remoting-port = 0      | cluster.remoting-port: 0 from",
        "tls.key = pom.xml      | cluster.tls.cert: \"\" from the default",
        "tls.cert = pom.xml     | cluster.tls.key: \"\" from the default",
      })
  void whatDoesNotGoTogetherIsAProblem(String settings, String problem) {
    assertThat(problems("cloudstate.proxy.cluster { " + settings + " }"))
        .anyMatch(found -> found.startsWith("cloudstate.proxy." + problem));
  }

  @Test
  void developersNodeThatShouldFindOthersIsAProblem() {
    assertThat(
            problems(
                "cloudstate.proxy { dev-mode-enabled = true, cluster.formation = seed-nodes }"))
        .containsExactly(
            "cloudstate.proxy.cluster.formation: seed-nodes from String: 1 (expected: something"
                + " that goes with cloudstate.proxy.dev-mode-enabled, true)");
  }

  @Test
  void nodesThatAskEachOtherNeedAKnownManagementPort() {
    assertThat(
            problems("cloudstate.proxy { management.port = 0, cluster.dns-name = cart.example }"))
        .containsExactly(
            "cloudstate.proxy.management.port: 0 from String: 1 (expected: one that other nodes"
                + " know)");
  }

  @Test
  void tlsTakesThreeFiles(@TempDir Path directory) throws IOException {
    // Given
    var file = Files.createFile(directory.resolve("pem"));
    // Then
    assertThat(
            read("tls { cert = \"%1$s\", key = \"%1$s\", ca-cert = \"%1$s\" }".formatted(file))
                .tls())
        .contains(new ClusterTls(file, file, file));
  }

  private static Cluster read(String cluster) {
    return read(cluster, Map.of());
  }

  private static Cluster read(String cluster, Map<String, String> environment) {
    var file = cluster.isEmpty() ? "" : "cloudstate.proxy.cluster { " + cluster + " }";
    return settings(file, environment).cluster();
  }

  private static ProxySettings settings(String file, Map<String, String> environment) {
    return SettingsReader.read(sources(file, environment)).settings();
  }

  private static List<String> problems(String file) {
    return catchThrowableOfType(
            InvalidSettings.class, () -> SettingsReader.read(sources(file, Map.of())))
        .problems();
  }

  private static SettingSources sources(String file, Map<String, String> environment) {
    return new SettingSources(ConfigFactory.empty(), environment, ConfigFactory.parseString(file));
  }
}
