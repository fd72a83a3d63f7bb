package io.cloudstate.proxy.ingress;

import static org.assertj.core.api.Assertions.assertThat;

import io.cloudstate.proxy.config.ProxySettings;
import io.cloudstate.proxy.ingress.FakeRouter.Routed;
import io.cloudstate.proxy.testing.TestEventLoops;
import io.grpc.CallOptions;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Each test fills the node with the calls it may have, ends one and sees if another may come. */
class GrpcCallLimitTest {

  private static final int LIMIT = 2;
  private static final int MAX_REQUEST_BYTES = 1000;
  private static final Duration RELAY_TIMEOUT = Duration.ofSeconds(15);
  private static final String ADD_ITEM = TestCatalogs.CART + "/AddItem";
  private static final byte[] MESSAGE = {10, 1, 65};
  private static final Metadata.Key<String> TIMEOUT =
      Metadata.Key.of("grpc-timeout", Metadata.ASCII_STRING_MARSHALLER);

  private final FakeRouter router = new FakeRouter();
  private final Ingress ingress =
      new Ingress(
          new ProxySettings.Serving(
              "localhost", 0, MAX_REQUEST_BYTES, LIMIT, Duration.ofSeconds(1)),
          RELAY_TIMEOUT,
          TestEventLoops.SHARED,
          router);
  private @Nullable RawClient running;

  @BeforeEach
  void start() throws Exception {
    ingress.start(TestCatalogs.cartAndActions()).toCompletableFuture().get(20, TimeUnit.SECONDS);
    running = new RawClient(ingress.port());
    router.does(routed -> {});
    startCall(client());
    router.next();
  }

  @AfterEach
  void stop() {
    client().close();
    ingress.stop();
  }

  @Test
  void callOverTheLimitIsRefusedAndNeverRouted() throws Exception {
    // Given
    startCall(client());
    router.next();
    // When
    var result = client().call(ADD_ITEM, MESSAGE);
    // Then
    assertThat(result.status().getCode()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
    assertThat(result.status().getDescription())
        .isEqualTo("calls under way on this node: more than the limit (expected: <= 2)");
    assertThat(router.isUntouched()).isTrue();
  }

  @Test
  void healthIsAskedInAFullNode() throws Exception {
    // Given
    startCall(client());
    router.next();
    // When
    var health =
        HealthGrpc.newBlockingStub(client().channel())
            .withDeadlineAfter(20, TimeUnit.SECONDS)
            .check(HealthCheckRequest.getDefaultInstance());
    // Then
    assertThat(health.getStatus()).isEqualTo(ServingStatus.SERVING);
  }

  @Test
  void answeredCallMakesRoom() throws Exception {
    for (int i = 0; i < 3 * LIMIT; i++) {
      // Given
      var call = startCall(client());
      // When
      router.next().echo();
      RawClient.result(call);
      // Then
      assertThatOneMoreMayCome();
    }
  }

  @Test
  void callOfABugMakesRoom() throws Exception {
    // Given
    router.does(
        routed -> {
          throw new IllegalStateException("a bug");
        });
    // When
    client().call(ADD_ITEM, MESSAGE);
    router.next();
    // Then
    assertThatOneMoreMayCome();
  }

  @Test
  void cancelledCallMakesRoomAndIsAbandoned() throws Exception {
    // Given
    var call = startCall(client());
    var routed = router.next();
    assertThat(routed.call().isAbandoned().getAsBoolean()).isFalse();
    // When
    call.call().cancel("enough", null);
    // Then
    assertThatOneMoreMayCome();
    assertThat(routed.call().isAbandoned().getAsBoolean()).isTrue();
  }

  @Test
  void callOverItsDeadlineMakesRoomAndIsAbandoned() throws Exception {
    // Given
    var headers = new Metadata();
    headers.put(TIMEOUT, "50m");
    // When
    var late = RawClient.result(client().start(ADD_ITEM, CallOptions.DEFAULT, headers, MESSAGE));
    // Then
    assertThat(late.status().getCode()).isEqualTo(Status.Code.DEADLINE_EXCEEDED);
    var routed = router.next();
    assertThatOneMoreMayCome();
    // Not before: the client has its status a moment before the server counts the call as ended.
    assertThat(routed.call().isAbandoned().getAsBoolean()).isTrue();
  }

  @Test
  void callWithTooLargeARequestMakesRoom() throws Exception {
    for (int size : new int[] {MAX_REQUEST_BYTES + 1, MAX_REQUEST_BYTES * 100}) {
      // When
      var result = client().call(ADD_ITEM, new byte[size]);
      // Then
      assertThat(result.status().getCode()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
      assertThatOneMoreMayCome();
    }
  }

  @Test
  void callCancelledBeforeItsRequestIsCompleteMakesRoom() throws Exception {
    // Given
    var call = client().open(ADD_ITEM);
    // When
    call.cancel("enough", null);
    // Then
    assertThatOneMoreMayCome();
  }

  @Test
  void callOfALostConnectionMakesRoomAndIsAbandoned() throws Exception {
    // Given
    Routed routed;
    try (var other = new RawClient(ingress.port())) {
      startCall(other);
      routed = router.next();
    }
    // When
    var patience = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
    while (!routed.call().isAbandoned().getAsBoolean() && System.nanoTime() < patience) {
      Thread.onSpinWait();
    }
    // Then
    assertThat(routed.call().isAbandoned().getAsBoolean()).isTrue();
    // On the other connection, so maybe on another event loop that has not counted yet.
    router.does(Routed::echo);
    while (!client().call(ADD_ITEM, MESSAGE).status().isOk()) {
      assertThat(System.nanoTime()).isLessThan(patience);
    }
  }

  private void assertThatOneMoreMayCome() throws Exception {
    router.does(Routed::echo);
    assertThat(client().call(ADD_ITEM, MESSAGE).onlyMessage()).isEqualTo(MESSAGE);
    router.next();
    router.does(routed -> {});
  }

  private static RawClient.Running startCall(RawClient client) {
    return client.start(ADD_ITEM, CallOptions.DEFAULT, new Metadata(), MESSAGE);
  }

  private RawClient client() {
    return Objects.requireNonNull(running);
  }
}
