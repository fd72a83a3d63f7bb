package io.cloudstate.proxy.ingress;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.cloudstate.proxy.call.Failure;
import io.cloudstate.proxy.call.Metadata.Entry;
import io.cloudstate.proxy.call.Outcome;
import io.cloudstate.proxy.config.ProxySettings;
import io.cloudstate.proxy.testing.TestEventLoops;
import io.grpc.CallOptions;
import io.grpc.Metadata;
import io.grpc.Status;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Streamed calls on the wire, with a router that does what the test says. */
class GrpcStreamsTest {

  private static final int MAX_REQUEST_BYTES = 100_000;
  private static final Duration RELAY_TIMEOUT = Duration.ofMillis(200);
  private static final String IN = TestCatalogs.ACTION + "/ProcessStreamedIn";
  private static final String OUT = TestCatalogs.ACTION + "/ProcessStreamedOut";
  private static final String BOTH = TestCatalogs.ACTION + "/ProcessStreamed";

  private final FakeRouter router = new FakeRouter();
  private final Ingress ingress =
      new Ingress(
          new ProxySettings.Serving("localhost", 0, MAX_REQUEST_BYTES, 10, Duration.ofSeconds(1)),
          RELAY_TIMEOUT,
          TestEventLoops.SHARED,
          router);
  private @Nullable RawClient running;

  @BeforeEach
  void start() throws Exception {
    ingress.start(TestCatalogs.actions()).toCompletableFuture().get(20, TimeUnit.SECONDS);
    running = new RawClient(ingress.port());
  }

  @AfterEach
  void stop() {
    client().close();
    ingress.stop();
  }

  @Test
  void requestsComeAsTheyAreWantedAndTheEndByItself() throws Exception {
    // Given
    var result = client().start(BOTH, CallOptions.DEFAULT, new Metadata(), bytes("a"), bytes("b"));
    var stream = router.nextStream();
    // When
    assertThat(stream.hasRequest()).isFalse();
    var first = stream.nextRequest();
    // Then
    assertThat(first).isEqualTo(bytes("a"));
    assertThat(stream.hasRequest()).isFalse();
    assertThat(stream.nextRequest()).isEqualTo(bytes("b"));
    assertThat(stream.awaitHalfClose()).isTrue();
    stream.reply(bytes("c"));
    stream.listener().onCompleted();
    assertThat(RawClient.result(result).onlyMessage()).isEqualTo(bytes("c"));
  }

  @Test
  void theEndOfAnEmptyInputNeedsNotBeAskedFor() throws Exception {
    // Given
    var result = client().start(IN, CallOptions.DEFAULT, new Metadata());
    var stream = router.nextStream();
    // Then
    assertThat(stream.awaitHalfClose()).isTrue();
    stream.listener().onCompleted();
    assertThat(RawClient.result(result).status().isOk()).isTrue();
  }

  @Test
  void messagesOfAnySizeAreCutOutOfTheBody() throws Exception {
    // Given
    var sizes = List.of(0, 1, 5, 16_383, 16_384, 50_000, MAX_REQUEST_BYTES, 3);
    var messages = sizes.stream().map(size -> new byte[size]).toArray(byte[][]::new);
    var result = client().start(IN, CallOptions.DEFAULT, new Metadata(), messages);
    var stream = router.nextStream();
    // When
    stream.listener().onRequested(100);
    // Then
    for (var size : sizes) {
      assertThat(stream.takeRequest()).hasSize(size);
    }
    assertThat(stream.awaitHalfClose()).isTrue();
    stream.listener().onCompleted();
    RawClient.result(result);
  }

  @Test
  void aMessageOverTheLimitFailsThatCallAndTellsTheRouter() throws Exception {
    // Given
    var other = client().start(BOTH, CallOptions.DEFAULT, new Metadata(), bytes("other"));
    var otherStream = router.nextStream();
    var result =
        client()
            .start(
                BOTH,
                CallOptions.DEFAULT,
                new Metadata(),
                bytes("fine"),
                new byte[MAX_REQUEST_BYTES + 1]);
    var stream = router.nextStream();
    // When
    stream.listener().onRequested(10);
    // Then
    assertThat(stream.takeRequest()).isEqualTo(bytes("fine"));
    assertThat(RawClient.result(result).status().getCode())
        .isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
    assertThat(stream.awaitCancel()).isTrue();
    otherStream.reply(otherStream.nextRequest());
    otherStream.listener().onCompleted();
    assertThat(RawClient.result(other).onlyMessage()).isEqualTo(bytes("other"));
  }

  @Test
  void aCompressedMessageMayNotGrowOverTheLimit() throws Exception {
    // Given
    var gzip = CallOptions.DEFAULT.withCompression("gzip");
    var bomb = client().start(IN, gzip, new Metadata(), new byte[10_000_000]);
    // When
    var stream = router.nextStream();
    stream.listener().onRequested(1);
    // Then
    assertThat(RawClient.result(bomb).status().getCode()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
    assertThat(stream.awaitCancel()).isTrue();
    assertThat(stream.hasRequest()).isFalse();
  }

  @Test
  void oneRequestIsWhatStreamedOutputNeeds() throws Exception {
    // When
    var none = RawClient.result(client().start(OUT, CallOptions.DEFAULT, new Metadata()));
    var two =
        RawClient.result(
            client().start(OUT, CallOptions.DEFAULT, new Metadata(), bytes("a"), bytes("b")));
    // Then
    assertThat(none.status().getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
    assertThat(two.status().getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
  }

  @Test
  void aRequestOverTheLimitFailsACallWithStreamedOutput() throws Exception {
    var largest = client().start(OUT, CallOptions.DEFAULT, new Metadata(), new byte[100_000]);
    assertThat(router.nextStream().call().payload().value().size()).isEqualTo(MAX_REQUEST_BYTES);
    var larger = client().start(OUT, CallOptions.DEFAULT, new Metadata(), new byte[100_001]);
    assertThat(RawClient.result(larger).status().getCode())
        .isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
    largest.call().cancel("enough", null);
  }

  @Test
  void manyRepliesComeInOrder() throws Exception {
    // Given
    var result = client().start(OUT, CallOptions.DEFAULT, new Metadata(), bytes("a"));
    var stream = router.nextStream();
    // When
    for (var i = 0; i < 2_000; i++) {
      var number = i;
      await()
          .pollDelay(Duration.ZERO)
          .pollInterval(Duration.ofMillis(1))
          .until(() -> stream.requestedReplies() > number);
      stream.reply(bytes(Integer.toString(i)));
    }
    stream.listener().onCompleted();
    // Then
    var messages = RawClient.result(result).messages();
    assertThat(messages).hasSize(2_000);
    for (var i = 0; i < 2_000; i++) {
      assertThat(new String(messages.get(i), StandardCharsets.UTF_8))
          .isEqualTo(Integer.toString(i));
    }
  }

  @Test
  void noMoreRepliesAreRequestedThanTheClientTakes() throws Exception {
    // Given: a client that requests nothing, so that what is sent stays in the windows
    var call = client().open(BOTH);
    var stream = router.nextStream();
    var reply = new byte[50_000];
    // When
    var sent = 0;
    var patience = System.nanoTime() + TimeUnit.SECONDS.toNanos(3);
    while (System.nanoTime() < patience) {
      if (sent < stream.requestedReplies()) {
        stream.reply(reply);
        sent++;
      } else {
        Thread.onSpinWait();
      }
    }
    // Then
    assertThat(sent).isBetween(1, 1_000);
    call.cancel("enough", null);
    assertThat(stream.awaitCancel()).isTrue();
  }

  @Test
  void aFailureAfterRepliesIsInTheTrailers() throws Exception {
    // Given
    var result = client().start(OUT, CallOptions.DEFAULT, new Metadata(), bytes("a"));
    var stream = router.nextStream();
    // When
    stream.reply(bytes("b"));
    stream.listener().onFailed(new Failure.Refused("so sorry \u00fc"));
    // Then
    var ended = RawClient.result(result);
    assertThat(ended.onlyMessage()).isEqualTo(bytes("b"));
    assertThat(ended.status().getCode()).isEqualTo(Status.Code.UNKNOWN);
    assertThat(ended.status().getDescription()).isEqualTo("so sorry \u00fc");
  }

  @Test
  void aStatusOfTheFunctionIsTheStatusOfTheCall() throws Exception {
    var result = client().start(OUT, CallOptions.DEFAULT, new Metadata(), bytes("a"));
    router.nextStream().listener().onFailed(new Failure.RefusedWithStatus(7, "not you"));
    assertThat(RawClient.result(result).status().getCode())
        .isEqualTo(Status.Code.PERMISSION_DENIED);
  }

  @Test
  void anAnswerWithoutAMessageSendsTheHead() throws Exception {
    // Given
    var result = client().start(BOTH, CallOptions.DEFAULT, new Metadata());
    var stream = router.nextStream();
    // When
    stream.listener().onNext(new Outcome.Completed());
    stream.reply(
        bytes("a"),
        new io.cloudstate.proxy.call.Metadata(List.of(new Entry.Text("x-late", "yes"))));
    stream.listener().onCompleted();
    // Then
    var ended = RawClient.result(result);
    assertThat(ended.onlyMessage()).isEqualTo(bytes("a"));
    assertThat(ended.headers().containsKey(ascii("x-late"))).isFalse();
  }

  @Test
  void theEndOfTheCallEndsTheInput() throws Exception {
    // Given: a client that goes on sending
    var call = client().open(BOTH);
    var stream = router.nextStream();
    call.sendMessage(bytes("a"));
    stream.nextRequest();
    // When
    stream.listener().onCompleted();
    // Then
    await().until(() -> stream.call().isAbandoned().getAsBoolean());
    call.sendMessage(bytes("b"));
    stream.listener().onRequested(1);
    var next = client().start(BOTH, CallOptions.DEFAULT, new Metadata(), bytes("c"));
    var nextStream = router.nextStream();
    assertThat(nextStream.nextRequest()).isEqualTo(bytes("c"));
    nextStream.listener().onCompleted();
    RawClient.result(next);
    assertThat(stream.hasRequest()).isFalse();
  }

  @Test
  void aClientThatGoesAwayCancelsTheCall() throws Exception {
    for (var method : List.of(IN, BOTH)) {
      // Given
      var call = client().open(method);
      var stream = router.nextStream();
      // When
      call.cancel("enough", null);
      // Then
      assertThat(stream.awaitCancel()).isTrue();
      assertThat(stream.call().isAbandoned().getAsBoolean()).isTrue();
    }
  }

  @Test
  void streamsHaveNoDeadlineUnlessTheirClientSetsOne() throws Exception {
    // Given
    var patient = client().start(BOTH, CallOptions.DEFAULT, new Metadata());
    var stream = router.nextStream();
    var headers = new Metadata();
    headers.put(ascii("grpc-timeout"), "500m");
    // When
    var late = RawClient.result(client().start(BOTH, CallOptions.DEFAULT, headers));
    var lateStream = router.nextStream();
    // Then
    var now = System.nanoTime();
    assertThat(stream.call().hasDeadline(now)).isFalse();
    assertThat(lateStream.call().hasDeadline(now)).isTrue();
    assertThat(late.status().getCode()).isEqualTo(Status.Code.DEADLINE_EXCEEDED);
    assertThat(lateStream.awaitCancel()).isTrue();
    assertThat(stream.isCancelled()).isFalse();
    stream.listener().onCompleted();
    assertThat(RawClient.result(patient).status().isOk()).isTrue();
  }

  @Test
  void streamsCountAsCallsUnderWay() throws Exception {
    // Given
    var open = new ArrayList<FakeRouter.Streamed>();
    for (var i = 0; i < 10; i++) {
      client().open(BOTH);
      open.add(router.nextStream());
    }
    // When
    var refused = RawClient.result(client().start(BOTH, CallOptions.DEFAULT, new Metadata()));
    // Then
    assertThat(refused.status().getCode()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
    open.get(0).listener().onCompleted();
    await().until(() -> isTaken());
  }

  private boolean isTaken() throws Exception {
    var call = client().start(IN, CallOptions.DEFAULT, new Metadata());
    if (call.result().isDone()) {
      return false;
    }
    var stream = router.nextStreamOrNull();
    if (stream == null) {
      return false;
    }
    stream.listener().onCompleted();
    return RawClient.result(call).status().isOk();
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static Metadata.Key<String> ascii(String name) {
    return Metadata.Key.of(name, Metadata.ASCII_STRING_MARSHALLER);
  }

  @Test
  void aStopLetsStreamsGoOnForAWhileAndThenEndsThemWithAStatus() throws Exception {
    // Given
    var silent = client().start(BOTH, CallOptions.DEFAULT, new Metadata());
    var silentStream = router.nextStream();
    var talking = client().start(BOTH, CallOptions.DEFAULT, new Metadata());
    var talkingStream = router.nextStream();
    talkingStream.reply(bytes("before"));
    // When
    var stopped = ingress.stop().toCompletableFuture();
    talkingStream.reply(bytes("after"));
    // Then
    for (var ended : List.of(RawClient.result(silent), RawClient.result(talking))) {
      assertThat(ended.status().getCode()).isEqualTo(Status.Code.UNAVAILABLE);
      assertThat(ended.status().getDescription()).isEqualTo("the proxy is shutting down");
    }
    assertThat(RawClient.result(talking).messages())
        .containsExactly(bytes("before"), bytes("after"));
    assertThat(silentStream.awaitCancel()).isTrue();
    assertThat(talkingStream.awaitCancel()).isTrue();
    assertThat(stopped).succeedsWithin(Duration.ofSeconds(5));
  }

  private RawClient client() {
    return Objects.requireNonNull(running);
  }
}
