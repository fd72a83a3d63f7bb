package io.cloudstate.proxy.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.typesafe.config.ConfigFactory;
import io.cloudstate.proxy.config.EventingSettings.EventLogs;
import io.cloudstate.proxy.config.EventingSettings.FailurePolicy;
import io.cloudstate.proxy.config.EventingSettings.Retries;
import io.cloudstate.proxy.config.EventingSettings.Start;
import io.cloudstate.proxy.config.ProxySettings.CrdtEntities;
import io.cloudstate.proxy.config.ProxySettings.Discovery;
import io.cloudstate.proxy.config.ProxySettings.Documentation;
import io.cloudstate.proxy.config.ProxySettings.Entities;
import io.cloudstate.proxy.config.ProxySettings.EventSourced;
import io.cloudstate.proxy.config.ProxySettings.Jdbc;
import io.cloudstate.proxy.config.ProxySettings.Management;
import io.cloudstate.proxy.config.ProxySettings.Postgres;
import io.cloudstate.proxy.config.ProxySettings.PostgresSsl;
import io.cloudstate.proxy.config.ProxySettings.Replication;
import io.cloudstate.proxy.config.ProxySettings.Routing;
import io.cloudstate.proxy.config.ProxySettings.Serving;
import io.cloudstate.proxy.config.ProxySettings.Store;
import io.cloudstate.proxy.config.ProxySettings.StoreType;
import io.cloudstate.proxy.config.ProxySettings.Telemetry;
import io.cloudstate.proxy.config.ProxySettings.Tracing;
import io.cloudstate.proxy.config.ProxySettings.UserFunction;
import io.cloudstate.proxy.config.ProxySettings.ValueEntities;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SettingsReaderTest {

  private static final Map<String, String> NO_ENVIRONMENT = Map.of();

  private static final EventingSettings EVENTING =
      new EventingSettings(
          Duration.ofMinutes(1),
          new Retries(10, Duration.ofMillis(200), Duration.ofSeconds(30)),
          new FailurePolicy.Stop(),
          Map.of(),
          new EventLogs(
              4,
              32,
              Start.FIRST,
              Duration.ofMillis(500),
              500,
              1024 * 1024,
              4096,
              100,
              Duration.ofSeconds(1)));

  @Test
  void withoutAnySourceEverythingIsAtItsDefault() {
    assertThat(read("", NO_ENVIRONMENT, ""))
        .isEqualTo(
            new ProxySettings(
                false,
                new Serving("0.0.0.0", 9000, 4 * 1024 * 1024, 8000, Duration.ofSeconds(10)),
                new Documentation(true, true),
                new UserFunction("127.0.0.1", 8080, 12 * 1024 * 1024, Duration.ofSeconds(5)),
                new Discovery(true, Duration.ofSeconds(1), Duration.ofSeconds(10), 0.2),
                new Routing(32, 10_000, 1000, 100),
                new Entities(Duration.ofMinutes(1), 100, 100, 50_000),
                new EventSourced(Duration.ofSeconds(30), 500, 1024 * 1024),
                new ValueEntities(true, Duration.ofSeconds(30)),
                new CrdtEntities(
                    Duration.ofSeconds(30), 1000, Duration.ofMinutes(1), Duration.ofSeconds(5)),
                new Store(
                    StoreType.H2,
                    Path.of("./cloudstate-data/cloudstate"),
                    new Postgres(
                        "localhost",
                        5432,
                        "cloudstate",
                        "cloudstate",
                        "cloudstate",
                        "",
                        PostgresSsl.OFF),
                    new Jdbc(
                        true, 8, Duration.ofSeconds(2), Duration.ofSeconds(10), 10_000, 5000, 100)),
                new Replication(
                    Duration.ofSeconds(3),
                    Duration.ofSeconds(5),
                    Duration.ofMillis(200),
                    Duration.ofMillis(20),
                    Duration.ofSeconds(10),
                    1000,
                    8 * 1024 * 1024),
                new Management("0.0.0.0", 8558, Duration.ZERO),
                new Telemetry(true, "0.0.0.0", 9090),
                ClusterSettingsTest.SINGLE,
                EVENTING,
                BrokerSettingsTest.NONE));
  }

  @Test
  void everySettingReachesItsPlace() {
    // When
    var settings =
        read(
            "",
            NO_ENVIRONMENT,
            """
            cloudstate.proxy {
              dev-mode-enabled = true
              http-interface = localhost
              http-port = 1
              max-request-size = 2
              max-concurrent-calls = 15
              graceful-termination-timeout = 3s
              openapi-enabled = false
              documentation-page-enabled = false
              user-function-host = function
              user-function-port = 4
              max-inbound-message-size = 5
              stream-close-timeout = 6s
              protocol-compatibility-check = false
              backoff { min = 7s, max = 8s, random-factor = 0.9 }
              relay-timeout = 10s
              relay-buffer-size = 11
              number-of-shards = 12
              max-loaded-entities = 9
              routing { max-hops = 13, max-commands-per-call = 12, max-async-effects = 14
                max-queued-replies = 15
              }
              eventsourced-entity {
                passivation-timeout = 15s, replay-page-events = 16, replay-page-size = 17
              }
              value-entity { enabled = false, passivation-timeout = 18s }
              crdt-entity {
                passivation-timeout = 25s, max-commands-in-flight = 26, stream-start-timeout = 27s
                cancel-timeout = 28s
              }
              store = none
              h2.file = file
              jdbc {
                auto-create-tables = false, max-connections = 19, connection-timeout = 20s
                answer-timeout = 21s, max-queued-events = 22, max-queued-reads = 23
                max-queued-snapshots = 24
              }
              postgres { service = db, port = 18, database = d, user = u, password = p, schema = s }
              replication {
                read-timeout = 25s, write-timeout = 26s, notify-interval = 27ms
                spread-interval = 28ms, gossip-interval = 29s, max-gossip-keys = 30
                large-value-size = 31
              }
              management { host = admin, port = 32, shutdown-delay = 33s }
              eventing {
                call-timeout = 34s
                retries { max = 36, min-backoff = 37s, max-backoff = 38s }
                on-failure = skip, on-failure-of = "g=dead-letter:t, h=stop"
                event-log {
                  slices = 39, max-in-flight = 35, start = now, poll-interval = 40s
                  page-events = 41, page-size = 42, max-open-numbers = 43
                  save-events = 44, save-interval = 45s
                }
              }
              telemetry.prometheus { host = metrics, port = 34 }
            }
            """);
    // Then
    assertThat(settings)
        .isEqualTo(
            new ProxySettings(
                true,
                new Serving("localhost", 1, 2, 15, Duration.ofSeconds(3)),
                new Documentation(false, false),
                new UserFunction("function", 4, 5, Duration.ofSeconds(6)),
                new Discovery(false, Duration.ofSeconds(7), Duration.ofSeconds(8), 0.9),
                new Routing(13, 12, 14, 15),
                new Entities(Duration.ofSeconds(10), 11, 12, 9),
                new EventSourced(Duration.ofSeconds(15), 16, 17),
                new ValueEntities(false, Duration.ofSeconds(18)),
                new CrdtEntities(
                    Duration.ofSeconds(25), 26, Duration.ofSeconds(27), Duration.ofSeconds(28)),
                new Store(
                    StoreType.NONE,
                    Path.of("file"),
                    new Postgres("db", 18, "d", "u", "p", "s", PostgresSsl.OFF),
                    new Jdbc(
                        false, 19, Duration.ofSeconds(20), Duration.ofSeconds(21), 22, 23, 24)),
                new Replication(
                    Duration.ofSeconds(25),
                    Duration.ofSeconds(26),
                    Duration.ofMillis(27),
                    Duration.ofMillis(28),
                    Duration.ofSeconds(29),
                    30,
                    31),
                new Management("admin", 32, Duration.ofSeconds(33)),
                new Telemetry(false, "metrics", 34),
                ClusterSettingsTest.SINGLE,
                new EventingSettings(
                    Duration.ofSeconds(34),
                    new Retries(36, Duration.ofSeconds(37), Duration.ofSeconds(38)),
                    new FailurePolicy.Skip(),
                    Map.of("g", new FailurePolicy.DeadLetter("t"), "h", new FailurePolicy.Stop()),
                    new EventLogs(
                        39,
                        35,
                        Start.NOW,
                        Duration.ofSeconds(40),
                        41,
                        42,
                        43,
                        44,
                        Duration.ofSeconds(45))),
                BrokerSettingsTest.NONE));
  }

  @ParameterizedTest
  @CsvSource({"false,,true", "true,,false", "true,false,true", "false,true,false"})
  void nothingIsMeasuredInDevModeUnlessAskedFor(
      boolean devMode, @Nullable String disabled, boolean isMeasured) {
    // When
    var settings =
        read(
            "",
            NO_ENVIRONMENT,
            "cloudstate.proxy { dev-mode-enabled = %s%s }"
                .formatted(devMode, disabled == null ? "" : ", telemetry.disabled = " + disabled));
    // Then
    assertThat(settings.telemetry().enabled()).isEqualTo(isMeasured);
  }

  @Test
  void callsAreTracedWhenItIsSaidWhereTracesGo() {
    assertThat(read("", NO_ENVIRONMENT, "").telemetry().tracing()).isEmpty();
    assertThat(
            read(
                    "cloudstate.proxy.telemetry.tracing.max-queued-spans = 7",
                    Map.of(
                        "OTEL_EXPORTER_OTLP_ENDPOINT", "http://collector:4318",
                        "OTEL_TRACES_SAMPLER_ARG", "0.25",
                        "OTEL_SERVICE_NAME", "carts"),
                    "")
                .telemetry()
                .tracing())
        .contains(new Tracing(URI.create("http://collector:4318"), 0.25, "carts", 7));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"collector:4318", "grpc://collector", "http://", "http://me:pw@c", "http://c?a=b"})
  void placeForTracesHasToBeAUrlOfHttp(String endpoint) {
    assertThat(problems("", Map.of("OTEL_EXPORTER_OTLP_ENDPOINT", endpoint), ""))
        .containsExactly(
            "cloudstate.proxy.telemetry.tracing.endpoint: "
                + endpoint
                + " from environment variable OTEL_EXPORTER_OTLP_ENDPOINT"
                + " (expected: a URL such as http://collector:4318, or nothing)");
  }

  @Test
  void systemPropertyWinsOverTheEnvironmentAndThatOverTheFile() {
    // Given
    var property = "cloudstate.proxy.http-port = 1";
    var environment = Map.of("HTTP_PORT", "2");
    var file = "cloudstate.proxy.http-port = 3";
    // Then
    assertThat(read(property, environment, file).serving().port()).isEqualTo(1);
    assertThat(read("", environment, file).serving().port()).isEqualTo(2);
    assertThat(read("", NO_ENVIRONMENT, file).serving().port()).isEqualTo(3);
  }

  @Test
  void everyEnvironmentVariableIsRead() {
    // When
    var settings =
        read(
            "",
            Map.of(
                "HTTP_PORT", "1",
                "MAX_REQUEST_SIZE", "2k",
                "USER_FUNCTION_HOST", "function",
                "USER_FUNCTION_PORT", "3",
                "CLOUDSTATE_STORE", "in-memory",
                "CLOUDSTATE_H2_FILE", "/data/db"),
            "");
    // Then
    assertThat(settings.serving().port()).isEqualTo(1);
    assertThat(settings.serving().maxRequestBytes()).isEqualTo(2048);
    assertThat(settings.userFunction().host()).isEqualTo("function");
    assertThat(settings.userFunction().port()).isEqualTo(3);
    assertThat(settings.store().type()).isEqualTo(StoreType.IN_MEMORY);
    assertThat(settings.store().h2File()).isEqualTo(Path.of("/data/db"));
  }

  @Test
  void emptyEnvironmentVariableCountsAsNotSet() {
    assertThat(read("", Map.of("HTTP_PORT", ""), "").serving().port()).isEqualTo(9000);
  }

  @Test
  void nullInAFileCountsAsNotSet() {
    assertThat(read("", NO_ENVIRONMENT, "cloudstate.proxy.http-port = null").serving().port())
        .isEqualTo(9000);
  }

  @Test
  void problemNamesTheEnvironmentVariable() {
    assertThat(problems("", Map.of("HTTP_PORT", "70000"), ""))
        .containsExactly(
            "cloudstate.proxy.http-port: 70000 from environment variable HTTP_PORT"
                + " (expected: a port from 0 to 65535)");
  }

  @Test
  void problemNamesTheLineOfTheFile() {
    assertThat(problems("", NO_ENVIRONMENT, "\n\ncloudstate.proxy.store = mongo"))
        .containsExactly(
            "cloudstate.proxy.store: mongo from String: 3"
                + " (expected: one of none, in-memory, h2, postgres)");
  }

  @Test
  void badValueThatIsOverriddenIsNoProblem() {
    assertThat(read("cloudstate.proxy.http-port = 1", Map.of("HTTP_PORT", "x"), "").serving())
        .extracting(Serving::port)
        .isEqualTo(1);
  }

  @ParameterizedTest
  @CsvSource(
      textBlock =
          """
          dev-mode-enabled                          , maybe
          http-interface                            , ''
          http-port                                 , -1
          max-request-size                          , 0
          max-request-size                          , 2G
          max-concurrent-calls                      , 0
          graceful-termination-timeout              , -1s
          user-function-port                        , 0
          max-inbound-message-size                  , lots
          stream-close-timeout                      , soon
          backoff.min                               , -1s
          backoff.random-factor                     , -0.1
          relay-timeout                             , 0s
          relay-buffer-size                         , 0
          number-of-shards                          , 0
          routing.max-hops                          , 0
          routing.max-commands-per-call             , 0
          routing.max-async-effects                 , 1.5
          eventsourced-entity.passivation-timeout   , 0s
          eventsourced-entity.replay-page-events    , 0
          eventsourced-entity.replay-page-size      , 0
          store                                     , H2
          h2.file                                   , a;b
          jdbc.auto-create-tables                   , 2
          """)
  void badValueStopsTheStart(String name, String value) {
    assertThat(problems("cloudstate.proxy." + name + " = \"" + value + '"', NO_ENVIRONMENT, ""))
        .singleElement()
        .asString()
        .startsWith("cloudstate.proxy." + name + ": ")
        .contains(" from String: 1 (expected: ");
  }

  @Test
  void listOrObjectInPlaceOfAValueIsAProblem() {
    assertThat(
            problems(
                "",
                NO_ENVIRONMENT,
                "cloudstate.proxy { user-function-host = [a], store { type = h2 } }"))
        .containsExactly(
            "cloudstate.proxy.user-function-host: a list from String: 1"
                + " (expected: a text that is not empty)",
            "cloudstate.proxy.store: an object from String: 1"
                + " (expected: one of none, in-memory, h2, postgres)");
  }

  @Test
  void longestBackoffIsNotBelowTheShortest() {
    assertThat(problems("", NO_ENVIRONMENT, "cloudstate.proxy.backoff.min = 20s"))
        .containsExactly(
            "cloudstate.proxy.backoff.max: 10s from the default"
                + " (expected: at least cloudstate.proxy.backoff.min, 20s)");
  }

  @Test
  void backoffThatDoesNotHoldIsReportedOnce() {
    assertThat(problems("", NO_ENVIRONMENT, "cloudstate.proxy.backoff { min = never, max = 1ms }"))
        .singleElement()
        .asString()
        .startsWith("cloudstate.proxy.backoff.min: never ");
  }

  @Test
  void allProblemsAreReportedAtOnce() {
    // When
    var problems =
        problems(
            "cloudstate.proxy.relay-buffer-size = 0",
            Map.of("HTTP_PORT", "http"),
            "cloudstate.proxy { http-prt = 1, store = mongo, backoff.max = 1ms }");
    // Then
    assertThat(problems)
        .extracting(problem -> problem.substring(0, problem.indexOf(": ")))
        .containsExactly(
            "cloudstate.proxy.http-prt",
            "cloudstate.proxy.http-port",
            "cloudstate.proxy.backoff.max",
            "cloudstate.proxy.relay-buffer-size",
            "cloudstate.proxy.store");
  }

  @Test
  void messageHoldsEveryProblem() {
    // When
    var failure = failure("", NO_ENVIRONMENT, "cloudstate.proxy { a = 1, b = 2 }");
    // Then
    assertThat(failure).hasMessageContainingAll(failure.problems().toArray(new String[0]));
  }

  @Test
  void keysOfTheReferenceOnlyWarn() {
    // When
    var loaded =
        SettingsReader.read(
            sources(
                "", NO_ENVIRONMENT, "cloudstate.proxy { journal-enabled = on, http-port = 1 }"));
    // Then
    assertThat(loaded.settings().serving().port()).isEqualTo(1);
    assertThat(loaded.warnings())
        .containsExactly(
            "cloudstate.proxy.journal-enabled from String: 1 has no effect: use `store`");
  }

  @ParameterizedTest
  @CsvSource({
    "'', '', '', true, true",
    "'', true, '', true, true",
    "'', '', false, true, false",
    "10.0.0.1, '', '', false, false",
    "10.0.0.1, true, '', true, false",
    "10.0.0.1, '', true, false, true",
    "10.0.0.1, false, true, false, true",
  })
  void servicesAreDescribedWhereItIsSaidAndElseOutsideOfKubernetes(
      String kubernetes, String openApi, String page, boolean hasOpenApi, boolean hasPage) {
    // When
    var settings =
        read(
            "",
            Map.of(
                "KUBERNETES_SERVICE_HOST",
                kubernetes,
                "OPENAPI_ENABLED",
                openApi,
                "DOCUMENTATION_PAGE_ENABLED",
                page),
            "");
    // Then
    assertThat(settings.documentation()).isEqualTo(new Documentation(hasOpenApi, hasPage));
  }

  private static ProxySettings read(
      String systemProperties, Map<String, String> environment, String file) {
    var loaded = SettingsReader.read(sources(systemProperties, environment, file));
    assertThat(loaded.warnings()).isEmpty();
    return loaded.settings();
  }

  private static List<String> problems(
      String systemProperties, Map<String, String> environment, String file) {
    return failure(systemProperties, environment, file).problems();
  }

  private static InvalidSettings failure(
      String systemProperties, Map<String, String> environment, String file) {
    return catchThrowableOfType(
        InvalidSettings.class,
        () -> SettingsReader.read(sources(systemProperties, environment, file)));
  }

  private static SettingSources sources(
      String systemProperties, Map<String, String> environment, String file) {
    return new SettingSources(
        ConfigFactory.parseString(systemProperties), environment, ConfigFactory.parseString(file));
  }
}
