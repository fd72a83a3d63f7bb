package io.cloudstate.proxy.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.typesafe.config.ConfigFactory;
import io.cloudstate.proxy.config.ProxySettings.ClientAuth;
import io.cloudstate.proxy.config.ProxySettings.Connections;
import io.cloudstate.proxy.config.ProxySettings.Cors;
import io.cloudstate.proxy.config.ProxySettings.Serving;
import io.cloudstate.proxy.config.ProxySettings.Tls;
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
import org.junit.jupiter.params.provider.ValueSource;

class ServingSettingsTest {

  @Test
  void withoutSettingsThePortIsInClearTextForNoOtherSites() {
    var serving = read(Map.of(), "");
    assertThat(serving.connections()).isEqualTo(Connections.DEFAULT);
    assertThat(serving.tls()).isEmpty();
    assertThat(serving.cors()).isEqualTo(Cors.NONE);
  }

  @Test
  void connectionsAreBoundedAsTheSettingsSay() {
    var serving =
        read(
            Map.of(),
            """
            cloudstate.proxy.connections {
              max = 1, max-header-size = 2K, idle-timeout = 3s, first-request-timeout = 4s,
              max-age = 5s, max-resets-per-second = 6, max-control-frames-per-second = 700
            }
            """);
    assertThat(serving.connections())
        .isEqualTo(
            new Connections(
                1,
                2048,
                Duration.ofSeconds(3),
                Duration.ofSeconds(4),
                Duration.ofSeconds(5),
                6,
                700));
  }

  @Test
  void tlsAndCorsCanComeFromTheEnvironment(@TempDir Path directory) throws IOException {
    // Given
    var certificate = Files.createFile(directory.resolve("crt"));
    var key = Files.createFile(directory.resolve("key"));
    var ca = Files.createFile(directory.resolve("ca"));
    // When
    var serving =
        read(
            Map.of(
                "TLS_CERTIFICATE", certificate.toString(),
                "TLS_KEY", key.toString(),
                "TLS_CLIENT_AUTH", "required",
                "TLS_CLIENT_CA", ca.toString(),
                "CORS_ALLOWED_ORIGINS", "https://a.example.com, http://localhost:3000",
                "CORS_ALLOWED_HEADERS", "X-Mine,content-type",
                "CORS_EXPOSED_HEADERS", "x-yours",
                "CORS_MAX_AGE", "1h"),
            "");
    // Then
    assertThat(serving.tls())
        .contains(
            new Tls(
                certificate, key, ClientAuth.REQUIRED, Optional.of(ca), Duration.ofSeconds(10)));
    assertThat(serving.cors())
        .isEqualTo(
            new Cors(
                List.of("https://a.example.com", "http://localhost:3000"),
                List.of("x-mine", "content-type"),
                List.of("x-yours"),
                Duration.ofHours(1)));
  }

  @Test
  void whatBelongsTogetherIsGivenTogether(@TempDir Path directory) throws IOException {
    var file = Files.createFile(directory.resolve("pem")).toString();
    assertThat(problems(Map.of("TLS_CERTIFICATE", file)))
        .containsExactly(
            "cloudstate.proxy.tls.key: \"\" from the default (expected: something that goes with"
                + " cloudstate.proxy.tls.certificate, "
                + file
                + ")");
    assertThat(problems(Map.of("TLS_KEY", file)))
        .singleElement()
        .asString()
        .startsWith("cloudstate.proxy.tls.certificate: \"\"");
    assertThat(problems(Map.of("TLS_CLIENT_CA", file)))
        .singleElement()
        .asString()
        .startsWith("cloudstate.proxy.tls.certificate: \"\"");
    assertThat(
            problems(
                Map.of("TLS_CERTIFICATE", file, "TLS_KEY", file, "TLS_CLIENT_AUTH", "optional")))
        .singleElement()
        .asString()
        .startsWith("cloudstate.proxy.tls.client-ca: \"\"");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "app.example.com",
        "https://app.example.com/",
        "https://app.example.com/path",
        "https://*.example.com",
        "https://a.example.com,",
        "null"
      })
  void originsAreAsBrowsersNameThem(String origins) {
    assertThat(problems(Map.of("CORS_ALLOWED_ORIGINS", origins)))
        .containsExactly(
            "cloudstate.proxy.cors.allowed-origins: "
                + origins
                + " from environment variable CORS_ALLOWED_ORIGINS (expected: * or an origin such"
                + " as https://example.com, none or several with commas between)");
  }

  @Test
  void allOriginsMayBeNamedByAStar() {
    assertThat(read(Map.of("CORS_ALLOWED_ORIGINS", "*"), "").cors().allowedOrigins())
        .containsExactly("*");
  }

  private static List<String> problems(Map<String, String> environment) {
    var thrown = catchThrowableOfType(InvalidSettings.class, () -> read(environment, ""));
    return thrown == null ? List.of() : thrown.problems();
  }

  private static Serving read(Map<String, String> environment, String file) {
    var sources =
        new SettingSources(ConfigFactory.empty(), environment, ConfigFactory.parseString(file));
    return SettingsReader.read(sources).settings().serving();
  }
}
