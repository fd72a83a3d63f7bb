package io.cloudstate.proxy;

import static io.cloudstate.proxy.testing.TckModel.out;
import static io.cloudstate.proxy.testing.TckModel.reply;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.cloudstate.proxy.cluster.RemotingUnusable;
import io.cloudstate.proxy.testing.AppendingClient;
import io.cloudstate.proxy.testing.AppendingFunction;
import io.cloudstate.proxy.testing.FakeUserFunction;
import io.cloudstate.proxy.testing.ManagementPort;
import io.cloudstate.proxy.testing.ManagementPort.Answer;
import io.cloudstate.proxy.testing.TckModel;
import io.cloudstate.proxy.testing.TestProxy;
import io.cloudstate.tck.model.EventSourcedTckModelGrpc;
import io.cloudstate.tck.model.Eventsourced.Request;
import io.cloudstate.testing.FreePort;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** The management port of a node that is alone: health, and being drained. */
class ManagementIT {

  private static final String HOST = "127.0.0.1";

  @Test
  void nodeIsAliveBeforeItsFunctionAndReadyWithIt() {
    // Given
    var functionPort = FreePort.find();
    var port = FreePort.find();
    var management = new ManagementPort(HOST, port);
    try (var proxy = start(functionPort, port)) {
      // When
      await().until(() -> management.get("/alive").status() == 200);
      // Then
      await()
          .untilAsserted(
              () ->
                  assertThat(management.get("/ready"))
                      .isEqualTo(
                          new Answer(
                              500,
                              "Not Healthy: discovery: nothing is served yet; link: no user"
                                  + " function at 127.0.0.1:"
                                  + functionPort)));
      assertThat(management.get("/alive")).isEqualTo(new Answer(200, "OK"));

      try (var function = FakeUserFunction.start(functionPort, TckModel.spec())) {
        await().untilAsserted(() -> assertThat(management.get("/ready").body()).isEqualTo("OK"));
        assertThat(proxy.isOnline()).isTrue();
        assertThat(management.get("/health"))
            .isEqualTo(
                new Answer(
                    200,
                    """
                    {"ready":{"isHealthy":true,"parts":{"membership":"ok","discovery":"ok",\
                    "link":"ok","store":"ok","eventing":"ok"}},\
                    "alive":{"isHealthy":true,"parts":{"membership":"ok"}}}"""));
        assertThat(function.hasFurtherReport()).isFalse();
      }
      await()
          .untilAsserted(
              () ->
                  assertThat(management.get("/ready").body())
                      .isEqualTo(
                          "Not Healthy: link: no user function at 127.0.0.1:" + functionPort));
      assertThat(management.get("/alive").status()).isEqualTo(200);
    }
  }

  @Test
  void drainEndsWhenTheCallsHaveAndIsNotForBrowsers() throws Exception {
    // Given
    var port = FreePort.find();
    var management = new ManagementPort(HOST, port);
    try (var function = FakeUserFunction.start(TckModel.spec());
        var proxy = start(function.port(), port)) {
      var channel = proxy.connect();
      var request = Request.newBuilder().setId("one").build();
      var call = EventSourcedTckModelGrpc.newFutureStub(channel).process(request);
      var stream = function.nextStream();
      stream.next();
      stream.nextCommand();
      // When
      assertThat(management.post("/drain", "Origin", "http://elsewhere").join().status())
          .isEqualTo(403);
      assertThat(management.get("/ready").status()).isEqualTo(200);
      var drained = management.post("/drain");
      // Then
      await()
          .untilAsserted(
              () ->
                  assertThat(management.get("/ready"))
                      .isEqualTo(new Answer(500, "Not Healthy: proxy: stopping")));
      assertThat(management.get("/alive").status()).isEqualTo(200);
      assertThat(drained).isNotDone();
      stream.send(out(reply(1, "done")));
      assertThat(call.get(20, TimeUnit.SECONDS).getMessage()).isEqualTo("done");
      stream.awaitEnd();
      stream.complete();
      assertThat(drained)
          .succeedsWithin(Duration.ofSeconds(20))
          .isEqualTo(new Answer(200, "Drained"));
      channel.shutdownNow();
    }
  }

  @Test
  void moreEntitiesThanMayBeLoadedUnloadThoseThatWereNotCalledForLongest() {
    // Given
    var port = FreePort.find();
    var management = new ManagementPort(HOST, port);
    var limits =
        Map.of(
            "management.port", Integer.toString(port),
            "number-of-shards", "1",
            "max-loaded-entities", "3");
    try (var function = AppendingFunction.start();
        var proxy = TestProxy.start(function.port(), limits);
        var client = new AppendingClient(proxy.port())) {
      // When
      for (var entity = 0; entity < 10; entity++) {
        client.append("entity-" + entity, "text");
      }
      // Then
      await()
          .untilAsserted(
              () ->
                  assertThat(management.get("/admin/entities").body())
                      .contains("\"lists\":{\"akka://cloudstate@127.0.0.1:")
                      .contains("\":{\"0\":3}}"));
      assertThat(client.append("entity-0", "again")).isEqualTo(2);
      assertThat(function.violations()).isEmpty();
    }
  }

  @Test
  void portThatIsTakenIsNoReasonForANodeThatIsAloneToEnd() throws Exception {
    try (var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        var function = FakeUserFunction.start(TckModel.spec());
        var proxy = start(function.port(), taken.getLocalPort())) {
      assertThat(proxy.port()).isPositive();
    }
  }

  @Test
  void remotingPortThatIsTakenIsNamedWithWhatToDo() throws Exception {
    try (var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      var port = Integer.toString(taken.getLocalPort());
      var settings =
          Map.of(
              "cluster.seed-nodes",
              HOST + ":" + port,
              "cluster.remoting-host",
              HOST,
              "cluster.remoting-port",
              port);
      assertThatThrownBy(() -> TestProxy.start(1, settings))
          .isInstanceOf(RemotingUnusable.class)
          .hasMessageStartingWith(
              "other nodes cannot reach this one at %s, port %s: ".formatted(HOST, port))
          .hasMessageContaining("Address already in use")
          .hasMessageContaining("cluster.remoting-port")
          .hasMessageContaining("REMOTING_PORT");
    }
  }

  private static TestProxy start(int functionPort, int managementPort) {
    return TestProxy.start(
        functionPort,
        Map.of("management.port", Integer.toString(managementPort), "store", "in-memory"));
  }
}
