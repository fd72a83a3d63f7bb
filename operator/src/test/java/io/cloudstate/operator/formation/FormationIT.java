package io.cloudstate.operator.formation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.cloudstate.operator.apiserver.RealApiServer;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;

/**
 * Proxies find each other by a real API server, with the rights and the environment that the
 * operator gives them. Each is at an address of its own on this machine, as in a pod.
 */
@TestInstance(Lifecycle.PER_CLASS)
class FormationIT {

  private static final Duration LONG = Duration.ofSeconds(90);

  /** Of 127.0.0.0/8; no other test is there. */
  private static final String NETWORK = "127.0.85.";

  private static final String FUNCTION_HOST = NETWORK + 1;

  private record Running(RealApiServer server, KubernetesClient client, Program function) {}

  private final Path directory;
  private final List<ProxyPod> pods = new ArrayList<>();
  private final int managementPort = freePort();
  private final int remotingPort = freePort();
  private final int functionPort = freePort();
  private @Nullable Running running;

  FormationIT(@TempDir Path directory) {
    this.directory = directory;
  }

  /** One that nobody has at the function's address, and thereby at those of pods. */
  private static int freePort() {
    try (var socket = new ServerSocket(0, 1, InetAddress.getByName(FUNCTION_HOST))) {
      return socket.getLocalPort();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Started by the first test, so that each one tells why it is skipped. */
  private KubernetesClient client() {
    var known = running;
    if (known == null) {
      known = start();
      running = known;
    }
    return known.client();
  }

  private Running start() {
    Program.jar("proxy", "cloudstate-proxy.jar");
    var chat = Program.jar("samples/chat", "chat.jar");
    var server = RealApiServer.start();
    var environment = Map.of("HOST", FUNCTION_HOST, "PORT", Integer.toString(functionPort));
    var function = Program.start(chat, List.of(), environment, directory.resolve("function.log"));
    return new Running(server, server.client(), function);
  }

  @AfterEach
  void stopPods() {
    pods.forEach(ProxyPod::close);
    pods.clear();
  }

  @AfterAll
  void stop() {
    if (running != null) {
      running.function().close();
      running.client().close();
      running.server().close();
    }
  }

  /** The pods' addresses are in the order of their numbers. */
  private ProxyPod createPod(Deployed service, int number) {
    var place =
        new ProxyPod.Place(
            NETWORK + (number + 1), managementPort, remotingPort, FUNCTION_HOST, functionPort);
    var pod = ProxyPod.create(service, place, directory);
    pods.add(pod);
    return pod;
  }

  @Test
  void podsOfAFirstDeploymentFormOneClusterAndOneMoreJoinsIt() {
    // Given
    var service = Deployed.withRights(client(), "at-once", 3);
    // When
    var first = IntStream.of(2, 3, 4).mapToObj(number -> createPod(service, number)).toList();
    first.forEach(ProxyPod::run);
    // Then
    awaitOneCluster(first);
    // When the one that would begin a cluster, if it did not see that there is one
    createPod(service, 1).run();
    // Then
    awaitOneCluster(pods);
  }

  @Test
  void podsThatComeOneByOneWaitForMoreThanHalfAndThenFormOneCluster() {
    // Given
    var service = Deployed.withRights(client(), "one-by-one", 3);
    var late = createPod(service, 1);
    var second = createPod(service, 2);
    var first = createPod(service, 3).run();
    // Then
    awaitWaiting(first, "contact points found by kubernetes-api: 1 (expected: 2 or more");
    // When it runs, and its proxy does not answer yet
    second.sayThatItRuns();
    // Then
    awaitWaiting(first, "contact points found by kubernetes-api: 2 (expected: 2 or more");
    // When
    second.start();
    // Then
    awaitOneCluster(List.of(first, second));
    // When
    late.run();
    // Then
    awaitOneCluster(pods);
  }

  @Test
  void podWithoutRightsSaysSoAndGoesOnWhenItHasThem() {
    // Given
    var service = Deployed.withoutRights(client(), "no-rights", 1);
    var pod = createPod(service, 1).run();
    // Then
    awaitWaiting(pod, "kubernetes-api cannot be asked for contact points: Forbidden");
    await().until(() -> pod.log().contains("check RBAC settings"));
    await().until(() -> pod.log().contains("cannot list resource"));
    // When
    service.grantRights();
    // Then
    awaitOneCluster(pods);
  }

  private static void awaitWaiting(ProxyPod pod, String why) {
    await()
        .atMost(LONG)
        .untilAsserted(
            () ->
                assertThat(pod.readiness())
                    .as(pod::log)
                    .contains("membership: no cluster joined yet: " + why));
  }

  /** All of them are ready, and each sees these as members and nobody else. */
  private static void awaitOneCluster(List<ProxyPod> pods) {
    var all = pods.stream().map(ProxyPod::asMember).collect(Collectors.toSet());
    for (var pod : pods) {
      await()
          .atMost(LONG)
          .untilAsserted(
              () -> {
                assertThat(pod.readiness()).as(pod::log).isEqualTo("OK");
                assertThat(pod.members()).isEqualTo(all);
              });
    }
  }
}
