package io.cloudstate.operator.chart;

import static org.assertj.core.api.Assertions.assertThat;

import com.marcnuri.helm.Helm;
import io.cloudstate.operator.apiserver.RealApiServer;
import io.cloudstate.operator.crd.StatefulService;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.nio.file.Files;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Helm and an API server, where there is a real one; it says that it is skipped otherwise. */
class InstallIT {

  @Test
  void chartIsInstalledUpgradedAndUninstalled() throws IOException {
    try (var server = RealApiServer.start();
        var client = server.client()) {
      // Given
      removeDefinitions(client);
      var kubeConfig = server.kubeConfig();
      // When
      new Helm(Chart.FOLDER)
          .install()
          .withName(Chart.NAME)
          .withNamespace(Chart.NAMESPACE)
          .createNamespace()
          .withKubeConfigContents(kubeConfig)
          .call();
      // Then
      assertThat(operator(client).getSpec().getReplicas()).isEqualTo(2);
      try (var sample =
          Files.newInputStream(SamplesTest.FOLDER.resolve("shopping-cart-on-postgres.yaml"))) {
        assertThat(client.load(sample).inNamespace("default").create()).hasSize(3);
      }
      // When
      new Helm(Chart.FOLDER)
          .upgrade()
          .withName(Chart.NAME)
          .withNamespace(Chart.NAMESPACE)
          .withKubeConfigContents(kubeConfig)
          .set("replicas", 3)
          .set("webhook.enabled", true)
          .call();
      // Then
      assertThat(operator(client).getSpec().getReplicas()).isEqualTo(3);
      assertThat(
              client
                  .admissionRegistration()
                  .v1()
                  .mutatingWebhookConfigurations()
                  .withName(Chart.NAME)
                  .get())
          .isNotNull();
      // When
      Helm.uninstall(Chart.NAME)
          .withNamespace(Chart.NAMESPACE)
          .withKubeConfigContents(kubeConfig)
          .call();
      // Then
      assertThat(operator(client)).isNull();
      assertThat(
              client
                  .resources(StatefulService.class)
                  .inNamespace("default")
                  .withName("shopping-cart")
                  .get())
          .as("a service after the operator is gone")
          .isNotNull();
    }
  }

  private static Deployment operator(KubernetesClient client) {
    return client.apps().deployments().inNamespace(Chart.NAMESPACE).withName(Chart.NAME).get();
  }

  /** Those of the tests, so that the chart's can be installed. */
  private static void removeDefinitions(KubernetesClient client) {
    var definitions = client.apiextensions().v1().customResourceDefinitions();
    for (var definition : definitions.list().getItems()) {
      var one = definitions.withName(definition.getMetadata().getName());
      one.delete();
      one.waitUntilCondition(left -> left == null, 60, TimeUnit.SECONDS);
    }
  }
}
