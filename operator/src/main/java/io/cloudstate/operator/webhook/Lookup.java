package io.cloudstate.operator.webhook;

import io.cloudstate.operator.crd.StatefulStore;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.util.Optional;

/** What a pod may refer to; all throw {@link KubernetesClientException} if it cannot be known. */
public interface Lookup {

  Optional<StatefulStore> store(String namespace, String name);

  boolean hasService(String namespace, String name);
}
