package io.cloudstate.operator.apiserver;

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
import java.util.concurrent.TimeUnit;

/**
 * A real kube-apiserver with its etcd, where their {@link Binaries} are. Nothing runs behind it: no
 * Deployment gets pods, and nothing is collected.
 */
public final class RealApiServer implements AutoCloseable {

  private final Binaries binaries;
  private final KubeAPIServer server;

  private RealApiServer(Binaries binaries, KubeAPIServer server) {
    this.binaries = binaries;
    this.server = server;
  }

  /** With our definitions; skips the test that asks if there are no binaries. */
  public static RealApiServer start() {
    var real = startEmpty();
    try (var client = real.client()) {
      install(client);
      return real;
    } catch (RuntimeException e) {
      real.close();
      throw e;
    }
  }

  /** Without our definitions, and with more options of kube-apiserver. */
  public static RealApiServer startEmpty(String... options) {
    var binaries = Binaries.needed();
    var server =
        new KubeAPIServer(
            KubeAPIServerConfigBuilder.anAPIServerConfig()
                .withTestDir(binaries.directory().toString())
                .withApiServerVersion(binaries.version())
                .withOfflineMode(true)
                .withUpdateKubeConfig(false)
                .withApiServerFlag("--bind-address", "127.0.0.1")
                .withApiServerFlags(List.of(options))
                .build());
    server.start();
    return new RealApiServer(binaries, server);
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
        && definition.getStatus().getConditions() != null
        && definition.getStatus().getConditions().stream()
            .anyMatch(
                condition ->
                    "Established".equals(condition.getType())
                        && "True".equals(condition.getStatus()));
  }

  Binaries binaries() {
    return binaries;
  }

  /** With all rights; the caller closes it. */
  public KubernetesClient client() {
    return client(Config.fromKubeconfig(kubeConfig()));
  }

  /** With the rights of whom the token is about; the caller closes it. */
  public KubernetesClient client(String token) {
    var config = Config.fromKubeconfig(kubeConfig());
    config.setClientCertFile(null);
    config.setClientCertData(null);
    config.setClientKeyFile(null);
    config.setClientKeyData(null);
    config.setOauthToken(token);
    return client(config);
  }

  private static KubernetesClient client(Config config) {
    return new KubernetesClientBuilder().withConfig(config).build();
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
