package io.cloudstate.operator.reconcile;

import io.cloudstate.operator.apiserver.ApiServer;
import io.fabric8.kubernetes.client.KubernetesClient;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/** The controller on our own API server. */
class ControllerTest extends ControllerContract {

  private static ApiServer server;
  private static KubernetesClient client;

  @BeforeAll
  static void startServer() {
    server = ApiServer.start();
    client = server.client();
  }

  @AfterAll
  static void stopServer() {
    client.close();
    server.close();
  }

  @Override
  KubernetesClient client() {
    return client;
  }
}
