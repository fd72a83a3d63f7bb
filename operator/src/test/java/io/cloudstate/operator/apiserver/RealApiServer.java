package io.cloudstate.operator.apiserver;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.fabric8.kubeapitest.KubeAPIServer;
import io.fabric8.kubeapitest.KubeAPIServerConfigBuilder;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;

/**
 * A real kube-apiserver with its etcd, where their binaries are: in {@code
 * <dir>/k8s/<version>-<os>-<arch>}, where dir is {@code KUBE_API_TEST_DIR} or {@code
 * ~/.kubeapitest}. Nothing is downloaded. Nothing runs behind it: no Deployment gets pods, and
 * nothing is collected.
 */
public final class RealApiServer implements AutoCloseable {

  private final KubeAPIServer server;

  private RealApiServer(KubeAPIServer server) {
    this.server = server;
  }

  /** Skips the test that asks if there are no binaries. */
  public static RealApiServer start() {
    var directory =
        Path.of(
            Objects.requireNonNullElse(
                System.getenv("KUBE_API_TEST_DIR"),
                Path.of(System.getProperty("user.home"), ".kubeapitest").toString()));
    assumeTrue(
        hasBinaries(directory),
        "no kube-apiserver and etcd in %s (expected: k8s/<version>-<os>-<arch>/{etcd,kube-apiserver,kubectl}; set KUBE_API_TEST_DIR)"
            .formatted(directory));
    var server =
        new KubeAPIServer(
            KubeAPIServerConfigBuilder.anAPIServerConfig()
                .withTestDir(directory.toString())
                .withOfflineMode(true)
                .withUpdateKubeConfig(false)
                .withApiServerFlag("--bind-address", "127.0.0.1")
                .build());
    server.start();
    var real = new RealApiServer(server);
    try (var client = real.client()) {
      install(client);
    }
    return real;
  }

  private static boolean hasBinaries(Path directory) {
    try (var versions = Files.newDirectoryStream(directory.resolve("k8s"))) {
      for (var version : versions) {
        if (Files.isExecutable(version.resolve("kube-apiserver"))
            && Files.isExecutable(version.resolve("etcd"))) {
          return true;
        }
      }
    } catch (IOException e) {
      return false;
    }
    return false;
  }

  private static void install(KubernetesClient client) {
    for (var plural : List.of("statefulservices", "statefulstores")) {
      try (var yaml = Files.newInputStream(Path.of("..", "deploy", "crds", plural + ".yaml"))) {
        var definition =
            client.apiextensions().v1().customResourceDefinitions().load(yaml).serverSideApply();
        client
            .resource(definition)
            .waitUntilCondition(RealApiServer::isEstablished, 60, TimeUnit.SECONDS);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  private static boolean isEstablished(CustomResourceDefinition definition) {
    return definition != null
        && definition.getStatus() != null
        && definition.getStatus().getConditions().stream()
            .anyMatch(
                condition ->
                    "Established".equals(condition.getType())
                        && "True".equals(condition.getStatus()));
  }

  /** The caller closes it. */
  public KubernetesClient client() {
    return new KubernetesClientBuilder()
        .withConfig(Config.fromKubeconfig(server.getKubeConfigYaml()))
        .build();
  }

  /** How others than this client reach it, with all rights. */
  public String kubeConfig() {
    return server.getKubeConfigYaml();
  }

  @Override
  public void close() {
    server.stop();
  }
}
