package io.cloudstate.operator.formation;

import io.cloudstate.operator.crd.StatefulService;
import io.cloudstate.operator.desired.Desired;
import io.cloudstate.operator.desired.Platform;
import io.cloudstate.operator.desired.References;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.PodIP;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.authentication.TokenRequestBuilder;
import io.fabric8.kubernetes.api.model.rbac.RoleBinding;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** A service whose objects, all that the operator wants, are on an API server. */
final class Deployed {

  private static final String PROXY = "cloudstate-sidecar";
  private static final long TOKEN_SECONDS = 3607;

  private static final String SERVICE =
      """
      apiVersion: cloudstate.io/v1alpha1
      kind: StatefulService
      metadata: {name: chat}
      spec:
        replicas: %d
        containers: [{name: user-function, image: example.org/chat:1}]
      """;

  private final KubernetesClient client;
  private final String namespace;
  private final List<HasMetadata> objects;

  private Deployed(KubernetesClient client, String namespace, List<HasMetadata> objects) {
    this.client = client;
    this.namespace = namespace;
    this.objects = objects;
  }

  /** Writes all but the binding of the rights, in a namespace of its own. */
  static Deployed withoutRights(KubernetesClient client, String namespace, int replicas) {
    client
        .resource(
            new NamespaceBuilder().withNewMetadata().withName(namespace).endMetadata().build())
        .create();
    var yaml = SERVICE.formatted(replicas).getBytes(StandardCharsets.UTF_8);
    var service =
        client
            .resources(StatefulService.class)
            .inNamespace(namespace)
            .load(new ByteArrayInputStream(yaml))
            .create();
    var desired =
        Desired.of(service, new References(null, null), new Platform("example.org/proxy:1", true));
    var deployed = new Deployed(client, namespace, desired.objects());
    deployed.apply(object -> !(object instanceof RoleBinding));
    return deployed;
  }

  static Deployed withRights(KubernetesClient client, String namespace, int replicas) {
    var deployed = withoutRights(client, namespace, replicas);
    deployed.grantRights();
    return deployed;
  }

  void grantRights() {
    apply(RoleBinding.class::isInstance);
  }

  private void apply(Predicate<HasMetadata> which) {
    objects.stream().filter(which).forEach(object -> client.resource(object).create());
  }

  /** Makes a pod as the Deployment does; it does not run yet. */
  Pod createPod(String name) {
    var template = template();
    return client
        .resource(
            new PodBuilder()
                .withMetadata(template.getMetadata())
                .editMetadata()
                .withName(name)
                .withNamespace(namespace)
                .endMetadata()
                .withSpec(template.getSpec())
                .build())
        .create();
  }

  /** Says what a kubelet says of a pod whose containers have started. */
  void run(Pod pod, String address) {
    client
        .resource(pod)
        .editStatus(
            created ->
                new PodBuilder(created)
                    .editStatus()
                    .withPhase("Running")
                    .withPodIP(address)
                    .withPodIPs(new PodIP(address))
                    .endStatus()
                    .build());
  }

  private PodTemplateSpec template() {
    return client
        .apps()
        .deployments()
        .inNamespace(namespace)
        .list()
        .getItems()
        .get(0)
        .getSpec()
        .getTemplate();
  }

  /** What the container of the proxy has in a pod with that address. */
  Map<String, String> environment(String address) {
    var all = new HashMap<String, String>();
    for (var variable : proxy().getEnv()) {
      all.put(variable.getName(), value(variable, address));
    }
    var server = client.getMasterUrl();
    all.put("KUBERNETES_SERVICE_HOST", server.getHost());
    all.put("KUBERNETES_SERVICE_PORT", Integer.toString(server.getPort()));
    return all;
  }

  private Container proxy() {
    var pod = template().getSpec();
    return Stream.concat(pod.getInitContainers().stream(), pod.getContainers().stream())
        .filter(container -> container.getName().equals(PROXY))
        .findFirst()
        .orElseThrow();
  }

  private String value(EnvVar variable, String address) {
    var source = variable.getValueFrom();
    if (source == null) {
      return variable.getValue();
    }
    if (source.getFieldRef() != null
        && source.getFieldRef().getFieldPath().equals("status.podIP")) {
      return address;
    }
    var key = source.getConfigMapKeyRef();
    if (key != null) {
      var data = client.configMaps().inNamespace(namespace).withName(key.getName()).require();
      return Objects.requireNonNull(data.getData().get(key.getKey()), key::toString);
    }
    throw new AssertionError("a value from nowhere that is known here: " + variable);
  }

  /**
   * Writes what a kubelet mounts for the pods' service account.
   *
   * @return Akka's settings that say so, as arguments of the proxy
   */
  List<String> account(Path directory) throws IOException {
    var certificate = Path.of(client.getConfiguration().getCaCertFile());
    var token = Files.writeString(directory.resolve("token"), token());
    var name = Files.writeString(directory.resolve("namespace"), namespace);
    return List.of(
        setting("api-ca-path", certificate),
        setting("api-token-path", token),
        setting("pod-namespace-path", name));
  }

  private static String setting(String key, Path file) {
    return "-Dakka.discovery.kubernetes-api." + key + "=" + file.toAbsolutePath();
  }

  private String token() {
    return client
        .serviceAccounts()
        .inNamespace(namespace)
        .withName(template().getSpec().getServiceAccountName())
        .tokenRequest(
            new TokenRequestBuilder()
                .withNewSpec()
                .withExpirationSeconds(TOKEN_SECONDS)
                .endSpec()
                .build())
        .getStatus()
        .getToken();
  }
}
