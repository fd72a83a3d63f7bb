package io.cloudstate.proxy.ingress;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import com.linecorp.armeria.client.ClientFactory;
import com.linecorp.armeria.client.WebClient;
import com.linecorp.armeria.common.AggregatedHttpResponse;
import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpMethod;
import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.HttpRequestWriter;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.RequestHeaders;
import com.linecorp.armeria.common.RequestHeadersBuilder;
import io.cloudstate.proxy.call.Failure;
import io.cloudstate.proxy.call.Metadata;
import io.cloudstate.proxy.call.Metadata.Entry;
import io.cloudstate.proxy.call.Outcome;
import io.cloudstate.proxy.call.Payload;
import io.cloudstate.proxy.config.ProxySettings;
import io.cloudstate.proxy.testing.TestEventLoops;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** gRPC-Web on the wire (spec/ingress.md 5), with a router that does what the test says. */
class GrpcWebTest {

  private static final int MAX_REQUEST_BYTES = 10_000;
  private static final Duration RELAY_TIMEOUT = Duration.ofSeconds(2);
  private static final String ADD_ITEM = "/" + TestCatalogs.CART + "/AddItem";
  private static final String IN = "/" + TestCatalogs.ACTION + "/ProcessStreamedIn";
  private static final String OUT = "/" + TestCatalogs.ACTION + "/ProcessStreamedOut";
  private static final String BINARY = "application/grpc-web+proto";
  private static final String TEXT = "application/grpc-web-text+proto";
  private static final byte[] MESSAGE = {10, 1, 65};

  private static final FakeRouter router = new FakeRouter();
  private static final Ingress ingress =
      new Ingress(
          new ProxySettings.Serving("localhost", 0, MAX_REQUEST_BYTES, 10, Duration.ofSeconds(1)),
          RELAY_TIMEOUT,
          TestEventLoops.SHARED,
          router);
  private static final ClientFactory factory = ClientFactory.builder().build();

  @BeforeAll
  static void start() throws Exception {
    ingress.start(TestCatalogs.cartAndActions()).toCompletableFuture().get(20, TimeUnit.SECONDS);
  }

  @AfterAll
  static void stop() {
    factory.close();
    ingress.stop();
  }

  @AfterEach
  void reset() throws InterruptedException {
    router.does(FakeRouter.Routed::echo);
    while (!router.isUntouched()) {
      router.next();
    }
  }

  static Stream<Arguments> forms() {
    return Stream.of("h1c", "h2c")
        .flatMap(
            protocol ->
                Stream.of(
                        "application/grpc-web",
                        "application/grpc-web+proto",
                        "application/grpc-web-text",
                        "application/grpc-web-text+proto")
                    .map(type -> Arguments.of(protocol, type)));
  }

  @ParameterizedTest
  @MethodSource("forms")
  void aCallAndItsReply(String protocol, String type) throws Exception {
    // Given
    router.answers(
        new Outcome.Replied(
            new Payload("", ByteString.copyFromUtf8("no protobuf \u00ff")),
            new Metadata(List.of(new Entry.Text("X-Answer", "42")))));
    // When
    var response = call(protocol, ADD_ITEM, type, WebFrames.of(MESSAGE));
    // Then
    assertThat(response.status()).isEqualTo(HttpStatus.OK);
    assertThat(response.headers().get("content-type")).isEqualTo(type);
    assertThat(response.headers().get("x-answer")).isEqualTo("42");
    assertThat(response.trailers().isEmpty()).isTrue();
    var body = body(response);
    assertThat(new String(body.onlyMessage(), StandardCharsets.UTF_8))
        .isEqualTo("no protobuf \u00ff");
    assertThat(body.trailers()).isEqualTo("grpc-status: 0\r\n");
    var call = router.next().call();
    assertThat(call.service()).isEqualTo(TestCatalogs.CART);
    assertThat(call.payload().value().toByteArray()).isEqualTo(MESSAGE);
  }

  @ParameterizedTest
  @MethodSource("forms")
  void aStatusWithoutMessageIsInTheHeaders(String protocol, String type) throws Exception {
    // Given
    router.fails(new Failure.RefusedWithStatus(7, "not you, \u00fc"));
    // When
    var response = call(protocol, ADD_ITEM, type, WebFrames.of(MESSAGE));
    // Then
    assertThat(response.status()).isEqualTo(HttpStatus.OK);
    assertThat(response.headers().get("content-type")).isEqualTo(type);
    assertThat(response.headers().get("grpc-status")).isEqualTo("7");
    assertThat(response.headers().get("grpc-message")).isEqualTo("not you, %C3%BC");
    assertThat(response.content().isEmpty()).isTrue();
  }

  @ParameterizedTest
  @MethodSource("forms")
  void aFailureAfterRepliesIsInTheLastFrame(String protocol, String type) throws Exception {
    // Given
    var response = start(protocol, OUT, type, WebFrames.of(MESSAGE)).aggregate();
    var stream = router.nextStream();
    // When
    stream.reply(new byte[] {1});
    stream.reply(new byte[] {2, 3});
    stream.listener().onFailed(new Failure.Refused("so sorry"));
    // Then
    var body = body(response.get(20, TimeUnit.SECONDS));
    assertThat(body.messages()).containsExactly(new byte[] {1}, new byte[] {2, 3});
    assertThat(body.trailers()).isEqualTo("grpc-status: 2\r\ngrpc-message: so sorry\r\n");
  }

  @ParameterizedTest
  @MethodSource("forms")
  void metadataOfALaterReplyAreInTheLastFrame(String protocol, String type) throws Exception {
    // Given
    var response = start(protocol, OUT, type, WebFrames.of(MESSAGE)).aggregate();
    var stream = router.nextStream();
    // When
    stream.reply(new byte[] {1});
    stream.reply(
        new byte[] {2},
        new Metadata(List.of(new Entry.Binary("X-Raw", ByteString.copyFrom(new byte[] {-2})))));
    stream.listener().onCompleted();
    // Then
    assertThat(body(response.get(20, TimeUnit.SECONDS)).trailers())
        .isEqualTo("grpc-status: 0\r\nx-raw-bin: /g\r\n");
  }

  @ParameterizedTest
  @MethodSource("forms")
  void severalRequestsInABodyAreAStream(String protocol, String type) throws Exception {
    // Given
    var response =
        start(protocol, IN, type, WebFrames.of(new byte[] {1}, new byte[] {2, 3})).aggregate();
    var stream = router.nextStream();
    // When
    var first = stream.nextRequest();
    var second = stream.nextRequest();
    // Then
    assertThat(first).containsExactly(1);
    assertThat(second).containsExactly(2, 3);
    assertThat(stream.awaitHalfClose()).isTrue();
    stream.reply(MESSAGE);
    stream.listener().onCompleted();
    assertThat(body(response.get(20, TimeUnit.SECONDS)).onlyMessage()).isEqualTo(MESSAGE);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5, 7})
  void textMayBeCutAnywhere(int pieceLength) throws Exception {
    // Given: two messages that were encoded by themselves, so that there is padding in the middle
    var message = new byte[] {1, 2};
    var text = new String(WebFrames.encoded(WebFrames.of(message)), StandardCharsets.UTF_8);
    var padded = text + text;
    assertThat(text).endsWith("=");
    // When
    var request = HttpRequest.streaming(headers(IN, TEXT).build());
    var response = client("h2c").execute(request).aggregate();
    var stream = router.nextStream();
    writePieces(request, padded, pieceLength);
    // Then
    assertThat(stream.nextRequest()).isEqualTo(message);
    assertThat(stream.nextRequest()).isEqualTo(message);
    assertThat(stream.awaitHalfClose()).isTrue();
    stream.listener().onCompleted();
    assertThat(response.get(20, TimeUnit.SECONDS).headers().get("grpc-status")).isEqualTo("0");
  }

  private static void writePieces(HttpRequestWriter request, String text, int pieceLength)
      throws Exception {
    for (var i = 0; i < text.length(); i += pieceLength) {
      request.write(HttpData.ofUtf8(text.substring(i, Math.min(i + pieceLength, text.length()))));
      request.whenConsumed().get(20, TimeUnit.SECONDS);
    }
    request.close();
  }

  static Stream<Arguments> badText() {
    var good = new String(WebFrames.encoded(WebFrames.of(MESSAGE)), StandardCharsets.UTF_8);
    return Stream.of(ADD_ITEM, OUT, IN)
        .flatMap(
            path ->
                Stream.of(
                    Arguments.of(path, good + "A", "cut off within a group of base64"),
                    Arguments.of(path, good + "AAA", "cut off within a group of base64"),
                    Arguments.of(path, "AAA!", "not base64"),
                    Arguments.of(path, "A===", "not base64"),
                    Arguments.of(path, "AA=A", "not base64"),
                    Arguments.of(path, "\u00fc\u00fc", "not base64")));
  }

  @ParameterizedTest
  @MethodSource("badText")
  void textThatIsNoBase64IsTheCallersFault(String path, String text, String problem)
      throws Exception {
    // When
    var response = call("h1c", path, TEXT, text.getBytes(StandardCharsets.UTF_8), headers -> {});
    // Then
    assertThat(response.headers().get("grpc-status")).isEqualTo("3");
    assertThat(response.headers().get("grpc-message"))
        .isEqualTo("request body: " + problem + " (expected: groups of four characters)");
    if (path.equals(IN)) {
      assertThat(router.nextStream().awaitCancel()).isTrue();
    }
  }

  @ParameterizedTest
  @CsvSource({
    "application/grpc-web-text, application/grpc-web-text, application/grpc-web-text",
    "application/grpc-web-text+proto, application/grpc-web-text, application/grpc-web-text+proto",
    "application/grpc-web, application/grpc-web-text, application/grpc-web-text",
    "application/grpc-web-text, application/grpc-web, application/grpc-web",
    "application/grpc-web-text, */*, application/grpc-web-text",
    "application/grpc-web, */*, application/grpc-web",
    "Application/Grpc-Web; charset=utf-8, */*, application/grpc-web",
  })
  void whatIsAcceptedDecidesTheFormOfTheResponse(String type, String accept, String expected)
      throws Exception {
    // When
    var isText = type.contains("text");
    var body = WebFrames.of(MESSAGE);
    var response =
        call(
            "h1c",
            ADD_ITEM,
            type,
            isText ? WebFrames.encoded(body) : body,
            headers -> headers.add("accept", accept));
    // Then
    assertThat(response.headers().get("content-type")).isEqualTo(expected);
    assertThat(body(response).onlyMessage()).isEqualTo(MESSAGE);
  }

  @ParameterizedTest
  @MethodSource("forms")
  void theLargestRequestPassesAndOneByteMoreIsRefused(String protocol, String type)
      throws Exception {
    // When
    var largest = call(protocol, ADD_ITEM, type, WebFrames.of(new byte[MAX_REQUEST_BYTES]));
    var larger = call(protocol, ADD_ITEM, type, WebFrames.of(new byte[MAX_REQUEST_BYTES + 1]));
    var huge = call(protocol, ADD_ITEM, type, WebFrames.of(new byte[MAX_REQUEST_BYTES * 3]));
    // Then
    assertThat(body(largest).onlyMessage()).hasSize(MAX_REQUEST_BYTES);
    for (var refused : List.of(larger, huge)) {
      assertThat(refused.headers().get("content-type")).isEqualTo(type);
      assertThat(refused.headers().get("grpc-status")).isEqualTo("8");
      assertThat(refused.headers().get("grpc-message")).contains("<= 10000 bytes");
    }
  }

  @ParameterizedTest
  @MethodSource("forms")
  void aDeadlineThatPassesIsAStatus(String protocol, String type) throws Exception {
    // Given
    router.does(routed -> {});
    // When
    var body = WebFrames.of(MESSAGE);
    var response =
        call(
            protocol,
            ADD_ITEM,
            type,
            type.contains("text") ? WebFrames.encoded(body) : body,
            headers -> headers.add("grpc-timeout", "50m"));
    // Then
    assertThat(response.headers().get("content-type")).isEqualTo(type);
    assertThat(response.headers().get("grpc-status")).isEqualTo("4");
  }

  @Test
  @SuppressWarnings("try") // the client goes away before the end
  void noMoreRepliesAreRequestedThanTheClientTakes() throws Exception {
    // Given: a client that reads nothing, so that what is sent stays in the buffers between
    try (var socket = new Socket("localhost", ingress.port())) {
      socket.getOutputStream().write(http1(OUT, BINARY, WebFrames.of(MESSAGE), ""));
      var stream = router.nextStream();
      var reply = new byte[1_000_000];
      // When
      var sent = 0;
      var patience = System.nanoTime() + TimeUnit.SECONDS.toNanos(1);
      while (System.nanoTime() < patience) {
        if (sent < stream.requestedReplies()) {
          stream.reply(reply);
          sent++;
        } else {
          Thread.onSpinWait();
        }
      }
      // Then
      assertThat(sent).isBetween(1, 100);
      socket.close();
      assertThat(stream.awaitCancel()).isTrue();
    }
  }

  @Test
  void repliesComeAsTheyAreMade() throws Exception {
    try (var socket = new Socket("localhost", ingress.port())) {
      socket.setSoTimeout(20_000);
      socket.getOutputStream().write(http1(OUT, BINARY, WebFrames.of(MESSAGE), ""));
      var stream = router.nextStream();
      // When
      stream.reply("first".getBytes(StandardCharsets.UTF_8));
      // Then: the first is here before there is a second
      readUntil(socket.getInputStream(), "first");
      stream.reply("second".getBytes(StandardCharsets.UTF_8));
      readUntil(socket.getInputStream(), "second");
      stream.listener().onCompleted();
      readUntil(socket.getInputStream(), "grpc-status: 0");
    }
  }

  @Test
  @SuppressWarnings("try") // the client goes away before the end
  void aClientThatGoesAwayCancelsTheCall() throws Exception {
    // Given
    try (var socket = new Socket("localhost", ingress.port())) {
      socket.getOutputStream().write(http1(OUT, TEXT, WebFrames.of(MESSAGE), ""));
      var stream = router.nextStream();
      // When
      socket.close();
      // Then
      assertThat(stream.awaitCancel()).isTrue();
    }
  }

  @Test
  void headersOfTheTransportAreNoMetadata() throws Exception {
    // Given
    try (var socket = new Socket("localhost", ingress.port())) {
      var headers =
          """
          Connection: keep-alive, X-Hop
          X-Hop: 1
          Keep-Alive: timeout=5
          TE: trailers
          X-Grpc-Web: 1
          X-User-Agent: grpc-web-javascript/0.1
          Ce-Id: 1
          Ce-Source: here
          X-Raw-Bin: /g
          Grpc-Timeout: 1S
          Proxy-Authorization: secret
          """
              .replace("\n", "\r\n");
      // When
      socket.getOutputStream().write(http1(ADD_ITEM, BINARY, WebFrames.of(MESSAGE), headers));
      // Then
      assertThat(router.next().call().metadata().entries())
          .containsExactlyInAnyOrder(
              new Entry.Text("x-user-agent", "grpc-web-javascript/0.1"),
              new Entry.Text("ce-id", "1"),
              new Entry.Text("ce-source", "here"),
              new Entry.Binary("x-raw-bin", ByteString.copyFrom(new byte[] {-2})));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"application/grpc", "application/grpc+proto"})
  void grpcOverHttp1IsRefusedInWords(String type) throws Exception {
    var response = call("h1c", ADD_ITEM, type, WebFrames.of(MESSAGE), headers -> {});
    assertThat(response.status().code()).isEqualTo(505);
    assertThat(response.contentUtf8()).contains("expected: HTTP/2", "application/grpc-web");
    assertThat(router.isUntouched()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"application/grpc-web+json", "application/grpc-webs", "text/plain"})
  void otherContentTypesAreNotFound(String type) throws Exception {
    var response = call("h1c", ADD_ITEM, type, WebFrames.of(MESSAGE), headers -> {});
    assertThat(response.status().code()).isEqualTo(404);
    assertThat(response.content().isEmpty()).isTrue();
  }

  @Test
  void unknownMethodsAreUnimplemented() throws Exception {
    var response = call("h1c", "/no.such.Service/Call", BINARY, WebFrames.of(MESSAGE));
    assertThat(response.headers().get("grpc-status")).isEqualTo("12");
  }

  @ParameterizedTest
  @MethodSource("forms")
  void healthAnswersBrowsersToo(String protocol, String type) throws Exception {
    var response = call(protocol, "/grpc.health.v1.Health/Check", type, WebFrames.of(new byte[0]));
    assertThat(body(response).onlyMessage()).containsExactly(8, 1); // SERVING
  }

  @ParameterizedTest
  @ValueSource(strings = {"h1c", "h2c"})
  void aMessageThatDoesNotComeHoldsACallForTheRelayTimeoutAndNoLonger(String protocol)
      throws Exception {
    // Given
    var request = HttpRequest.streaming(headers(OUT, BINARY).build());
    // When
    request.write(HttpData.wrap(new byte[] {0, 0}));
    var response = client(protocol).execute(request).aggregate();
    // Then
    await().atMost(Duration.ofSeconds(20)).untilAsserted(() -> assertThat(response).isDone());
    assertThat(response.get().headers().get("grpc-status")).isEqualTo("4");
  }

  // --- requests and responses

  private static AggregatedHttpResponse call(String protocol, String path, String type, byte[] body)
      throws Exception {
    return start(protocol, path, type, body).aggregate().get(20, TimeUnit.SECONDS);
  }

  private static HttpResponse start(String protocol, String path, String type, byte[] body) {
    var written = type.contains("text") ? WebFrames.encoded(body) : body;
    return client(protocol)
        .execute(HttpRequest.of(headers(path, type).build(), HttpData.wrap(written)));
  }

  private static AggregatedHttpResponse call(
      String protocol,
      String path,
      String type,
      byte[] body,
      Consumer<RequestHeadersBuilder> others)
      throws Exception {
    var headers = headers(path, type);
    others.accept(headers);
    return client(protocol)
        .execute(HttpRequest.of(headers.build(), HttpData.wrap(body)))
        .aggregate()
        .get(20, TimeUnit.SECONDS);
  }

  private static RequestHeadersBuilder headers(String path, String type) {
    return RequestHeaders.builder(HttpMethod.POST, path).add("content-type", type);
  }

  private static WebClient client(String protocol) {
    return WebClient.builder(protocol + "://localhost:" + ingress.port())
        .factory(factory)
        .responseTimeout(Duration.ofSeconds(20))
        .build();
  }

  private static WebFrames.Body body(AggregatedHttpResponse response) {
    var content = response.content().array();
    var isText = response.headers().get("content-type", "").contains("text");
    return WebFrames.read(isText ? WebFrames.decoded(content) : content);
  }

  /** A request as a browser's would be, with these headers besides. */
  private static byte[] http1(String path, String type, byte[] frames, String headers) {
    var body = type.contains("text") ? WebFrames.encoded(frames) : frames;
    var head =
        "POST %s HTTP/1.1\r\nHost: localhost\r\nContent-Type: %s\r\nContent-Length: %d\r\n%s\r\n"
            .formatted(path, type, body.length, headers)
            .getBytes(StandardCharsets.US_ASCII);
    var request = Arrays.copyOf(head, head.length + body.length);
    System.arraycopy(body, 0, request, head.length, body.length);
    return request;
  }

  private static void readUntil(InputStream in, String text) throws IOException {
    var read = new StringBuilder();
    while (read.indexOf(text) < 0) {
      var next = in.read();
      assertThat(next).as(() -> "what came before the end: " + read).isNotNegative();
      read.append((char) next);
    }
  }
}
