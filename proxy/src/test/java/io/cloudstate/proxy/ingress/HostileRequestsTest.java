package io.cloudstate.proxy.ingress;

import static org.assertj.core.api.Assertions.assertThat;

import io.cloudstate.proxy.config.ProxySettings;
import io.cloudstate.proxy.testing.CapturedLog;
import io.cloudstate.proxy.testing.Fuzzing;
import io.cloudstate.proxy.testing.TestEventLoops;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Whatever comes over a connection is answered without a 5xx, or cut, and nothing is logged. */
class HostileRequestsTest {

  private static final String CART = "/" + TestCatalogs.CART + "/AddItem";
  private static final Pattern SERVER_ERROR = Pattern.compile("HTTP/1\\.1 5(?!05)\\d\\d");

  private static final Ingress ingress =
      new Ingress(
          new ProxySettings.Serving("localhost", 0, 10_000, 1000, Duration.ofMillis(10)),
          Duration.ofMillis(200),
          TestEventLoops.SHARED,
          new FakeRouter());

  @BeforeAll
  static void start() throws Exception {
    ingress.start(TestCatalogs.cartAndActions()).toCompletableFuture().get(20, TimeUnit.SECONDS);
  }

  @AfterAll
  static void stop() {
    ingress.stop();
  }

  @Test
  void noRequestOverHttp1IsAnsweredByAServerErrorOrLogged() {
    var frames = WebFrames.of(new byte[] {10, 1, 65});
    try (var log = CapturedLog.ofServing()) {
      Fuzzing.check(
          List.of(
              request("application/grpc-web", frames),
              request("application/grpc-web-text", WebFrames.encoded(frames)),
              request("application/grpc", frames),
              "GET / HTTP/1.1\r\nHost: a\r\nK-Network-Probe: queue\r\n\r\n"
                  .getBytes(StandardCharsets.US_ASCII),
              ("OPTIONS " + CART + " HTTP/1.1\r\nHost: a\r\nOrigin: http://a\r\n\r\n")
                  .getBytes(StandardCharsets.US_ASCII)),
          (input, random) -> assertThat(answer(input)).doesNotContainPattern(SERVER_ERROR));
      assertThat(log.lines()).isEmpty();
    }
  }

  @Test
  void noFramesOfHttp2AreLogged() throws Exception {
    var call = new ByteArrayOutputStream();
    call.writeBytes(RawHttp2.call(CART));
    try (var log = CapturedLog.ofServing();
        var client = new RawClient(ingress.port())) {
      Fuzzing.check(
          List.of(call.toByteArray(), WebFrames.of(new byte[] {10, 1, 65}), new byte[8]),
          (input, random) -> {
            try (var connection = RawHttp2.connect(ingress.port())) {
              connection.write(RawHttp2.HEADERS, RawHttp2.END_HEADERS, 1, call.toByteArray());
              connection.write(random.nextInt(12), random.nextInt(64), random.nextInt(4), input);
              connection.flush();
            } catch (SocketException e) {
              assertThat(e).hasMessageMatching("(?i).*(reset|broken pipe|closed|aborted).*");
            }
          });
      assertThat(client.call(TestCatalogs.CART + "/AddItem", new byte[] {10}).onlyMessage())
          .containsExactly(10);
      assertThat(log.lines()).isEmpty();
    }
  }

  private static byte[] request(String type, byte[] body) {
    var request = new ByteArrayOutputStream();
    request.writeBytes(
        "POST %s HTTP/1.1\r\nHost: a\r\nContent-Type: %s\r\nContent-Length: %d\r\n\r\n"
            .formatted(CART, type, body.length)
            .getBytes(StandardCharsets.US_ASCII));
    request.writeBytes(body);
    return request.toByteArray();
  }

  private static String answer(byte[] request) throws IOException {
    try (var socket = new Socket("localhost", ingress.port())) {
      socket.setSoTimeout(20_000);
      socket.getOutputStream().write(request);
      socket.shutdownOutput();
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
    } catch (SocketException e) {
      return "cut";
    }
  }
}
