package io.cloudstate.operator.apiserver;

import io.fabric8.kubernetes.client.KubernetesClient;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;

/** A real API server keeps the contract that ours is held to. */
class ApiServerIT extends ApiServerContract {

  private static @Nullable RealApiServer server;
  private static @Nullable KubernetesClient client;

  @AfterAll
  static void stop() {
    if (client != null) {
      client.close();
    }
    if (server != null) {
      server.close();
    }
  }

  /** Started by the first test, so that without binaries each one tells why it is skipped. */
  @Override
  KubernetesClient client() {
    var started = client;
    if (started == null) {
      var starting = RealApiServer.start();
      server = starting;
      started = starting.client();
      client = started;
    }
    return started;
  }
}
