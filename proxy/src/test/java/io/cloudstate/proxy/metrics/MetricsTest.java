package io.cloudstate.proxy.metrics;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.cloudstate.protocol.EventSourcedGrpc;
import io.cloudstate.proxy.call.Failure;
import io.cloudstate.proxy.config.ProxySettings.Telemetry;
import io.cloudstate.proxy.discovery.EntityType;
import io.cloudstate.proxy.discovery.MethodDefinition;
import io.cloudstate.proxy.discovery.ServiceDefinition;
import io.cloudstate.proxy.discovery.eventing.EventConsumer;
import io.cloudstate.proxy.discovery.eventing.EventSource;
import io.cloudstate.proxy.entity.Ending;
import io.cloudstate.proxy.entity.EntityMetrics;
import io.cloudstate.proxy.eventing.ConsumerCounters;
import io.cloudstate.proxy.eventing.ConsumerHere;
import io.cloudstate.proxy.ingress.calls.CallMetrics.Transport;
import io.cloudstate.proxy.testing.ManagementPort;
import io.cloudstate.proxy.testing.Scrape;
import io.cloudstate.tck.model.Eventsourced;
import io.cloudstate.testing.FreePort;
import io.grpc.Status;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The port on which metrics are served, and what is told there of all that may be recorded. */
class MetricsTest {

  private static final String UPDATE =
      "./mvnw -pl proxy -am test -Dtest=MetricsTest -Ddocs.update=true"
          + " -Dsurefire.failIfNoSpecifiedTests=false";

  private static final Path PAGE = Path.of("..", "docs", "reference", "metrics.md");
  private static final ConsumerHere CONSUMER =
      new ConsumerHere(
          new EventConsumer("Service", "group", new EventSource.Topic("orders"), List.of()),
          new ConsumerCounters(1, 2, 3, 4, 5),
          6,
          7,
          1);
  private static final Node NODE =
      new Node(
          () -> true,
          () -> true,
          () -> Map.of("up", 3),
          () -> 1,
          () -> Map.of("carts", 7),
          () -> 5,
          () -> 11,
          () -> 13,
          () -> List.of(CONSUMER),
          () -> 17);

  private static final int PORT = FreePort.find();
  private static final Metrics metrics = Metrics.of(on(PORT));
  private final HttpClient client = HttpClient.newHttpClient();

  @BeforeAll
  static void recordEverything() {
    for (var kind : EntityType.values()) {
      record(metrics.entities().of(service(kind)));
    }
    var descriptor =
        Eventsourced.getDescriptor().findServiceByName("EventSourcedTckModel").getMethods().get(0);
    var method =
        metrics.calls().of("Service", new MethodDefinition(descriptor, "in", "out", List.of()));
    method.started(Transport.GRPC);
    method.started(Transport.GRPC);
    method.started(Transport.HTTP);
    method.started(Transport.GRPC_WEB);
    method.answered(Transport.GRPC, 1);
    method.failed(Transport.HTTP, new Failure.TimedOut("late"), 1);
    method.abandoned(Transport.GRPC_WEB, 1);
    metrics.calls().unknown(Transport.HTTP);
    metrics.link().connectionOpened();
    var rpc = metrics.link().rpc(EventSourcedGrpc.getHandleMethod());
    rpc.started();
    rpc.started();
    rpc.ended(Status.Code.OK, 1);
    metrics.store().committed("events", 3, 1);
    metrics.store().queried(false, 1);
    metrics.store().queried(true, 1);
    metrics.store().writeFailed();
    metrics.publishing().published("orders", 1);
    metrics.publishing().notPublished("orders");
    metrics.publishing().relayed(2);
    metrics.publishing().notRelayed(1);
    metrics.serve(on(PORT), NODE);
  }

  private static void record(EntityMetrics entity) {
    entity.activated();
    entity.activated();
    entity.recovered(1);
    entity.passivated(Ending.FAILED, 1);
    entity.received();
    entity.stashed();
    entity.unstashed(1);
    entity.refused();
    entity.processed(1);
    entity.completed(true, 1);
    entity.persisted(2, 3, 1);
    entity.deleted(1);
    entity.notPersisted();
    entity.loaded(1, 1);
    entity.snapshotPersisted(1);
    entity.snapshotNotPersisted();
    entity.snapshotLoaded(1);
    entity.streamed();
    entity.resent();
    entity.lost();
  }

  @AfterAll
  static void close() {
    metrics.close();
  }

  @Test
  void everyFamilyMovesWhenItIsRecorded() {
    // When
    var scrape = Scrape.of(PORT);
    // Then
    assertThat(metrics.families())
        .isNotEmpty()
        .allSatisfy(
            family -> assertThat(scrape.hasMoved(family.name())).as(family.name()).isTrue());
    assertThat(MetricsPage.OF_THE_JVM)
        .allSatisfy(
            family ->
                assertThat(scrape.series().keySet())
                    .as(family.name())
                    .anyMatch(name -> name.startsWith(family.name())));
  }

  @Test
  void pageInTheDocumentationSaysWhatTheCodeDoes() throws IOException {
    // Given
    var expected = MetricsPage.text(UPDATE, metrics.families());
    if (Boolean.getBoolean("docs.update")) {
      Files.writeString(PAGE, expected);
    }
    // Then
    assertThat(PAGE)
        .as("docs/reference/metrics.md; update it with: " + UPDATE)
        .content()
        .isEqualTo(expected);
    assertThat(metrics.families())
        .allSatisfy(family -> assertThat(expected).contains("| `" + family.name() + "` |"));
  }

  @Test
  void seriesNameNothingButTypes() {
    assertThat(Scrape.of(PORT).series())
        .containsEntry("cloudstate_eventsourced_persisted_events_total{entity_name=\"carts\"}", 2.0)
        .containsEntry("cloudstate_value_loaded_entities{entity_name=\"carts\"}", 1.0)
        .containsEntry("cloudstate_action_received_commands_total{entity_name=\"Service\"}", 1.0)
        .containsEntry(
            "cloudstate_crdt_stopped_entities_total{entity_name=\"carts\",reason=\"failed\"}", 1.0)
        .containsEntry(
            "cloudstate_ingress_requests_total{code=\"DEADLINE_EXCEEDED\",method=\"Process\","
                + "service=\"Service\",transport=\"http\"}",
            1.0)
        .containsEntry(
            "cloudstate_ingress_requests_in_flight{method=\"Process\",service=\"Service\","
                + "transport=\"grpc\"}",
            1.0)
        .containsEntry("cloudstate_cluster_members{status=\"up\"}", 3.0)
        .containsEntry(
            "cloudstate_eventing_dead_lettered_events_total{group=\"group\",service=\"Service\","
                + "source=\"topic orders\"}",
            5.0)
        .containsEntry("cloudstate_store_commit_writes_bucket{what=\"events\",le=\"4.0\"}", 1.0);
  }

  @Test
  void histogramsHaveTheBucketsOfTheReferenceAndSummariesItsQuantiles() {
    // When
    var series = Scrape.of(PORT).series().keySet();
    // Then
    assertThat(labels(series, "cloudstate_eventsourced_persist_time_seconds_bucket", "le"))
        .containsExactlyInAnyOrder(
            "0.005", "0.01", "0.025", "0.05", "0.075", "0.1", "0.25", "0.5", "0.75", "1.0", "2.5",
            "5.0", "7.5", "10.0", "+Inf");
    assertThat(labels(series, "cloudstate_eventsourced_entity_active_time_seconds", "quantile"))
        .containsExactlyInAnyOrder("0.5", "0.95", "0.99", "1.0");
  }

  private static List<String> labels(Iterable<String> series, String name, String label) {
    var pattern = Pattern.compile(label + "=\"([^\"]*)\"");
    var found = new ArrayList<String>();
    for (var each : series) {
      var matcher = pattern.matcher(each);
      if (each.startsWith(name + "{") && matcher.find()) {
        found.add(matcher.group(1));
      }
    }
    return found;
  }

  @ParameterizedTest
  @CsvSource({
    "GET,/,200",
    "GET,/metrics,200",
    "GET,/metrics/,404",
    "GET,/other,404",
    "POST,/metrics,405",
    "HEAD,/metrics,405"
  })
  void twoPathsMayBeRead(String method, String path, int status) throws Exception {
    // When
    var response =
        client.send(
            request(path).method(method, BodyPublishers.noBody()).build(), BodyHandlers.ofString());
    // Then
    assertThat(response.statusCode()).isEqualTo(status);
    if (status == 200) {
      assertThat(response.headers().firstValue("content-type"))
          .contains("text/plain; version=0.0.4; charset=utf-8");
      assertThat(response.body()).contains("# TYPE cloudstate_eventsourced");
    }
  }

  @Test
  void onlyTheFamiliesThatWereNamedAreTold() throws Exception {
    // When
    var response =
        get(
            "/metrics?name[]=cloudstate_store_up&name[]=cloudstate_function_up"
                .replace("[", "%5B")
                .replace("]", "%5D"));
    // Then
    assertThat(Scrape.parse(response.body()).series())
        .containsOnlyKeys("cloudstate_store_up", "cloudstate_function_up");
  }

  @Test
  void answerIsZippedForThoseWhoTakeIt() throws Exception {
    // When
    var response =
        client.send(
            request("/metrics").header("accept-encoding", "gzip").build(),
            BodyHandlers.ofByteArray());
    // Then
    assertThat(response.headers().firstValue("content-encoding")).contains("gzip");
    try (var unzipped = new GZIPInputStream(new ByteArrayInputStream(response.body()))) {
      assertThat(new String(unzipped.readAllBytes(), UTF_8))
          .contains("# TYPE cloudstate_eventsourced");
    }
  }

  @Test
  void portThatIsTakenEndsNothing() throws Exception {
    try (var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        var other = Metrics.of(on(taken.getLocalPort()))) {
      // When
      other.serve(on(taken.getLocalPort()), NODE);
      // Then
      other.entities().of(service(EntityType.VALUE)).received();
      assertThat(other.isEnabled()).isTrue();
    }
  }

  @Test
  void nothingIsRecordedOrServedWhenThatIsNotWanted() {
    // Given
    var settings = new Telemetry(false, "127.0.0.1", FreePort.find());
    try (var none = Metrics.of(settings)) {
      // When
      none.serve(settings, NODE);
      // Then
      assertThat(none.entities().of(service(EntityType.VALUE))).isSameAs(EntityMetrics.NONE);
      assertThat(new ManagementPort("127.0.0.1", settings.port()).get("/metrics").status())
          .isZero();
    }
  }

  private HttpResponse<String> get(String path) throws Exception {
    return client.send(request(path).build(), BodyHandlers.ofString());
  }

  private static HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + PORT + path));
  }

  private static Telemetry on(int port) {
    return new Telemetry(true, "127.0.0.1", port);
  }

  private static ServiceDefinition service(EntityType kind) {
    var id = kind == EntityType.ACTION ? "" : "carts";
    return new ServiceDefinition("Service", kind, id, Optional.empty(), Map.of());
  }
}
