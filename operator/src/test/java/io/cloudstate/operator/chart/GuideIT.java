package io.cloudstate.operator.chart;

import static org.assertj.core.api.Assertions.assertThat;

import io.cloudstate.operator.RunningOperator;
import io.cloudstate.operator.apiserver.RealCluster;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Goes through the guide from its first line to its last, on a real cluster without nodes: Helm and
 * kubectl do what it says, and the operator runs here as it was installed last.
 */
@Timeout(900)
class GuideIT {

  /** For want of nodes, or of a registry. */
  private static final Set<String> NOT_DONE =
      Set.of("./mvnw", "kind", "curl", "kubectl port-forward", "kubectl logs");

  /** What the guide offers instead of Helm. */
  private static final String WITHOUT_HELM = "deploy/operator.yaml";

  private final Path directory;
  private final Set<String> done = new TreeSet<>();
  private @Nullable RunningOperator operator;

  GuideIT(@TempDir Path directory) {
    this.directory = directory;
  }

  @Test
  void everyStepOfTheGuideCanBeTaken() throws Exception {
    try (var cluster = RealCluster.start(directory)) {
      createNamespaces(cluster, "shop", "chat");
      withoutHelm(cluster);
      takeSteps(cluster);
    }
    assertThat(done)
        .containsExactly(
            "helm install",
            "helm uninstall",
            "helm upgrade",
            "kubectl apply",
            "kubectl create",
            "kubectl delete",
            "kubectl describe",
            "kubectl get",
            "kubectl rollout",
            "kubectl scale",
            "kubectl wait",
            "yaml");
  }

  private void takeSteps(RealCluster cluster) throws Exception {
    try {
      for (var block : GuideTest.blocks()) {
        if (block.language().equals("yaml")) {
          cluster.kubectl(List.of("apply", "--validate=strict", "-f", "-"), block.text());
          done.add("yaml");
        } else {
          for (var command : block.text().lines().toList()) {
            run(GuideTest.words(command), cluster);
          }
        }
      }
    } finally {
      stopOperator();
    }
  }

  private void run(List<String> words, RealCluster cluster) throws Exception {
    var name = nameOf(words);
    if (NOT_DONE.contains(name) || words.contains(WITHOUT_HELM)) {
      return;
    }
    if (name.startsWith("kubectl ")) {
      cluster.kubectl(inRepository(words), "");
    } else {
      var installation = new Installation(cluster.kubeConfig());
      helm(words, installation);
      if (words.toString().contains("watchNamespaces")) { // which the guide's next steps do without
        installation.replace(List.of());
      }
      stopOperator();
      if (!name.equals("helm uninstall")) {
        operator = RunningOperator.of(cluster);
      }
    }
    done.add(name);
  }

  /** First, as nothing of it may be there when Helm comes. */
  private void withoutHelm(RealCluster cluster) throws IOException {
    var command =
        GuideTest.commands()
            .filter(each -> each.contains(WITHOUT_HELM))
            .map(GuideTest::words)
            .findFirst()
            .orElseThrow();
    cluster.kubectl(inRepository(command), "");
    cluster.kubectl(
        List.of(
            "--namespace",
            Installation.NAMESPACE,
            "rollout",
            "status",
            "deployment/" + Installation.NAME,
            "--timeout=2m"),
        "");
    cluster.kubectl(inRepository(List.of("kubectl", "delete", "-f", WITHOUT_HELM)), "");
  }

  /** {@code kubectl apply}, whatever options stand between. */
  private static String nameOf(List<String> words) {
    if (!Set.of("kubectl", "helm").contains(words.get(0))) {
      return words.get(0);
    }
    var at = words.get(1).equals("--namespace") ? 3 : 1;
    return words.get(0) + " " + words.get(at);
  }

  private static List<String> inRepository(List<String> words) {
    var arguments = new ArrayList<String>();
    for (var word : words.subList(1, words.size())) {
      var file = Manifests.ROOT.resolve(word);
      arguments.add(word.startsWith("deploy/") && Files.exists(file) ? file.toString() : word);
    }
    return arguments;
  }

  private static void helm(List<String> words, Installation installation) {
    var settings = GuideTest.settingsOf(words);
    switch (words.get(1)) {
      case "install" -> installation.install(settings);
      case "upgrade" -> installation.upgrade(settings);
      case "uninstall" -> installation.uninstall();
      default -> throw new AssertionError("no way to do: " + words);
    }
  }

  private void stopOperator() {
    if (operator != null) {
      operator.close();
      operator = null;
    }
  }

  private static void createNamespaces(RealCluster cluster, String... names) {
    for (var name : names) {
      cluster
          .client()
          .resource(new NamespaceBuilder().withNewMetadata().withName(name).endMetadata().build())
          .create();
    }
  }
}
