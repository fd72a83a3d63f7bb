package io.cloudstate.operator.apiserver;

import io.fabric8.kubernetes.api.model.authentication.TokenRequestBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/**
 * A real API server with the controllers of Kubernetes behind it, where their {@link Binaries} are:
 * Deployments get pods, autoscalers scale, what lost its owner is collected. There are no nodes:
 * {@link Nodes} says that pods run. It notes who asked for what, and keeps the rights of others
 * than the administrator, those of owners' references included.
 */
public final class RealCluster implements AutoCloseable {

  private static final String CONTROLLERS =
      "deployment-controller,replicaset-controller,garbage-collector-controller,"
          + "namespace-controller,serviceaccount-controller,disruption-controller,"
          + "horizontal-pod-autoscaler-controller";

  private static final Duration LONGEST_COMMAND = Duration.ofMinutes(5);

  private static final String AUDIT_POLICY =
      """
      apiVersion: audit.k8s.io/v1
      kind: Policy
      omitStages: [RequestReceived]
      rules:
        - level: Metadata
          userGroups: ["system:serviceaccounts"]
        - level: None
      """;

  private final Path directory;
  private final RealApiServer server;
  private final Process controllers;
  private final KubernetesClient client;
  private final Nodes nodes;

  private RealCluster(Path directory, RealApiServer server, Process controllers) {
    this.directory = directory;
    this.server = server;
    this.controllers = controllers;
    this.client = server.client();
    this.nodes = Nodes.start(client);
  }

  /** Skips the test that asks if there are no binaries; writes files to the directory. */
  public static RealCluster start(Path directory) {
    Binaries.needed().program("kube-controller-manager");
    try {
      Files.writeString(directory.resolve("audit-policy.yaml"), AUDIT_POLICY);
      var server =
          RealApiServer.startEmpty(
              "--audit-policy-file=" + directory.resolve("audit-policy.yaml"),
              "--audit-log-path=" + directory.resolve("audit.log"),
              "--enable-admission-plugins=OwnerReferencesPermissionEnforcement");
      try {
        return new RealCluster(directory, server, startControllers(directory, server));
      } catch (IOException | RuntimeException e) {
        server.close();
        throw e;
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Process startControllers(Path directory, RealApiServer server) throws IOException {
    var config = Files.writeString(directory.resolve("kubeconfig"), server.kubeConfig());
    return new ProcessBuilder(
            server.binaries().program("kube-controller-manager").toString(),
            "--kubeconfig=" + config,
            "--controllers=" + CONTROLLERS,
            "--leader-elect=false",
            "--secure-port=0",
            "--kube-api-qps=200",
            "--kube-api-burst=400",
            "--horizontal-pod-autoscaler-sync-period=1s")
        .redirectErrorStream(true)
        .redirectOutput(directory.resolve("controllers.log").toFile())
        .start();
  }

  /** With all rights. */
  public KubernetesClient client() {
    return client;
  }

  public String kubeConfig() {
    return server.kubeConfig();
  }

  public Nodes nodes() {
    return nodes;
  }

  /** With the rights of a service account; the caller closes it. */
  public KubernetesClient clientOf(String namespace, String serviceAccount) {
    var token =
        client
            .serviceAccounts()
            .inNamespace(namespace)
            .withName(serviceAccount)
            .tokenRequest(
                new TokenRequestBuilder()
                    .withNewSpec()
                    .withExpirationSeconds(7200L)
                    .endSpec()
                    .build());
    return server.client(token.getStatus().getToken());
  }

  /** What a service account has asked for until now. */
  public Audit audit(String namespace, String serviceAccount) {
    return Audit.of(
        directory.resolve("audit.log"),
        "system:serviceaccount:%s:%s".formatted(namespace, serviceAccount));
  }

  /** What kubectl prints; fails if it fails, and skips the test if there is none. */
  public String kubectl(List<String> arguments, String input) {
    try {
      var command = startKubectl(arguments, input);
      var hasEnded = command.waitFor(LONGEST_COMMAND.toSeconds(), TimeUnit.SECONDS);
      command.destroyForcibly();
      var output = Files.readString(directory.resolve("kubectl.log"));
      if (!hasEnded || command.exitValue() != 0) {
        throw new AssertionError(
            "kubectl %s: %s%nWhat is there:%n%s"
                .formatted(String.join(" ", arguments), output, everything()));
      }
      return output;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  private Process startKubectl(List<String> arguments, String input) throws IOException {
    var command = new ArrayList<String>();
    command.add(server.binaries().program("kubectl").toString());
    command.add("--kubeconfig=" + directory.resolve("kubeconfig"));
    command.addAll(arguments);
    return new ProcessBuilder(command)
        .redirectErrorStream(true)
        .redirectOutput(directory.resolve("kubectl.log").toFile())
        .redirectInput(Files.writeString(directory.resolve("kubectl.in"), input).toFile())
        .start();
  }

  /** For whoever has to find out why something failed. */
  public String everything() throws IOException, InterruptedException {
    var kinds = "statefulservices,statefulstores,deployments,replicasets,pods,events";
    startKubectl(List.of("get", kinds, "--all-namespaces", "--output=wide"), "").waitFor();
    return Files.readString(directory.resolve("kubectl.log"))
        + Files.readString(directory.resolve("controllers.log"))
            .lines()
            .filter(line -> line.startsWith("E") || line.startsWith("W"))
            .collect(Collectors.joining("\n"));
  }

  @Override
  public void close() {
    nodes.close();
    client.close();
    controllers.destroy();
    try {
      if (!controllers.waitFor(30, TimeUnit.SECONDS)) {
        controllers.destroyForcibly();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      controllers.destroyForcibly();
    }
    server.close();
  }
}
