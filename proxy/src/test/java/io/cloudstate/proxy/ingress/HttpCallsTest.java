package io.cloudstate.proxy.ingress;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.google.api.AnnotationsProto;
import com.google.api.HttpBody;
import com.google.api.HttpBodyProto;
import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.DynamicMessage;
import com.google.protobuf.TextFormat;
import io.cloudstate.proxy.call.Failure;
import io.cloudstate.proxy.call.Metadata;
import io.cloudstate.proxy.call.Metadata.Entry;
import io.cloudstate.proxy.call.Outcome;
import io.cloudstate.proxy.call.Payload;
import io.cloudstate.proxy.config.ProxySettings;
import io.cloudstate.proxy.ingress.calls.CallMetrics;
import io.cloudstate.proxy.testing.TestEventLoops;
import io.cloudstate.proxy.testing.TestProtos;
import io.grpc.Status;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Calls by HTTP and JSON on the wire (spec/ingress.md 7.4, 7.5 and 10). */
class HttpCallsTest {

  private static final int MAX_REQUEST_BYTES = 1_000;
  private static final Duration RELAY_TIMEOUT = Duration.ofSeconds(2);
  private static final FileDescriptor FILE =
      TestProtos.file("test.proto", AnnotationsProto.getDescriptor(), HttpBodyProto.getDescriptor())
          .message("Request", "string id", "int64 number")
          .message("Response", "string message", "int64 number")
          .rpc("Get", "Request", "Response", "get: '/things/{id}'")
          .rpc("Put", "Request", "Response", "put: '/things/{id}' body: '*'")
          .rpc("Generated", "Request", "Response", "")
          .rpc("Download", "Request", ".google.api.HttpBody", "get: '/files/{id}'")
          .rpc("Upload", ".google.api.HttpBody", "Response", "post: '/files' body: '*'")
          .rpc("Watch", "Request", "stream Response", "get: '/watch/{id}'")
          .rpc("Tail", "Request", "stream .google.api.HttpBody", "get: '/tail/{id}'")
          .rpc("Collect", "stream Request", "Response", "post: '/collect' body: '*'")
          .rpc("Chat", "stream Request", "stream Response", "post: '/chat' body: '*'")
          .build();

  private static final FakeRouter router = new FakeRouter();
  private static final Ingress ingress =
      new Ingress(
          new ProxySettings.Serving("localhost", 0, MAX_REQUEST_BYTES, 4, Duration.ofSeconds(1)),
          new ProxySettings.Documentation(true, false),
          RELAY_TIMEOUT,
          TestEventLoops.SHARED,
          router,
          CallMetrics.NONE,
          null);
  private static final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  @BeforeAll
  static void start() throws Exception {
    ingress.start(TestProtos.catalog(FILE)).toCompletableFuture().get(20, TimeUnit.SECONDS);
  }

  @AfterAll
  static void stop() {
    ingress.stop();
  }

  @BeforeEach
  void echo() {
    router.does(FakeRouter.Routed::echo);
  }

  // --- one message in, one out

  @ParameterizedTest
  @EnumSource
  void bothVersionsOfHttpAreServed(HttpClient.Version version) throws Exception {
    // Given
    router.answers(replied("message: 'hello' number: 42"));
    // When
    var response = send(request("/things/a").version(version));
    // Then
    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(response.headers().firstValue("content-type")).contains("application/json");
    assertThat(response.body()).isEqualTo("{\"message\":\"hello\",\"number\":\"42\"}");
    assertThat(response.version()).isEqualTo(version);
    var call = router.next().call();
    assertThat(call.service()).isEqualTo("test.Service");
    assertThat(call.method()).isEqualTo("Get");
    assertThat(call.payload()).isEqualTo(payload("id: 'a'"));
  }

  @Test
  void theGeneratedRuleTakesTheWholeInput() throws Exception {
    // When
    var response = send(post("/test.Service/Generated", "{\"id\":\"a\",\"number\":\"7\"}"));
    // Then
    assertThat(response.body()).isEqualTo("{\"message\":\"a\",\"number\":\"7\"}");
    assertThat(router.next().call().payload()).isEqualTo(payload("id: 'a' number: 7"));
  }

  @ParameterizedTest
  @CsvSource({
    "/things/a:b, a:b",
    "/things/a%3Ab, a:b",
    "/things/a%2Fb, a/b",
    "/things/a+b, a+b",
    "/things/a%20b, a b",
    "/things/%C3%A9, é",
    "/things/..a, ..a",
    "/things/a;b=c, a;b=c",
  })
  void aPathIsTakenAsItIsSent(String path, String id) throws Exception {
    // When
    var response = raw("GET " + path + " HTTP/1.1");
    // Then
    assertThat(response).startsWith("HTTP/1.1 200");
    assertThat(router.next().call().payload()).isEqualTo(payload("id: '" + id + "'"));
  }

  @Test
  void headersAreMetadataInBothDirections() throws Exception {
    // Given
    router.answers(
        new Outcome.Replied(
            new Payload("", ByteString.EMPTY),
            new Metadata(
                List.of(
                    new Entry.Text("X-Answer", "yes"),
                    new Entry.Text("Content-Length", "9999"),
                    new Entry.Text("x-split", "a\r\nb: c"),
                    new Entry.Binary("x-data", ByteString.copyFromUtf8("data"))))));
    // When
    var response = send(request("/things/a").header("X-Question", "why").header("x-b-bin", "AQI="));
    // Then
    assertThat(router.next().call().metadata().entries())
        .contains(
            new Entry.Text("x-question", "why"),
            new Entry.Binary("x-b-bin", ByteString.copyFrom(new byte[] {1, 2})))
        .extracting(Entry::key)
        .doesNotContain("host", "connection", "http2-settings", "upgrade", "content-length")
        .noneMatch(key -> key.startsWith("grpc-") || key.startsWith(":"));
    assertThat(response.headers().firstValue("x-answer")).contains("yes");
    assertThat(response.headers().firstValue("x-data-bin")).contains("ZGF0YQ");
    assertThat(response.headers().firstValue("x-split")).isEmpty();
    assertThat(response.body()).isEqualTo("{\"message\":\"\",\"number\":\"0\"}");
  }

  @Test
  void whatIsReadMayBeAskedForByHead() throws Exception {
    var response = send(request("/things/a").method("HEAD", BodyPublishers.noBody()));
    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(response.body()).isEmpty();
    assertThat(router.next().call().method()).isEqualTo("Get");
  }

  @Test
  void aKnownPathTellsItsMethods() throws Exception {
    var options = send(request("/things/a").method("OPTIONS", BodyPublishers.noBody()));
    assertThat(options.statusCode()).isEqualTo(204);
    assertThat(options.headers().firstValue("allow")).contains("GET, HEAD, OPTIONS, PUT");
    var delete = send(request("/things/a").DELETE());
    assertThat(delete.statusCode()).isEqualTo(405);
    assertThat(delete.headers().firstValue("allow")).contains("GET, HEAD, OPTIONS, PUT");
    assertThat(delete.body()).contains("\"code\":12").contains("DELETE /things/a");
    assertThat(router.isUntouched()).isTrue();
  }

  @ParameterizedTest
  @CsvSource({"/", "/nothing", "/things", "/things/a/b", "/things/%ZZ", "/things/%FF"})
  void whatIsNoRouteIsNotFoundWithoutBody(String path) throws Exception {
    assertThat(raw("GET " + path + " HTTP/1.1")).matches("(?s)HTTP/1.1 (404|400) .*");
    assertThat(router.isUntouched()).isTrue();
  }

  @Test
  void bodiesOfAnyTypeComeAndGoAsTheyAre() throws Exception {
    // Given
    router.answers(
        new Outcome.Replied(
            new Payload(
                "",
                HttpBody.newBuilder()
                    .setContentType("image/png")
                    .setData(ByteString.copyFromUtf8("PNG"))
                    .build()
                    .toByteString()),
            Metadata.EMPTY));
    // When
    var download = send(request("/files/a"));
    router.next();
    router.answers(replied("message: 'taken'"));
    var upload = send(request("/files").header("content-type", "text/csv").POST(body("a,b")));
    // Then
    assertThat(download.headers().firstValue("content-type")).contains("image/png");
    assertThat(download.body()).isEqualTo("PNG");
    assertThat(upload.body()).contains("taken");
    assertThat(HttpBody.parseFrom(router.next().call().payload().value()))
        .isEqualTo(
            HttpBody.newBuilder()
                .setContentType("text/csv")
                .setData(ByteString.copyFromUtf8("a,b"))
                .build());
  }

  @Test
  void theServicesAreDescribed() throws Exception {
    // When
    var response = send(request("/openapi.json"));
    // Then
    assertThat(response.headers().firstValue("content-type"))
        .hasValueSatisfying(type -> assertThat(type).startsWith("application/json"));
    assertThat(response.body())
        .startsWith("{\"openapi\":\"3.1.0\"")
        .contains("\"/things/{id}\":{\"get\":{\"operationId\":\"test.Service.Get\"");
  }

  // --- what goes wrong

  @Test
  void whatTheFunctionRefusesIsItsTextAlone() throws Exception {
    for (var failure :
        List.of(
            new Failure.Refused("no \"way\", é"),
            new Failure.UserFunctionFailed("no \"way\", é"))) {
      // Given
      router.fails(failure);
      // When
      var response = send(request("/things/a"));
      // Then
      router.next();
      assertThat(response.statusCode()).isEqualTo(500);
      assertThat(response.headers().firstValue("content-type"))
          .contains("text/plain; charset=UTF-8");
      assertThat(response.body()).isEqualTo("no \"way\", é");
    }
  }

  static Stream<Arguments> failures() {
    return Stream.of(
        Arguments.of(new Failure.BadCall("x"), 400, Status.Code.INVALID_ARGUMENT),
        Arguments.of(new Failure.NotServed("x"), 501, Status.Code.UNIMPLEMENTED),
        Arguments.of(new Failure.BadReply("x"), 500, Status.Code.INTERNAL),
        Arguments.of(new Failure.UserFunctionUnavailable("x"), 503, Status.Code.UNAVAILABLE),
        Arguments.of(new Failure.StorageFailed("x"), 503, Status.Code.UNAVAILABLE),
        Arguments.of(new Failure.NotReplicated("x"), 500, Status.Code.UNKNOWN),
        Arguments.of(new Failure.NodeLost("x"), 503, Status.Code.UNAVAILABLE),
        Arguments.of(new Failure.EntityMoves("x"), 503, Status.Code.UNAVAILABLE),
        Arguments.of(new Failure.Overloaded("x"), 429, Status.Code.RESOURCE_EXHAUSTED),
        Arguments.of(new Failure.TooLarge("x"), 413, Status.Code.RESOURCE_EXHAUSTED),
        Arguments.of(new Failure.TimedOut("x"), 504, Status.Code.DEADLINE_EXCEEDED),
        Arguments.of(new Failure.Misrouted("x"), 500, Status.Code.INTERNAL),
        refused(1, 499, Status.Code.CANCELLED),
        refused(2, 500, Status.Code.UNKNOWN),
        refused(3, 400, Status.Code.INVALID_ARGUMENT),
        refused(4, 504, Status.Code.DEADLINE_EXCEEDED),
        refused(5, 404, Status.Code.NOT_FOUND),
        refused(6, 409, Status.Code.ALREADY_EXISTS),
        refused(7, 403, Status.Code.PERMISSION_DENIED),
        refused(8, 429, Status.Code.RESOURCE_EXHAUSTED),
        refused(9, 400, Status.Code.FAILED_PRECONDITION),
        refused(10, 409, Status.Code.ABORTED),
        refused(11, 400, Status.Code.OUT_OF_RANGE),
        refused(12, 501, Status.Code.UNIMPLEMENTED),
        refused(13, 500, Status.Code.INTERNAL),
        refused(14, 503, Status.Code.UNAVAILABLE),
        refused(15, 500, Status.Code.DATA_LOSS),
        refused(16, 401, Status.Code.UNAUTHENTICATED));
  }

  private static Arguments refused(int code, int httpStatus, Status.Code name) {
    return Arguments.of(new Failure.RefusedWithStatus(code, "x"), httpStatus, name);
  }

  @ParameterizedTest
  @MethodSource("failures")
  void eachFailureHasItsStatusAndSaysWhatItIs(Failure failure, int httpStatus, Status.Code code)
      throws Exception {
    // Given
    router.fails(failure);
    // When
    var response = send(request("/things/a"));
    // Then
    router.next();
    assertThat(response.statusCode()).isEqualTo(httpStatus);
    assertThat(response.headers().firstValue("content-type")).contains("application/json");
    assertThat(response.body())
        .isEqualTo(
            "{\"code\":%d,\"status\":\"%s\",\"message\":\"x\"}".formatted(code.value(), code));
    assertThat(response.headers().firstValue("retry-after").isPresent())
        .isEqualTo(httpStatus == 429 || httpStatus == 503);
  }

  @Test
  void aCallWithoutReplyIsAnError() throws Exception {
    router.answers(new Outcome.Completed());
    var response = send(request("/things/a"));
    router.next();
    assertThat(response.statusCode()).isEqualTo(500);
    assertThat(response.body()).contains("ended the call of test.Service.Get without a reply");
  }

  @Test
  void aReplyThatIsNoMessageIsAnError() throws Exception {
    router.answers(
        new Outcome.Replied(new Payload("", ByteString.copyFromUtf8("\u0007")), Metadata.EMPTY));
    var response = send(request("/things/a"));
    router.next();
    assertThat(response.statusCode()).isEqualTo(500);
    assertThat(response.body()).contains("cannot be shown as JSON");
  }

  @Test
  void aBadRequestSaysWhatIsBadAndKeepsItsConnection() throws Exception {
    try (var socket = new Socket("localhost", ingress.port())) {
      // When
      var bad = exchange(socket, "GET /things/a?nothing=1 HTTP/1.1");
      var good = exchange(socket, "GET /things/a HTTP/1.1");
      // Then
      assertThat(bad)
          .startsWith("HTTP/1.1 400")
          .contains("query parameter [nothing]: unknown field of test.Request");
      assertThat(good).startsWith("HTTP/1.1 200");
      router.next();
    }
  }

  @Test
  void aBodyOverTheLimitIsRefused() throws Exception {
    for (var path : List.of("/test.Service/Generated", "/collect", "/chat")) {
      // When
      var response = send(post(path, "{\"id\":\"" + "a".repeat(MAX_REQUEST_BYTES) + "\"}"));
      // Then
      assertThat(response.statusCode()).isEqualTo(413);
      assertThat(response.body())
          .contains("\"status\":\"RESOURCE_EXHAUSTED\"")
          .contains("1000 bytes");
    }
    assertThat(router.nextStream().awaitCancel()).isTrue();
    assertThat(router.nextStream().awaitCancel()).isTrue();
    assertThat(router.isUntouched()).isTrue();
  }

  @Test
  void aCallThatTakesTooLongEndsAndWhoWorksOnItIsTold() throws Exception {
    // Given
    router.does(routed -> {});
    // When
    var response = send(request("/things/a").header("grpc-timeout", "100m"));
    // Then
    assertThat(response.statusCode()).isEqualTo(504);
    assertThat(response.body()).contains("no answer within 100 ms");
    var call = router.next().call();
    await().untilAsserted(() -> assertThat(call.isAbandoned().getAsBoolean()).isTrue());
  }

  @Test
  @SuppressWarnings("try") // closing it is what happens
  void aClientThatGoesAwayAbandonsItsCall() throws Exception {
    // Given
    router.does(routed -> {});
    try (var socket = new Socket("localhost", ingress.port())) {
      socket.getOutputStream().write(head("GET /things/a HTTP/1.1"));
      var call = router.next().call();
      assertThat(call.isAbandoned().getAsBoolean()).isFalse();
      // When
      socket.close();
      // Then
      await().untilAsserted(() -> assertThat(call.isAbandoned().getAsBoolean()).isTrue());
    }
  }

  @Test
  void callsOverTheLimitAreToldToComeBack() throws Exception {
    // Given
    router.does(routed -> {});
    var running =
        Stream.generate(
                () -> client.sendAsync(request("/things/a").build(), BodyHandlers.ofString()))
            .limit(4)
            .toList();
    var routed = List.of(router.next(), router.next(), router.next(), router.next());
    // When
    var response = send(request("/things/a"));
    // Then
    assertThat(response.statusCode()).isEqualTo(429);
    assertThat(response.headers().firstValue("retry-after")).contains("1");
    assertThat(response.body()).contains("calls under way on this node");
    routed.forEach(FakeRouter.Routed::echo);
    for (var each : running) {
      assertThat(each.get(20, TimeUnit.SECONDS).statusCode()).isEqualTo(200);
    }
  }

  // --- streams

  @Test
  void repliesAreLinesOfJson() throws Exception {
    // When
    var response = open(request("/watch/a"));
    var stream = router.nextStream();
    stream.reply(message("message: 'one'"), metadata("x-first", "1"));
    // Then
    try (var lines = lines(response)) {
      assertThat(response.get(20, TimeUnit.SECONDS).headers().firstValue("content-type"))
          .contains("application/json");
      assertThat(response.get().headers().firstValue("x-first")).contains("1");
      assertThat(lines.readLine()).isEqualTo("{\"message\":\"one\",\"number\":\"0\"}");
      stream.reply(message("message: 'two'"));
      assertThat(lines.readLine()).isEqualTo("{\"message\":\"two\",\"number\":\"0\"}");
      stream.listener().onCompleted();
      assertThat(lines.readLine()).isNull();
    }
    assertThat(stream.call().payload()).isEqualTo(payload("id: 'a'"));
  }

  @Test
  void aFailureIsTheLastLine() throws Exception {
    // When
    var response = open(request("/watch/a").header("accept", "application/x-ndjson"));
    var stream = router.nextStream();
    stream.reply(message("message: 'one'"));
    stream.listener().onFailed(new Failure.Refused("no"));
    // Then
    try (var lines = lines(response)) {
      assertThat(response.get().headers().firstValue("content-type"))
          .contains("application/x-ndjson");
      lines.readLine();
      assertThat(lines.readLine())
          .isEqualTo("{\"error\":{\"code\":2,\"status\":\"UNKNOWN\",\"message\":\"no\"}}");
      assertThat(lines.readLine()).isNull();
    }
  }

  @Test
  void repliesAndFailuresAreEventsToThoseWhoWantThem() throws Exception {
    // When
    var response = open(request("/watch/a").header("accept", "text/event-stream"));
    var stream = router.nextStream();
    stream.reply(message("message: 'one'"));
    stream.listener().onFailed(new Failure.TimedOut("late"));
    // Then
    try (var lines = lines(response)) {
      assertThat(response.get().headers().firstValue("content-type")).contains("text/event-stream");
      assertThat(lines.lines())
          .containsExactly(
              "data: {\"message\":\"one\",\"number\":\"0\"}",
              "",
              "event: error",
              "data: {\"code\":4,\"status\":\"DEADLINE_EXCEEDED\",\"message\":\"late\"}",
              "");
    }
  }

  @Test
  void aStreamThatFailsAtOnceHasTheStatusOfTheFailure() throws Exception {
    // When
    var response = open(request("/watch/a"));
    router.nextStream().listener().onFailed(new Failure.Refused("no"));
    // Then
    assertThat(response.get(20, TimeUnit.SECONDS).statusCode()).isEqualTo(500);
    assertThat(lines(response).lines()).containsExactly("no");
  }

  @Test
  void anEmptyStreamIsAnEmptyBody() throws Exception {
    // When
    var response = open(request("/watch/a"));
    router.nextStream().listener().onCompleted();
    // Then
    assertThat(response.get(20, TimeUnit.SECONDS).statusCode()).isEqualTo(200);
    assertThat(lines(response).lines()).isEmpty();
  }

  @Test
  void rawStreamsHaveTheTypeTheirFirstReplySays() throws Exception {
    // When
    var response = open(request("/tail/a"));
    var stream = router.nextStream();
    stream.reply(
        HttpBody.newBuilder()
            .setContentType("text/plain")
            .setData(ByteString.copyFromUtf8("one\n"))
            .build()
            .toByteArray(),
        metadata("Content-Type", "text/csv"));
    stream.reply(
        HttpBody.newBuilder().setData(ByteString.copyFromUtf8("two\n")).build().toByteArray());
    stream.listener().onCompleted();
    // Then
    assertThat(response.get(20, TimeUnit.SECONDS).headers().firstValue("content-type"))
        .contains("text/csv");
    assertThat(lines(response).lines()).containsExactly("one", "two");
  }

  @Test
  void aRawStreamThatFailsIsCutOff() throws Exception {
    // When
    var response = open(request("/tail/a"));
    var stream = router.nextStream();
    stream.reply(
        HttpBody.newBuilder().setData(ByteString.copyFromUtf8("one\n")).build().toByteArray());
    var lines = lines(response);
    assertThat(lines.readLine()).isEqualTo("one");
    stream.listener().onFailed(new Failure.Refused("no"));
    // Then
    assertThatThrownBy(lines::readLine).isInstanceOf(IOException.class);
  }

  @Test
  void theOneMessageIsAllTheInputOfAMethodThatStreamsRequests() throws Exception {
    // When
    var response =
        client.sendAsync(post("/collect", "{\"id\":\"a\"}").build(), BodyHandlers.ofString());
    var stream = router.nextStream();
    // Then
    assertThat(stream.hasRequest()).isFalse();
    assertThat(stream.call().payload()).isEqualTo(Payload.NONE);
    assertThat(stream.nextRequest()).isEqualTo(payload("id: 'a'").value().toByteArray());
    assertThat(stream.awaitHalfClose()).isTrue();
    stream.reply(message("message: 'all'"), metadata("x-first", "1"));
    stream.listener().onCompleted();
    assertThat(response.get(20, TimeUnit.SECONDS).body())
        .isEqualTo("{\"message\":\"all\",\"number\":\"0\"}");
    assertThat(response.get().headers().firstValue("x-first")).contains("1");
  }

  @Test
  void aBadMessageEndsAStreamOfRequests() throws Exception {
    // When
    var response = client.sendAsync(post("/collect", "{").build(), BodyHandlers.ofString());
    // Then
    assertThat(router.nextStream().awaitCancel()).isTrue();
    assertThat(response.get(20, TimeUnit.SECONDS).statusCode()).isEqualTo(400);
  }

  @Test
  void oneMessageMayHaveManyReplies() throws Exception {
    // When
    var response = open(post("/chat", "{\"id\":\"a\"}"));
    var stream = router.nextStream();
    stream.nextRequest();
    stream.reply(message("number: 1"));
    stream.reply(message("number: 2"));
    stream.listener().onCompleted();
    // Then
    assertThat(lines(response).lines()).hasSize(2);
  }

  @Test
  @SuppressWarnings("try") // closing it is what happens
  void aClientThatDoesNotReadIsNotWrittenTo() throws Exception {
    try (var socket = new Socket("localhost", ingress.port())) {
      // Given
      socket.setReceiveBufferSize(4096);
      socket.getOutputStream().write(head("GET /watch/a HTTP/1.1"));
      var stream = router.nextStream();
      var large = message("message: '" + "x".repeat(100_000) + "'");
      // When
      var sent = 0;
      var idle = 0;
      while (idle < 20 && sent < 1_000) {
        if (stream.requestedReplies() > sent) {
          stream.reply(large);
          sent++;
          idle = 0;
        } else {
          idle++;
          await().pollDelay(Duration.ofMillis(20)).until(() -> true);
        }
      }
      // Then
      assertThat(sent).isLessThan(1_000);
      socket.close();
      assertThat(stream.awaitCancel()).isTrue();
    }
  }

  // --- the words above

  private static HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create("http://localhost:" + ingress.port() + path));
  }

  private static HttpRequest.Builder post(String path, String json) {
    return request(path).header("content-type", "application/json").POST(body(json));
  }

  private static HttpRequest.BodyPublisher body(String text) {
    return BodyPublishers.ofString(text);
  }

  private static HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
    return client.send(request.build(), BodyHandlers.ofString());
  }

  private static CompletableFuture<HttpResponse<InputStream>> open(HttpRequest.Builder request) {
    return client.sendAsync(request.build(), BodyHandlers.ofInputStream());
  }

  private static BufferedReader lines(CompletableFuture<HttpResponse<InputStream>> response)
      throws Exception {
    return new BufferedReader(
        new InputStreamReader(response.get(20, TimeUnit.SECONDS).body(), StandardCharsets.UTF_8));
  }

  /** A request as it is written here, on a connection of its own. */
  private static String raw(String requestLine) throws Exception {
    try (var socket = new Socket("localhost", ingress.port())) {
      return exchange(socket, requestLine);
    }
  }

  private static String exchange(Socket socket, String requestLine) throws Exception {
    socket.getOutputStream().write(head(requestLine));
    var in = socket.getInputStream();
    var response = new StringBuilder();
    while (response.indexOf("\r\n\r\n") < 0) {
      response.append((char) in.read());
    }
    var length =
        response
            .toString()
            .lines()
            .filter(line -> line.startsWith("content-length: "))
            .mapToInt(line -> Integer.parseInt(line.substring(16)))
            .findFirst()
            .orElse(0);
    return response + new String(in.readNBytes(length), StandardCharsets.UTF_8);
  }

  private static byte[] head(String requestLine) {
    return (requestLine + "\r\nHost: localhost\r\n\r\n").getBytes(StandardCharsets.US_ASCII);
  }

  private static Outcome replied(String text) {
    return new Outcome.Replied(new Payload("", ByteString.copyFrom(message(text))), Metadata.EMPTY);
  }

  private static byte[] message(String text) {
    return bytes("Response", text);
  }

  private static Payload payload(String text) {
    return new Payload(
        "type.googleapis.com/test.Request", ByteString.copyFrom(bytes("Request", text)));
  }

  private static byte[] bytes(String type, String text) {
    try {
      var message = DynamicMessage.newBuilder(FILE.findMessageTypeByName(type));
      TextFormat.merge(text, message);
      return message.build().toByteArray();
    } catch (TextFormat.ParseException e) {
      throw new AssertionError(text, e);
    }
  }

  private static Metadata metadata(String key, String value) {
    return new Metadata(List.of(new Entry.Text(key, value)));
  }
}
