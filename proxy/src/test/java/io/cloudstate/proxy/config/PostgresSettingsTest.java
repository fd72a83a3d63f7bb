package io.cloudstate.proxy.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.typesafe.config.ConfigFactory;
import io.cloudstate.proxy.config.ProxySettings.Postgres;
import io.cloudstate.proxy.config.ProxySettings.SslMode;
import io.cloudstate.proxy.config.ProxySettings.StoreType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PostgresSettingsTest {

  @Test
  void everythingCanComeFromTheEnvironment(@TempDir Path directory) throws IOException {
    // Given
    var file = Files.createFile(directory.resolve("pem")).toString();
    // When
    var store =
        read(
                Map.ofEntries(
                    Map.entry("CLOUDSTATE_STORE", "postgres"),
                    Map.entry("POSTGRES_SERVICE", "::1"),
                    Map.entry("POSTGRES_PORT", "5433"),
                    Map.entry("POSTGRES_DATABASE", "shop"),
                    Map.entry("POSTGRES_USERNAME", "clerk"),
                    Map.entry("POSTGRES_PASSWORD", "hunter2"),
                    Map.entry("POSTGRES_SCHEMA", "till"),
                    Map.entry("POSTGRES_SSL", "true"),
                    Map.entry("POSTGRES_SSL_MODE", "verify-full"),
                    Map.entry("POSTGRES_SSL_ROOT_CERT", file),
                    Map.entry("POSTGRES_SSL_CERT", file),
                    Map.entry("POSTGRES_SSL_KEY", file),
                    Map.entry("POSTGRES_SSL_PASSWORD", "hunter3")),
                "")
            .store();
    // Then
    var postgres = store.postgres();
    assertThat(store.type()).isEqualTo(StoreType.POSTGRES);
    assertThat(postgres)
        .isEqualTo(new Postgres("::1", 5433, "shop", "clerk", "hunter2", "till", postgres.ssl()));
    assertThat(postgres.ssl().mode()).isEqualTo(SslMode.VERIFY_FULL);
    assertThat(postgres.ssl().rootCert()).contains(Path.of(file));
    assertThat(postgres.ssl().cert()).contains(Path.of(file));
    assertThat(postgres.ssl().key()).contains(Path.of(file));
    assertThat(postgres.ssl().password()).contains("hunter3");
    assertThat(store.toString()).doesNotContain("hunter");
  }

  @Test
  void sslIsRequiredWhenItIsEnabledWithoutAMode() {
    assertThat(mode(Map.of())).isEqualTo(SslMode.DISABLE);
    assertThat(mode(Map.of("POSTGRES_SSL", "false"))).isEqualTo(SslMode.DISABLE);
    assertThat(mode(Map.of("POSTGRES_SSL", "true"))).isEqualTo(SslMode.REQUIRE);
    assertThat(mode(Map.of("POSTGRES_SSL_MODE", "prefer"))).isEqualTo(SslMode.PREFER);
  }

  @Test
  void verifyingNeedsARootCertificate() {
    assertThat(problems(Map.of("POSTGRES_SSL_MODE", "verify-ca")))
        .containsExactly(
            "cloudstate.proxy.postgres.ssl.root-cert: \"\" from the default (expected: something"
                + " that goes with cloudstate.proxy.postgres.ssl.mode, verify-ca)");
  }

  @Test
  void fileThatCannotBeReadIsReportedOnce() {
    assertThat(
            problems(
                Map.of("POSTGRES_SSL_MODE", "verify-ca", "POSTGRES_SSL_ROOT_CERT", "/no/such")))
        .containsExactly(
            "cloudstate.proxy.postgres.ssl.root-cert: /no/such from environment variable"
                + " POSTGRES_SSL_ROOT_CERT (expected: a file that can be read, or nothing)");
  }

  @Test
  void switchedOffSslGoesWithNoMode() {
    assertThat(problems(Map.of("POSTGRES_SSL", "false", "POSTGRES_SSL_MODE", "require")))
        .singleElement()
        .asString()
        .contains("postgres.ssl.mode: require", "postgres.ssl.enabled, false");
  }

  @Test
  void unknownModeIsReportedWithAllThatThereAre() {
    assertThat(problems(Map.of("POSTGRES_SSL_MODE", "allow")))
        .singleElement()
        .asString()
        .contains("one of disable, prefer, require, verify-ca, verify-full");
  }

  @Test
  void certificateAndKeyGoTogether(@TempDir Path directory) throws IOException {
    var file = Files.createFile(directory.resolve("pem")).toString();
    assertThat(problems(Map.of("POSTGRES_SSL", "true", "POSTGRES_SSL_CERT", file)))
        .singleElement()
        .asString()
        .contains("postgres.ssl.key: \"\"");
  }

  @Test
  void hostIsNothingButAHost() {
    assertThat(problems(Map.of("POSTGRES_SERVICE", "db/other?user=root")))
        .singleElement()
        .asString()
        .contains("postgres.service")
        .contains("a host name or address");
  }

  private static SslMode mode(Map<String, String> environment) {
    return read(environment, "").store().postgres().ssl().mode();
  }

  private static List<String> problems(Map<String, String> environment) {
    return catchThrowableOfType(InvalidSettings.class, () -> read(environment, "")).problems();
  }

  private static ProxySettings read(Map<String, String> environment, String file) {
    return SettingsReader.read(
            new SettingSources(ConfigFactory.empty(), environment, ConfigFactory.parseString(file)))
        .settings();
  }
}
