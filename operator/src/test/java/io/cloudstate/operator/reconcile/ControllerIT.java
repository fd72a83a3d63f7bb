package io.cloudstate.operator.reconcile;

import io.cloudstate.operator.apiserver.RealApiServer;
import io.fabric8.kubernetes.client.KubernetesClient;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;

/** The controller on a real API server. */
class ControllerIT extends ControllerContract {

  private static @Nullable RealApiServer server;
  private static @Nullable KubernetesClient client;

  @AfterAll
  static void stopServer() {
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
