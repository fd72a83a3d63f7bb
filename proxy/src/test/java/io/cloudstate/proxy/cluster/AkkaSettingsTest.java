package io.cloudstate.proxy.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.ConfigFactory;
import io.cloudstate.proxy.config.SettingSources;
import io.cloudstate.proxy.config.SettingsReader;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AkkaSettingsTest {

  private static final String BOOTSTRAP = "akka.management.cluster.bootstrap.";
  private static final String DISCOVERY = BOOTSTRAP + "contact-point-discovery.";

  @Test
  void nodeThatIsAloneIsReachedByNobodyAndAsksNobody() {
    // When
    var akka = akka("");
    // Then
    assertThat(akka)
        .doesNotContainKey("akka.remote.artery.canonical.hostname")
        .doesNotContainKey("akka.cluster.downing-provider-class")
        .containsEntry("akka.management.http.routes.cluster-bootstrap", "")
        .containsEntry("akka.management.http.port", 8558)
        .containsEntry("akka.management.http.bind-hostname", "0.0.0.0");
  }

  @Test
  void nodesOfAPodFindEachOtherByItsLabelAndByNoPortOrContainer() {
    // When
    var akka = akka("cluster { selector-label-value = cart }");
    // Then
    assertThat(akka)
        .containsEntry(DISCOVERY + "discovery-method", "cloudstate")
        .containsEntry("akka.discovery.cloudstate.method", "kubernetes-api")
        .containsEntry(DISCOVERY + "service-name", "cart")
        .containsEntry(DISCOVERY + "required-contact-point-nr", 2)
        .containsEntry(BOOTSTRAP + "contact-point.fallback-port", 8558)
        .containsEntry(
            "akka.discovery.kubernetes-api.pod-label-selector", "cloudstate.io/stateful-service=%s")
        .containsEntry("akka.remote.artery.canonical.hostname", "<getHostAddress>")
        .containsEntry("akka.remote.artery.canonical.port", 25520)
        .doesNotContainKey(DISCOVERY + "port-name")
        .doesNotContainKey("akka.management.http.routes.cluster-bootstrap");
    assertThat(ConfigFactory.load().getString("akka.discovery.kubernetes-api.class")).isNotEmpty();
  }

  @Test
  void nodesFindEachOtherByAName() {
    assertThat(akka("cluster.dns-name = cart.example"))
        .containsEntry(DISCOVERY + "discovery-method", "cloudstate")
        .containsEntry("akka.discovery.cloudstate.method", "akka-dns")
        .containsEntry(DISCOVERY + "service-name", "cart.example");
  }

  @Test
  void nodesFindEachOtherByAList() {
    // When
    var akka = akka("cluster { contact-points = \"a:1, b:2\", remoting-host = a }");
    // Then
    assertThat(akka)
        .containsEntry(DISCOVERY + "discovery-method", "cloudstate")
        .containsEntry("akka.discovery.cloudstate.method", "config")
        .containsEntry("akka.management.http.hostname", "a");
    assertThat(akka.get("akka.discovery.config.services.cloudstate.endpoints"))
        .isEqualTo(List.of(Map.of("host", "a", "port", 1), Map.of("host", "b", "port", 2)));
  }

  @ParameterizedTest
  @CsvSource({"keep-majority", "static-quorum", "keep-oldest", "down-all"})
  void everyStrategyAgainstSplitBrainsIsAkkas(String strategy) {
    assertThat(
            akka(
                "cluster { seed-nodes = \"a:1\", split-brain { strategy = "
                    + strategy
                    + ", stable-after = 3s, quorum-size = 4 } }"))
        .containsEntry(
            "akka.cluster.downing-provider-class", "akka.cluster.sbr.SplitBrainResolverProvider")
        .containsEntry("akka.cluster.split-brain-resolver.active-strategy", strategy)
        .containsEntry("akka.cluster.split-brain-resolver.stable-after", "3000ms")
        .containsEntry("akka.cluster.split-brain-resolver.static-quorum.quorum-size", 4);
  }

  @Test
  void largestMessageThatIsLetInFitsBetweenNodes() {
    // When
    var akka =
        ConfigFactory.parseMap(akka("max-request-size = 40M, cluster { seed-nodes = \"a:1\" }"));
    // Then
    assertThat(akka.getBytes("akka.remote.artery.advanced.maximum-frame-size"))
        .isGreaterThan(40L * 1024 * 1024);
  }

  private static Map<String, Object> akka(String settings) {
    var sources =
        new SettingSources(
            ConfigFactory.empty(),
            Map.of(),
            ConfigFactory.parseString("cloudstate.proxy { " + settings + " }"));
    return AkkaSettings.of(SettingsReader.read(sources).settings());
  }
}
