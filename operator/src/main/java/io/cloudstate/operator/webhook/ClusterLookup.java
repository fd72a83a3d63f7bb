package io.cloudstate.operator.webhook;

import io.cloudstate.operator.crd.StatefulService;
import io.cloudstate.operator.crd.StatefulStore;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.RequestConfigBuilder;
import java.util.Optional;

/**
 * Asks the API server, once, and gives up well before it gives up on the webhook: what cannot be
 * known is a refusal with a reason, not a time-out.
 */
public final class ClusterLookup implements Lookup {

  private static final int TIMEOUT_MILLIS = 3_000;

  private final KubernetesClient client;

  public ClusterLookup(KubernetesClient client) {
    this.client =
        client
            .newClient(
                new RequestConfigBuilder()
                    .withRequestTimeout(TIMEOUT_MILLIS)
                    .withRequestRetryBackoffLimit(0)
                    .build())
            .adapt(KubernetesClient.class);
  }

  @Override
  public Optional<StatefulStore> store(String namespace, String name) {
    return Optional.ofNullable(
        client.resources(StatefulStore.class).inNamespace(namespace).withName(name).get());
  }

  @Override
  public boolean hasService(String namespace, String name) {
    return client.resources(StatefulService.class).inNamespace(namespace).withName(name).get()
        != null;
  }
}
