package io.cloudstate.bench.cluster;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** On the port is a script of what two nodes answer: entities with an even number live here. */
class ClusterTest {

  private static final String HERE = "akka://cloudstate@127.0.0.1:1001";
  private static final String ELSEWHERE = "akka://cloudstate@127.0.0.1:1002";
  private static final String EVEN = shards("\"0\":5", "\"1\":5");
  private static final int UNSETTLED_LOOKS = 3;
  private static final long START_MILLIS = 20_000;

  private final AtomicInteger notReady = new AtomicInteger(2);
  private final AtomicInteger looks = new AtomicInteger();
  private volatile String shards = EVEN;
  private HttpServer server;
  private Cluster cluster;

  @BeforeAll
  static void answerAtOnce() {
    System.setProperty("sun.net.httpserver.nodelay", "true"); // else 40 ms for each
  }

  @BeforeEach
  void start() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", this::answer);
    server.start();
    var port = server.getAddress().getPort();
    cluster = new Cluster(List.of(port, port), List.of());
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  @Test
  void entitiesAreToldApartByWhereTheyLiveAfterShardsCameToRest() throws InterruptedException {
    cluster.awaitSettled(START_MILLIS);
    assertThat(looks).hasValueGreaterThan(UNSETTLED_LOOKS);
    assertThat(cluster.keys(3, Home.ANYWHERE)).containsExactly("placed-0", "placed-1", "placed-2");
    assertThat(cluster.keys(3, Home.HERE)).containsExactly("placed-0", "placed-2", "placed-4");
    assertThat(cluster.keys(2, Home.ELSEWHERE)).containsExactly("placed-1", "placed-3");
  }

  @Test
  void aShardThatHasMovedIsSeen() throws InterruptedException {
    cluster.awaitSettled(START_MILLIS);
    assertThat(cluster.isAsSettled()).isTrue();
    shards = shards("\"1\":5", "\"0\":5");
    assertThat(cluster.isAsSettled()).isFalse();
  }

  @Test
  void nodesThatDoNotBecomeReadyAreAFailure() {
    notReady.set(Integer.MAX_VALUE);
    assertThatIllegalStateException()
        .isThrownBy(() -> cluster.awaitSettled(1))
        .withMessage("the cluster has no ready nodes, all of them with shards to come after 1 ms");
  }

  private void answer(HttpExchange exchange) throws IOException {
    var path = exchange.getRequestURI().getPath();
    var isReady = !path.equals("/ready") || notReady.getAndDecrement() <= 0;
    var body = isReady ? body(path).getBytes(UTF_8) : new byte[0];
    exchange.sendResponseHeaders(isReady ? 200 : 500, isReady ? body.length : -1);
    if (isReady) {
      exchange.getResponseBody().write(body);
    }
    exchange.close();
  }

  private String body(String path) {
    if (path.equals("/ready")) {
      return "OK";
    } else if (path.equals("/admin/members")) {
      return "{\"self\":\"%s\",\"nodes\":[]}".formatted(HERE);
    } else if (path.equals("/admin/entities")) {
      var isSettled = looks.incrementAndGet() > UNSETTLED_LOOKS;
      return isSettled ? shards : shards("\"0\":5,\"1\":5", "");
    }
    var number = Integer.parseInt(path.replaceFirst("/admin/entities/counter/[a-z]+-", ""));
    return "{\"type\":\"counter\",\"isLoaded\":false,\"node\":\"%s\"}"
        .formatted(number % 2 == 0 ? HERE : ELSEWHERE);
  }

  private static String shards(String here, String elsewhere) {
    return "{\"counter\":{\"%s\":{%s},\"%s\":{%s}}}".formatted(HERE, here, ELSEWHERE, elsewhere);
  }
}
