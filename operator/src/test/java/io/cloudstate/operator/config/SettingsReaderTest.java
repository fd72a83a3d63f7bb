package io.cloudstate.operator.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.cloudstate.operator.config.OperatorSettings.CertificateSource;
import io.cloudstate.operator.config.OperatorSettings.LogFormat;
import io.cloudstate.operator.config.OperatorSettings.NativeSidecars;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Of operator.md 14, gaps 24 (namespaced mode) and 25 (configuration checked at start). */
class SettingsReaderTest {

  private static final Map<String, String> REQUIRED =
      Map.of(
          "OPERATOR_POD_NAME", "operator-0",
          "OPERATOR_NAMESPACE", "cloudstate-system",
          "OPERATOR_PROXY_IMAGE", "registry.example:5000/cloudstate/proxy:1.2@sha256:0a");

  private static List<String> problems(Map<String, String> environment) {
    return catchThrowableOfType(InvalidSettings.class, () -> SettingsReader.read(environment))
        .problems();
  }

  private static Map<String, String> with(String variable, String value) {
    var environment = new HashMap<>(REQUIRED);
    environment.put(variable, value);
    return environment;
  }

  @Test
  void threeVariablesAreEnough() throws InvalidSettings {
    // When
    var settings = SettingsReader.read(REQUIRED);
    // Then
    assertThat(settings.watchedNamespaces()).isEmpty();
    assertThat(settings.nativeSidecars()).isEqualTo(NativeSidecars.AUTO);
    assertThat(settings.lease().duration()).isEqualTo(Duration.ofSeconds(15));
    assertThat(settings.webhook().isEnabled()).isFalse();
    assertThat(settings.webhook().certificates()).isEqualTo(CertificateSource.SELF_MANAGED);
    assertThat(settings.webhook().certificateValidity()).isEqualTo(Duration.ofDays(90));
    assertThat(settings.log().format()).isEqualTo(LogFormat.JSON);
  }

  @Test
  void allProblemsAreToldTogether() {
    assertThat(
            problems(
                Map.of(
                    "OPERATOR_POD_NAME", "operator-0",
                    "OPERATOR_WEBHOOK_PROT", "1",
                    "OPERATOR_PROXY_IMAGE", "",
                    "OPERATOR_LOG_FORMAT", "xml",
                    "SOMETHING_ELSE", "x")))
        .containsExactly(
            "OPERATOR_WEBHOOK_PROT: no setting has this name (expected: one of"
                + " docs/reference/operator-configuration.md)",
            "OPERATOR_NAMESPACE is not set (expected: a name of small letters, digits and -, of 63"
                + " characters at most)",
            "OPERATOR_PROXY_IMAGE is not set (expected: an image, such as"
                + " registry.example/cloudstate-proxy:1.0)",
            "OPERATOR_LOG_FORMAT: xml (expected: one of json, text)");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      textBlock =
          """
          WATCH_NAMESPACES              | shop,,chat
          WATCH_NAMESPACES              | Shop
          WATCH_NAMESPACES              | shop chat
          PROXY_IMAGE                   | my image
          NATIVE_SIDECARS               | yes
          WORKERS                       | 0
          WORKERS                       | 65
          WORKERS                       | -1
          RESYNC_INTERVAL               | 9s
          RESYNC_INTERVAL               | 10
          RESYNC_INTERVAL               | 10 m
          LEASE_DURATION                | 9999999999s
          MANAGEMENT_PORT               | 65536
          MANAGEMENT_PORT               | tcp://10.0.0.1:8080
          WEBHOOK_ENABLED               | TRUE
          WEBHOOK_SERVICE               | a.b
          WEBHOOK_CERTIFICATES          | cert-manager
          WEBHOOK_CERTIFICATE_DIRECTORY | certs
          WEBHOOK_CERTIFICATE_VALIDITY  | 12h
          LOG_LEVEL                     | info
          """)
  void valueThatDoesNotHoldIsNamedWithWhatWasExpected(String name, String value) {
    assertThat(problems(with("OPERATOR_" + name, value)))
        .singleElement()
        .asString()
        .startsWith("OPERATOR_" + name + ": " + value + " (expected: ");
  }

  @Test
  void namespacesToWatchAreAList() throws InvalidSettings {
    assertThat(
            SettingsReader.read(with("OPERATOR_WATCH_NAMESPACES", "shop, chat"))
                .watchedNamespaces())
        .containsExactlyInAnyOrder("shop", "chat");
  }

  @Test
  void leaseIsLostToItsHolderBeforeAnotherTakesIt() {
    assertThat(problems(with("OPERATOR_LEASE_DURATION", "10s")))
        .containsExactly(
            "OPERATOR_LEASE_RENEW_DEADLINE: 10000 ms (expected: less than OPERATOR_LEASE_DURATION,"
                + " 10000 ms)");
    assertThat(problems(with("OPERATOR_LEASE_RETRY_PERIOD", "6s")))
        .containsExactly(
            "OPERATOR_LEASE_RETRY_PERIOD: 6000 ms (expected: at most half of"
                + " OPERATOR_LEASE_RENEW_DEADLINE, 10000 ms)");
  }

  @Test
  void portsDiffer() {
    assertThat(problems(with("OPERATOR_WEBHOOK_PORT", "8080")))
        .containsExactly(
            "OPERATOR_WEBHOOK_PORT: 8080 (expected: another port than OPERATOR_MANAGEMENT_PORT)");
  }
}
