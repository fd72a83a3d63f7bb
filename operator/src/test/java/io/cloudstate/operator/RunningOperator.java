package io.cloudstate.operator;

import io.cloudstate.operator.apiserver.RealCluster;
import io.cloudstate.operator.chart.Installation;
import io.cloudstate.operator.config.SettingsReader;
import io.fabric8.kubernetes.api.model.ServiceBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.time.Clock;

/**
 * A replica in this process, with the settings and the rights that the installed chart gives it. As
 * there are no nodes, the Service of its webhook leads here.
 */
public final class RunningOperator implements AutoCloseable {

  private final KubernetesClient client;
  private final Operator operator;

  private RunningOperator(KubernetesClient client, Operator operator) {
    this.client = client;
    this.operator = operator;
  }

  public static RunningOperator of(RealCluster cluster) throws Exception {
    var deployment =
        cluster
            .client()
            .apps()
            .deployments()
            .inNamespace(Installation.NAMESPACE)
            .withName(Installation.NAME)
            .get();
    var environment = Installation.environment(deployment, "in-this-process");
    environment.put("OPERATOR_MANAGEMENT_PORT", "0");
    environment.put("OPERATOR_SHUTDOWN_DELAY", "0s");
    environment.put("OPERATOR_LEASE_DURATION", "60s"); // of a machine that is busy with more
    environment.put("OPERATOR_LEASE_RENEW_DEADLINE", "40s");
    environment.computeIfPresent("OPERATOR_WEBHOOK_PORT", (name, port) -> "0");
    environment.remove("JAVA_TOOL_OPTIONS");
    var client = cluster.clientOf(Installation.NAMESPACE, Installation.NAME);
    try {
      var operator = Operator.start(SettingsReader.read(environment), client, Clock.systemUTC());
      var running = new RunningOperator(client, operator);
      if (operator.webhookPort() != 0) {
        leadHere(cluster.client(), operator.webhookPort());
      }
      return running;
    } catch (Exception e) {
      client.close();
      throw e;
    }
  }

  private static void leadHere(KubernetesClient client, int port) {
    var name = Installation.NAME + "-webhook";
    var services = client.services().inNamespace(Installation.NAMESPACE);
    services.withName(name).delete();
    services
        .resource(
            new ServiceBuilder()
                .withNewMetadata()
                .withName(name)
                .endMetadata()
                .withNewSpec()
                .withType("ExternalName")
                .withExternalName("localhost")
                .endSpec()
                .build())
        .create();
    // no update, as the operator is about to set its caBundle
    client
        .admissionRegistration()
        .v1()
        .mutatingWebhookConfigurations()
        .withName(Installation.NAME)
        .patch(
            PatchContext.of(PatchType.JSON),
            """
            [{"op": "replace", "path": "/webhooks/0/clientConfig/service/port", "value": %d}]
            """
                .formatted(port));
  }

  public boolean isLeading() {
    return operator.isLeading();
  }

  @Override
  public void close() {
    operator.close();
    client.close();
  }
}
