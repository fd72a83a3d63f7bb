package io.cloudstate.proxy.ingress;

import static org.assertj.core.api.Assertions.assertThat;

import com.example.shoppingcart.Shoppingcart.AddLineItem;
import com.google.protobuf.ByteString;
import io.cloudstate.proxy.call.Failure;
import io.cloudstate.proxy.call.Metadata.Entry;
import io.cloudstate.proxy.call.Outcome;
import io.cloudstate.proxy.call.Payload;
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
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class GrpcCallsTest {

  private static final int MAX_REQUEST_BYTES = 100_000;
  private static final Duration RELAY_TIMEOUT = Duration.ofSeconds(15);
  private static final String ADD_ITEM = TestCatalogs.CART + "/AddItem";
  private static final byte[] MESSAGE =
      AddLineItem.newBuilder().setUserId("user").setName("item").build().toByteArray();

  private final FakeRouter router = new FakeRouter();
  private final Ingress ingress =
      new Ingress(
          new ProxySettings.Serving("localhost", 0, MAX_REQUEST_BYTES, 1000, Duration.ofSeconds(1)),
          RELAY_TIMEOUT,
          TestEventLoops.SHARED,
          router);
  private @Nullable RawClient running;

  @BeforeEach
  void start() throws Exception {
    ingress.start(TestCatalogs.cartAndActions()).toCompletableFuture().get(20, TimeUnit.SECONDS);
    running = new RawClient(ingress.port());
  }

  @AfterEach
  void stop() {
    client().close();
    ingress.stop();
  }

  @Test
  void bytesOfRequestAndReplyPassUntouched() throws Exception {
    // Given
    var reply = new Payload("any.url/at.all", ByteString.copyFromUtf8("no protobuf \u00ff"));
    router.answers(new Outcome.Replied(reply, io.cloudstate.proxy.call.Metadata.EMPTY));
    // When
    var result = client().call(ADD_ITEM, MESSAGE);
    // Then
    assertThat(result.status().isOk()).isTrue();
    assertThat(result.onlyMessage()).isEqualTo(reply.value().toByteArray());
    var call = router.next().call();
    assertThat(call.service()).isEqualTo(TestCatalogs.CART);
    assertThat(call.method()).isEqualTo("AddItem");
    assertThat(call.payload())
        .isEqualTo(
            new Payload(
                "type.googleapis.com/com.example.shoppingcart.AddLineItem",
                ByteString.copyFrom(MESSAGE)));
  }

  @Test
  void emptyMessagesPass() throws Exception {
    // When
    var result = client().call(ADD_ITEM, new byte[0]);
    // Then
    assertThat(result.status().isOk()).isTrue();
    assertThat(result.onlyMessage()).isEmpty();
  }

  static Stream<Arguments> failures() {
    return Stream.of(
        Arguments.of(new Failure.BadCall("a: 1 (expected: 2)"), Status.Code.INVALID_ARGUMENT),
        Arguments.of(new Failure.NotServed("b"), Status.Code.UNIMPLEMENTED),
        Arguments.of(new Failure.Refused("100 % \u00fc \n 漢"), Status.Code.UNKNOWN),
        Arguments.of(new Failure.UserFunctionFailed("d"), Status.Code.UNKNOWN),
        Arguments.of(new Failure.UserFunctionUnavailable("e"), Status.Code.UNAVAILABLE),
        Arguments.of(new Failure.StorageFailed("f"), Status.Code.UNAVAILABLE),
        Arguments.of(new Failure.Overloaded("g"), Status.Code.RESOURCE_EXHAUSTED),
        Arguments.of(new Failure.TooLarge("o"), Status.Code.RESOURCE_EXHAUSTED),
        Arguments.of(new Failure.TimedOut("h"), Status.Code.DEADLINE_EXCEEDED),
        Arguments.of(new Failure.Misrouted("i"), Status.Code.INTERNAL));
  }

  @ParameterizedTest
  @MethodSource("failures")
  void failureBecomesItsStatusWithItsMessage(Failure failure, Status.Code code) throws Exception {
    // Given
    router.fails(failure);
    // When
    var result = client().call(ADD_ITEM, MESSAGE);
    // Then
    assertThat(result.status().getCode()).isEqualTo(code);
    assertThat(result.status().getDescription()).isEqualTo(failure.message());
    assertThat(result.messages()).isEmpty();
  }

  @Test
  void endlessFailureMessageStillArrivesAsStatus() throws Exception {
    // Given
    router.fails(new Failure.Refused("ü".repeat(50_000)));
    // When
    var result = client().call(ADD_ITEM, MESSAGE);
    // Then
    assertThat(result.status().getCode()).isEqualTo(Status.Code.UNKNOWN);
    assertThat(result.status().getDescription()).matches("ü{1000,}");
  }

  @Test
  void completionWithoutReplyIsOkWithoutMessage() throws Exception {
    // Given
    router.answers(new Outcome.Completed());
    // When
    var result = client().call(ADD_ITEM, MESSAGE);
    // Then
    assertThat(result.status().isOk()).isTrue();
    assertThat(result.messages()).isEmpty();
  }

  @Test
  void exceptionOfTheRouterIsInternalAndLeaksNothing() throws Exception {
    // Given
    router.does(
        routed -> {
          throw new IllegalStateException("secret");
        });
    // When
    var result = client().call(ADD_ITEM, MESSAGE);
    // Then
    assertThat(result.status().getCode()).isEqualTo(Status.Code.INTERNAL);
    assertThat(result.status().getDescription()).doesNotContain("secret", "Exception");
  }

  @Test
  void answersFromOtherThreadsArrive() throws Exception {
    // Given
    router.does(routed -> new Thread(routed::echo).start());
    // When
    var result = client().call(ADD_ITEM, MESSAGE);
    // Then
    assertThat(result.onlyMessage()).isEqualTo(MESSAGE);
  }

  @Test
  void onlyTheFirstAnswerCounts() throws Exception {
    // Given
    router.does(
        routed -> {
          routed.echo();
          routed.answer(new Outcome.Failed(new Failure.Refused("second")));
        });
    // When
    var result = client().call(ADD_ITEM, MESSAGE);
    // Then
    assertThat(result.onlyMessage()).isEqualTo(MESSAGE);
  }

  @Test
  void deadlineOfTheClientReachesTheRouter() throws Exception {
    // Given
    long before = System.nanoTime();
    // When
    var options = CallOptions.DEFAULT.withDeadlineAfter(5, TimeUnit.SECONDS);
    RawClient.result(client().start(ADD_ITEM, options, new Metadata(), MESSAGE));
    // Then
    assertThat(router.next().call().deadlineNanos() - before)
        .isBetween(TimeUnit.SECONDS.toNanos(4), TimeUnit.SECONDS.toNanos(6));
  }

  @Test
  void relayTimeoutBoundsTheDeadline() throws Exception {
    // Given
    long before = System.nanoTime();
    // When
    var options = CallOptions.DEFAULT.withDeadlineAfter(1, TimeUnit.HOURS);
    RawClient.result(client().start(ADD_ITEM, options, new Metadata(), MESSAGE));
    client().call(ADD_ITEM, MESSAGE);
    // Then
    for (var call : List.of(router.next().call(), router.next().call())) {
      assertThat(call.deadlineNanos() - before)
          .isBetween(RELAY_TIMEOUT.toNanos(), RELAY_TIMEOUT.plusSeconds(15).toNanos());
    }
  }

  @Test
  void clientOfAnActionMayWaitLongerThanTheRelayTimeout() throws Exception {
    // Given
    long before = System.nanoTime();
    // When
    var options = CallOptions.DEFAULT.withDeadlineAfter(1, TimeUnit.HOURS);
    var method = TestCatalogs.ACTION + "/ProcessUnary";
    RawClient.result(client().start(method, options, new Metadata(), MESSAGE));
    // Then
    assertThat(router.next().call().deadlineNanos() - before)
        .isBetween(TimeUnit.MINUTES.toNanos(59), TimeUnit.MINUTES.toNanos(61));
  }

  @Test
  void deadlineThatPassesEndsThatCallAlone() throws Exception {
    // Given
    router.does(routed -> {});
    var waiting = client().start(ADD_ITEM, CallOptions.DEFAULT, new Metadata(), MESSAGE);
    var first = router.next();
    var headers = new Metadata();
    headers.put(ascii("grpc-timeout"), "50m");
    // When
    var late = RawClient.result(client().start(ADD_ITEM, CallOptions.DEFAULT, headers, MESSAGE));
    first.echo();
    // Then
    assertThat(late.status().getCode()).isEqualTo(Status.Code.DEADLINE_EXCEEDED);
    assertThat(RawClient.result(waiting).onlyMessage()).isEqualTo(MESSAGE);
  }

  @Test
  void answerAfterCancelIsIgnored() throws Exception {
    // Given
    router.does(routed -> {});
    var cancelled = client().start(ADD_ITEM, CallOptions.DEFAULT, new Metadata(), MESSAGE);
    var routed = router.next();
    cancelled.call().cancel("enough", null);
    RawClient.result(cancelled);
    router.does(FakeRouter.Routed::echo);
    client().call(ADD_ITEM, MESSAGE);
    // When
    routed.echo();
    // Then
    assertThat(client().call(ADD_ITEM, MESSAGE).onlyMessage()).isEqualTo(MESSAGE);
  }

  @Test
  void largestRequestPassesAndOneByteMoreIsRefused() throws Exception {
    // When
    var largest = client().call(ADD_ITEM, new byte[MAX_REQUEST_BYTES]);
    var larger = client().call(ADD_ITEM, new byte[MAX_REQUEST_BYTES + 1]);
    // Then
    assertThat(largest.onlyMessage()).hasSize(MAX_REQUEST_BYTES);
    assertThat(larger.status().getCode()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
    assertThat(larger.status().getDescription()).contains("<= 100000 bytes");
  }

  @Test
  void compressedRequestMayNotGrowOverTheLimit() throws Exception {
    // Given
    var gzip = CallOptions.DEFAULT.withCompression("gzip");
    // When
    var bomb =
        RawClient.result(client().start(ADD_ITEM, gzip, new Metadata(), new byte[10_000_000]));
    // Then
    assertThat(bomb.status().getCode()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
    assertThat(router.isUntouched()).isTrue();
  }

  @Test
  void gzipWorksBothWays() throws Exception {
    // Given
    var gzip = CallOptions.DEFAULT.withCompression("gzip");
    var message = "compress me ".repeat(1_000).getBytes(StandardCharsets.UTF_8);
    // When
    var result = RawClient.result(client().start(ADD_ITEM, gzip, new Metadata(), message));
    // Then
    assertThat(result.onlyMessage()).isEqualTo(message);
    assertThat(result.headers().get(ascii("grpc-encoding"))).isEqualTo("gzip");
    assertThat(router.next().call().payload().value().size()).isEqualTo(message.length);
  }

  @Test
  void replyIsPlainForClientsThatDoNotCompress() throws Exception {
    // When
    var result = client().call(ADD_ITEM, MESSAGE);
    // Then
    assertThat(result.headers().get(ascii("grpc-encoding"))).isNull();
  }

  @Test
  void oneMessageIsWhatUnaryCallsNeed() throws Exception {
    // When
    var none = RawClient.result(client().start(ADD_ITEM, CallOptions.DEFAULT, new Metadata()));
    var two =
        RawClient.result(
            client().start(ADD_ITEM, CallOptions.DEFAULT, new Metadata(), MESSAGE, MESSAGE));
    // Then
    assertThat(none.status().getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
    assertThat(two.status().getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
    assertThat(router.isUntouched()).isTrue();
  }

  @Test
  void unknownMethodsAndServicesAreUnimplementedByName() throws Exception {
    for (var method : List.of(TestCatalogs.CART + "/Nonsense", "no.such.Service/AddItem")) {
      // When
      var result = client().call(method, MESSAGE);
      // Then
      assertThat(result.status().getCode()).isEqualTo(Status.Code.UNIMPLEMENTED);
      assertThat(result.status().getDescription()).isEqualTo("unknown method: /" + method);
    }
  }

  @Test
  void badCallsDisturbNoneOfAHundredOthersOnTheConnection() throws Exception {
    // Given
    router.does(routed -> {});
    var others = new ArrayList<RawClient.Running>();
    var routed = new ArrayList<FakeRouter.Routed>();
    for (int i = 0; i < 100; i++) {
      others.add(client().start(ADD_ITEM, CallOptions.DEFAULT, new Metadata(), new byte[] {1}));
    }
    for (int i = 0; i < 100; i++) {
      routed.add(router.next());
    }
    // When
    router.fails(new Failure.Refused("no"));
    client().call(ADD_ITEM, MESSAGE);
    router.does(
        each -> {
          throw new AssertionError("a bug");
        });
    client().call(ADD_ITEM, MESSAGE);
    for (int i = 0; i < 20; i++) {
      client().call(ADD_ITEM, new byte[MAX_REQUEST_BYTES * 20]);
    }
    client().call("no.such.Service/Method", MESSAGE);
    router.does(
        each ->
            each.answer(
                new Outcome.Replied(
                    each.call().payload(),
                    new io.cloudstate.proxy.call.Metadata(
                        List.of(new Entry.Text("x-large", "x".repeat(100_000)))))));
    client().call(ADD_ITEM, MESSAGE);
    // Then
    routed.forEach(FakeRouter.Routed::echo);
    for (var other : others) {
      assertThat(RawClient.result(other).onlyMessage()).isEqualTo(new byte[] {1});
    }
  }

  @Test
  void headersOfTheClientBecomeMetadata() throws Exception {
    // Given
    var headers = new Metadata();
    headers.put(ascii("ce-id"), "1");
    headers.put(ascii("ce-id"), "2");
    headers.put(binary("trace-bin"), new byte[] {0, -1, 7});
    // When
    RawClient.result(client().start(ADD_ITEM, CallOptions.DEFAULT, headers, MESSAGE));
    // Then
    var entries = router.next().call().metadata().entries();
    assertThat(entries)
        .contains(
            new Entry.Text("ce-id", "1"),
            new Entry.Text("ce-id", "2"),
            new Entry.Binary("trace-bin", ByteString.copyFrom(new byte[] {0, -1, 7})));
    assertThat(entries.stream().map(Entry::key).distinct())
        .containsExactlyInAnyOrder("ce-id", "trace-bin", "user-agent");
  }

  @Test
  void metadataOfTheReplyBecomesHeaders() throws Exception {
    // Given
    router.does(
        routed ->
            routed.answer(
                new Outcome.Replied(
                    routed.call().payload(),
                    new io.cloudstate.proxy.call.Metadata(
                        List.of(
                            new Entry.Text("X-Answer", "42"),
                            new Entry.Binary("raw-bin", ByteString.copyFrom(new byte[] {-2})))))));
    // When
    var result = client().call(ADD_ITEM, MESSAGE);
    // Then
    assertThat(result.headers().get(ascii("x-answer"))).isEqualTo("42");
    assertThat(result.headers().get(binary("raw-bin"))).isEqualTo(new byte[] {-2});
  }

  @Test
  void hostileMetadataOfTheReplyNeitherLeaksNorBreaksTheCall() throws Exception {
    // Given
    var hostile =
        Stream.of(
                "",
                ":status",
                ":path",
                "grpc-status",
                "Grpc-Message",
                "content-type",
                "content-length",
                "te",
                "Connection",
                "transfer-encoding",
                "host",
                "with blank",
                "nul\0",
                "new\nline",
                "ü",
                "grpc-encoding")
            .map(name -> (Entry) new Entry.Text(name, "9"))
            .toList();
    var entries = new ArrayList<>(hostile);
    entries.add(new Entry.Text("x-value", "a\r\nb: c"));
    entries.add(new Entry.Text("x-unicode", "漢"));
    entries.add(new Entry.Text("x-bin", "!no base64!"));
    entries.add(new Entry.Text("x-large", "x".repeat(1_000_000)));
    entries.add(new Entry.Text("x-good", "yes"));
    router.does(
        routed ->
            routed.answer(
                new Outcome.Replied(
                    routed.call().payload(), new io.cloudstate.proxy.call.Metadata(entries))));
    // When
    var result = client().call(ADD_ITEM, MESSAGE);
    // Then
    assertThat(result.onlyMessage()).isEqualTo(MESSAGE);
    assertThat(result.headers().keys())
        .containsExactlyInAnyOrder("content-type", "grpc-accept-encoding", "x-good");
  }

  private static Metadata.Key<String> ascii(String name) {
    return Metadata.Key.of(name, Metadata.ASCII_STRING_MARSHALLER);
  }

  private static Metadata.Key<byte[]> binary(String name) {
    return Metadata.Key.of(name, Metadata.BINARY_BYTE_MARSHALLER);
  }

  private RawClient client() {
    return Objects.requireNonNull(running);
  }
}
