package io.cloudstate.proxy.ingress;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cloudstate.proxy.config.ProxySettings;
import io.cloudstate.proxy.testing.TestEventLoops;
import io.grpc.CallOptions;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class IngressTest {

  private static final String ADD_ITEM = TestCatalogs.CART + "/AddItem";
  private static final String PROCESS = TestCatalogs.ACTION + "/ProcessUnary";
  private static final byte[] MESSAGE = {10, 1, 65};

  private final FakeRouter router = new FakeRouter();
  private final Ingress ingress = ingress(0, Duration.ofSeconds(10));

  @AfterEach
  void stop() {
    ingress.stop();
  }

  @Test
  void newCatalogIsServedAtOnceAndCallsOfTheOldOneGoOn() throws Exception {
    // Given
    done(ingress.start(TestCatalogs.cart()));
    router.does(routed -> {});
    try (var client = new RawClient(ingress.port())) {
      var running = client.start(ADD_ITEM, CallOptions.DEFAULT, new Metadata(), MESSAGE);
      var routed = router.next();
      // When
      ingress.serve(TestCatalogs.actions());
      router.does(FakeRouter.Routed::echo);
      // Then
      assertThat(client.call(PROCESS, MESSAGE).onlyMessage()).isEqualTo(MESSAGE);
      assertThat(client.call(ADD_ITEM, MESSAGE).status().getCode())
          .isEqualTo(Status.Code.UNIMPLEMENTED);
      routed.echo();
      assertThat(RawClient.result(running).onlyMessage()).isEqualTo(MESSAGE);
    }
  }

  @Test
  void stopLetsRunningCallsFinishAndRefusesNewOnes() throws Exception {
    // Given
    done(ingress.start(TestCatalogs.cart()));
    router.does(routed -> {});
    try (var client = new RawClient(ingress.port());
        var other = new RawClient(ingress.port())) {
      var running = client.start(ADD_ITEM, CallOptions.DEFAULT, new Metadata(), MESSAGE);
      var routed = router.next();
      // When
      var stopped = ingress.stop().toCompletableFuture();
      // Then
      assertThat(other.call(ADD_ITEM, MESSAGE).status().getCode())
          .isEqualTo(Status.Code.UNAVAILABLE);
      assertThat(client.call(ADD_ITEM, MESSAGE).status().getCode())
          .isEqualTo(Status.Code.UNAVAILABLE);
      assertThat(stopped).isNotDone();
      routed.echo();
      assertThat(RawClient.result(running).onlyMessage()).isEqualTo(MESSAGE);
      done(stopped);
    }
  }

  @Test
  void stopCutsCallsThatRunLongerThanAllowed() throws Exception {
    // Given
    var impatient = ingress(0, Duration.ofMillis(50));
    done(impatient.start(TestCatalogs.cart()));
    router.does(routed -> {});
    try (var client = new RawClient(impatient.port())) {
      var running = client.start(ADD_ITEM, CallOptions.DEFAULT, new Metadata(), MESSAGE);
      router.next();
      // When
      done(impatient.stop());
      // Then
      assertThat(RawClient.result(running).status().getCode()).isEqualTo(Status.Code.UNAVAILABLE);
      assertThat(RawClient.result(running).status().getDescription())
          .isEqualTo("the proxy is shutting down");
    }
  }

  @Test
  void openHealthWatchDoesNotHoldUpTheStop() throws Exception {
    // Given
    done(ingress.start(TestCatalogs.cart()));
    try (var client = new RawClient(ingress.port())) {
      var watch =
          HealthGrpc.newBlockingStub(client.channel())
              .watch(HealthCheckRequest.getDefaultInstance());
      assertThat(watch.next().getStatus()).isEqualTo(ServingStatus.SERVING);
      // When
      var stopped = ingress.stop();
      // Then
      assertThat(watch.next().getStatus()).isEqualTo(ServingStatus.NOT_SERVING);
      assertThat(stopped.toCompletableFuture()).succeedsWithin(Duration.ofSeconds(5));
    }
  }

  @Test
  void portInUseIsNamed() throws Exception {
    try (var taken = new ServerSocket(0)) {
      // Given
      var second = ingress(taken.getLocalPort(), Duration.ZERO.plusMillis(10));
      // When, Then
      assertThatThrownBy(() -> done(second.start(TestCatalogs.cart())))
          .hasCauseInstanceOf(IllegalStateException.class)
          .hasMessageContaining("cannot serve on localhost:" + taken.getLocalPort());
    }
  }

  @Test
  void whatIsNoGrpcIsNotFoundWithoutBody() throws Exception {
    // Given
    done(ingress.start(TestCatalogs.cart()));
    var http = HttpClient.newHttpClient();
    for (var path : new String[] {"/", "/no/such", "/" + ADD_ITEM}) {
      // When
      var request =
          HttpRequest.newBuilder(URI.create("http://localhost:" + ingress.port() + path))
              .version(HttpClient.Version.HTTP_1_1)
              .build();
      var response = http.send(request, HttpResponse.BodyHandlers.ofString());
      // Then
      assertThat(response.statusCode()).isEqualTo(404);
      assertThat(response.body()).isEmpty();
    }
  }

  @Test
  void healthKnowsTheProxyAndItsServices() throws Exception {
    // Given
    done(ingress.start(TestCatalogs.cart()));
    try (var client = new RawClient(ingress.port())) {
      // When, Then
      assertThat(health(client, "")).isEqualTo(ServingStatus.SERVING);
      assertThat(health(client, TestCatalogs.CART)).isEqualTo(ServingStatus.SERVING);
      ingress.setServing(false);
      assertThat(health(client, "")).isEqualTo(ServingStatus.NOT_SERVING);
      ingress.serve(TestCatalogs.actions());
      assertThat(health(client, TestCatalogs.ACTION)).isEqualTo(ServingStatus.NOT_SERVING);
      assertThatThrownBy(() -> health(client, TestCatalogs.CART)).hasMessageContaining("NOT_FOUND");
      ingress.setServing(true);
      assertThat(health(client, TestCatalogs.ACTION)).isEqualTo(ServingStatus.SERVING);
    }
  }

  private static ServingStatus health(RawClient client, String service) {
    HealthCheckResponse response =
        HealthGrpc.newBlockingStub(client.channel())
            .withDeadlineAfter(20, TimeUnit.SECONDS)
            .check(HealthCheckRequest.newBuilder().setService(service).build());
    return response.getStatus();
  }

  private Ingress ingress(int port, Duration gracefulTermination) {
    return new Ingress(
        new ProxySettings.Serving("localhost", port, 4_000_000, 1000, gracefulTermination),
        Duration.ofSeconds(15),
        TestEventLoops.SHARED,
        router);
  }

  private static void done(CompletionStage<?> stage) throws Exception {
    stage.toCompletableFuture().get(20, TimeUnit.SECONDS);
  }
}
