package io.cloudstate.proxy.ingress;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.cloudstate.proxy.config.ProxySettings.ClientAuth;
import io.cloudstate.proxy.config.ProxySettings.Connections;
import io.cloudstate.proxy.config.ProxySettings.Cors;
import io.cloudstate.proxy.config.ProxySettings.Serving;
import io.cloudstate.proxy.config.ProxySettings.Tls;
import io.cloudstate.proxy.testing.CapturedLog;
import io.cloudstate.proxy.testing.TestEventLoops;
import io.cloudstate.proxy.testing.TlsFiles;
import io.grpc.CallOptions;
import io.grpc.Metadata;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What one connection may do, and that the others go on. */
class ConnectionLimitsTest {

  private static final String ADD_ITEM = TestCatalogs.CART + "/AddItem";
  private static final byte[] MESSAGE = {10, 1, 65};
  private static final Duration FIRST_REQUEST_TIMEOUT = Duration.ofMillis(300);
  private static final int MAX_HEADER_BYTES = 4 * 1024;
  private static final int MAX_RESETS_PER_SECOND = 10;
  private static final int MAX_CONTROL_FRAMES = 100;

  private @Nullable CapturedLog log;
  private @Nullable Ingress running;
  private @Nullable RawClient other;

  @BeforeEach
  void watchTheLog() {
    log = CapturedLog.ofServing();
  }

  @AfterEach
  void nothingIsLoggedAndOthersGoOn() throws Exception {
    try (var lines = Objects.requireNonNull(log);
        var client = other == null ? new RawClient(ingress().port()) : other) {
      assertThat(client.call(ADD_ITEM, MESSAGE).onlyMessage()).isEqualTo(MESSAGE);
      // How many connections were dropped is told once in a while, maybe in a later test.
      assertThat(lines.lines()).allMatch(line -> line.startsWith("WARN Dropped "));
    } finally {
      ingress().stop();
    }
  }

  static Stream<Arguments> floods() {
    return Stream.of(
        Arguments.of("pings", RawHttp2.PING, RawHttp2.NO_FLAGS, new byte[8]),
        Arguments.of("answers to no ping", RawHttp2.PING, RawHttp2.ACK, new byte[8]),
        Arguments.of("settings", RawHttp2.SETTINGS, RawHttp2.NO_FLAGS, new byte[0]),
        Arguments.of("priorities", RawHttp2.PRIORITY, RawHttp2.NO_FLAGS, new byte[5]),
        Arguments.of("unknown frames", RawHttp2.UNKNOWN, RawHttp2.NO_FLAGS, new byte[3]),
        Arguments.of("small windows", RawHttp2.WINDOW_UPDATE, 0, new byte[] {0, 0, 0, 1}));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("floods")
  void aFloodOfFramesThatCarryNothingEndsItsConnection(
      String name, int type, int flags, byte[] payload) throws Exception {
    // Given
    serve(usual());
    try (var attacker = RawHttp2.connect(ingress().port())) {
      attacker.awaitFrame(RawHttp2.SETTINGS, 0);
      // When
      var stream = type == RawHttp2.PRIORITY ? 1 : 0;
      flood(
          attacker,
          () -> {
            for (var i = 0; i < MAX_CONTROL_FRAMES * 3; i++) {
              attacker.write(type, flags, stream, payload);
            }
          });
      // Then
      assertThat(attacker.awaitEnd()).isIn(RawHttp2.ENHANCE_YOUR_CALM, -1);
    }
  }

  @Test
  void whoStaysBelowTheBoundGoesOn() throws Exception {
    // Given
    serve(usual());
    try (var client = RawHttp2.connect(ingress().port())) {
      // When
      for (var i = 0; i < MAX_CONTROL_FRAMES / 2; i++) {
        client.write(RawHttp2.PING, RawHttp2.NO_FLAGS, 0, new byte[8]);
      }
      client.write(RawHttp2.PING, RawHttp2.NO_FLAGS, 0, new byte[] {1, 2, 3, 4, 5, 6, 7, 8});
      client.flush();
      // Then
      var answer = client.awaitFrame(RawHttp2.PING, 0);
      for (var i = 0; i < MAX_CONTROL_FRAMES / 2; i++) {
        answer = client.awaitFrame(RawHttp2.PING, 0);
      }
      assertThat(answer).containsExactly(1, 2, 3, 4, 5, 6, 7, 8);
    }
  }

  @Test
  void rapidResetsEndTheirConnection() throws Exception {
    // Given
    serve(usual());
    var call = RawHttp2.call("/" + ADD_ITEM);
    try (var attacker = RawHttp2.connect(ingress().port())) {
      // When
      flood(
          attacker,
          () -> {
            for (var i = 0; i < MAX_RESETS_PER_SECOND * 20; i++) {
              var stream = 2 * i + 1;
              attacker.write(RawHttp2.HEADERS, RawHttp2.END_HEADERS, stream, call);
              attacker.write(
                  RawHttp2.RST_STREAM, RawHttp2.NO_FLAGS, stream, new byte[] {0, 0, 0, 8});
            }
          });
      // Then
      assertThat(attacker.awaitEnd()).isIn(RawHttp2.ENHANCE_YOUR_CALM, -1);
    }
  }

  @Test
  void endlessHeadersEndTheirConnection() throws Exception {
    // Given
    serve(usual());
    try (var attacker = RawHttp2.connect(ingress().port())) {
      // When
      flood(
          attacker,
          () -> {
            attacker.write(RawHttp2.HEADERS, RawHttp2.NO_FLAGS, 1, RawHttp2.call("/" + ADD_ITEM));
            for (var i = 0; i < 10_000; i++) {
              attacker.write(
                  RawHttp2.CONTINUATION, RawHttp2.NO_FLAGS, 1, new byte[] {0, 1, 'a', 1, 'b'});
            }
          });
      // Then
      assertThat(attacker.awaitEnd()).isNotEqualTo(RawHttp2.NO_ERROR);
    }
  }

  @Test
  void largeHeadersFailTheirCallAlone() throws Exception {
    // Given
    serve(usual());
    var client = client();
    var large = new Metadata();
    large.put(
        Metadata.Key.of("x-large", Metadata.ASCII_STRING_MARSHALLER), "x".repeat(MAX_HEADER_BYTES));
    // When
    var refused = RawClient.result(client.start(ADD_ITEM, CallOptions.DEFAULT, large, MESSAGE));
    // Then
    assertThat(refused.status().isOk()).isFalse();
    assertThat(client.call(ADD_ITEM, MESSAGE).onlyMessage()).isEqualTo(MESSAGE);
  }

  @Test
  void largeHeadersOverHttp1AreRefused() throws Exception {
    serve(usual());
    try (var socket = connect()) {
      send(socket, "GET / HTTP/1.1\r\nHost: a\r\nX: " + "x".repeat(MAX_HEADER_BYTES) + "\r\n\r\n");
      assertThat(new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII))
          .startsWith("HTTP/1.1 431");
    }
  }

  @Test
  @SuppressWarnings("try") // one goes away before the end
  void connectionsOverTheBoundAreClosedAtOnce() throws Exception {
    // Given
    serve(connections(3, Duration.ofHours(1), Duration.ofHours(1), Duration.ZERO));
    client().call(ADD_ITEM, MESSAGE);
    try (var second = connect();
        var third = connect();
        var fourth = connect()) {
      // When, Then
      assertCut(fourth);
      second.close();
      await()
          .atMost(Duration.ofSeconds(20))
          .ignoreExceptions()
          .until(
              () -> {
                try (var fifth = connect()) {
                  send(fifth, "GET / HTTP/1.1\r\nHost: a\r\n\r\n");
                  return fifth.getInputStream().read() == 'H';
                }
              });
      assertThat(third.isConnected()).isTrue();
    }
  }

  static Stream<Arguments> slowClients() {
    return Stream.of(
        Arguments.of("nothing", ""),
        Arguments.of("a part of a first line", "GE"),
        Arguments.of("a part of headers", "GET / HTTP/1.1\r\nHost: a\r\nX-A: "),
        Arguments.of("a part of HTTP/2's preface", "PRI * HTTP/2.0\r\n"),
        Arguments.of("no settings", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("slowClients")
  void whoTakesTooLongToGetToARequestIsCutOff(String name, String sent) throws Exception {
    serve(usual());
    try (var socket = connect()) {
      send(socket, sent);
      assertCut(socket);
    }
  }

  @Test
  void whoTakesTooLongToStartTlsIsCutOff(@TempDir Path directory) throws Exception {
    // Given
    serve(usual());
    var files = TlsFiles.in(directory, "server", "localhost");
    var tls =
        new Tls(files.certificate(), files.key(), ClientAuth.NONE, Optional.empty(), Duration.ZERO);
    var encrypted =
        new Ingress(
            serving(usual(), Optional.of(tls)),
            Duration.ofSeconds(10),
            TestEventLoops.SHARED,
            new FakeRouter());
    encrypted.start(TestCatalogs.cart()).toCompletableFuture().get(20, TimeUnit.SECONDS);
    try (var socket = new Socket("localhost", encrypted.port())) {
      socket.setSoTimeout(20_000);
      // When, Then
      assertCut(socket);
    } finally {
      encrypted.stop();
    }
  }

  @Test
  void whoHasAskedOnceMayWait() throws Exception {
    // Given
    serve(usual());
    try (var http1 = connect();
        var http2 = RawHttp2.connect(ingress().port())) {
      send(http1, "GET / HTTP/1.1\r\nHost: a\r\n\r\n");
      assertThat(http1.getInputStream().read()).isEqualTo('H');
      http2.awaitFrame(RawHttp2.SETTINGS, 0);
      // When: others that came later have been cut off
      try (var later = connect()) {
        assertCut(later);
      }
      // Then
      send(http1, "GET / HTTP/1.1\r\nHost: a\r\n\r\n");
      var answers = new ArrayList<Integer>();
      while (answers.stream().filter(c -> c == 'H').count() < 1) {
        answers.add(http1.getInputStream().read());
        assertThat(answers).doesNotContain(-1);
      }
      http2.write(RawHttp2.PING, RawHttp2.NO_FLAGS, 0, new byte[8]).flush();
      assertThat(http2.awaitFrame(RawHttp2.PING, 0)).hasSize(8);
    }
  }

  @Test
  void idleConnectionsAreClosed() throws Exception {
    // Given
    serve(connections(100, Duration.ofMillis(300), Duration.ofHours(1), Duration.ZERO));
    try (var http1 = connect();
        var http2 = RawHttp2.connect(ingress().port())) {
      // When
      send(http1, "GET / HTTP/1.1\r\nHost: a\r\n\r\n");
      // Then
      http1.getInputStream().readAllBytes();
      assertThat(http2.awaitEnd()).isLessThanOrEqualTo(0);
    }
  }

  @Test
  void oldConnectionsAreClosedInOrder() throws Exception {
    // Given
    serve(connections(100, Duration.ofHours(1), Duration.ofHours(1), Duration.ofSeconds(1)));
    var client = client();
    // When: calls that go on for longer than a connection may
    var until = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(2500);
    while (System.nanoTime() < until) {
      // Then
      assertThat(client.call(ADD_ITEM, MESSAGE).onlyMessage()).isEqualTo(MESSAGE);
    }
    try (var http2 = RawHttp2.connect(ingress().port())) {
      assertThat(http2.awaitEnd()).isLessThanOrEqualTo(0);
    }
  }

  // --- the port and its clients

  private static void assertCut(Socket socket) throws IOException {
    try {
      socket.getInputStream().readAllBytes(); // ends when the connection does
    } catch (SocketException e) {
      assertThat(e).hasMessageContaining("reset");
    }
  }

  private interface Writes {
    void run() throws IOException;
  }

  /** Writes and flushes; the connection may end at any point of that. */
  private static void flood(RawHttp2 attacker, Writes writes) {
    try {
      writes.run();
      attacker.flush();
    } catch (IOException e) {
      assertThat(e).hasMessageMatching("(?i).*(reset|broken pipe|closed|aborted).*");
    }
  }

  private Connections usual() {
    return connections(100, Duration.ofHours(1), FIRST_REQUEST_TIMEOUT, Duration.ZERO);
  }

  private static Connections connections(
      int max, Duration idleTimeout, Duration firstRequestTimeout, Duration maxAge) {
    return new Connections(
        max,
        MAX_HEADER_BYTES,
        idleTimeout,
        firstRequestTimeout,
        maxAge,
        MAX_RESETS_PER_SECOND,
        MAX_CONTROL_FRAMES);
  }

  private void serve(Connections connections) throws Exception {
    var ingress =
        new Ingress(
            serving(connections, Optional.empty()),
            Duration.ofSeconds(10),
            TestEventLoops.SHARED,
            new FakeRouter());
    running = ingress;
    ingress.start(TestCatalogs.cart()).toCompletableFuture().get(20, TimeUnit.SECONDS);
  }

  private static Serving serving(Connections connections, Optional<Tls> tls) {
    return new Serving(
        "localhost", 0, 4_000_000, 1000, Duration.ofMillis(10), connections, tls, Cors.NONE);
  }

  private Ingress ingress() {
    return Objects.requireNonNull(running);
  }

  private RawClient client() {
    var client = new RawClient(ingress().port());
    other = client;
    return client;
  }

  private Socket connect() throws IOException {
    var socket = new Socket("localhost", ingress().port());
    socket.setSoTimeout(20_000);
    return socket;
  }

  private static void send(Socket socket, String text) throws IOException {
    socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
  }
}
