package io.cloudstate.operator.reconcile;

import io.cloudstate.operator.apiserver.RealApiServer;
import io.fabric8.kubernetes.client.KubernetesClient;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/** The controller on a real API server. */
class ControllerIT extends ControllerContract {

  private static @Nullable RealApiServer server;
  private static KubernetesClient client;

  @BeforeAll
  static void startServer() {
    server = RealApiServer.start();
    client = server.client();
  }

  @AfterAll
  static void stopServer() {
    if (server != null) {
      client.close();
      server.close();
    }
  }

  @Override
  KubernetesClient client() {
    return client;
  }
}
