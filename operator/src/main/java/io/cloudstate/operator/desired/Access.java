package io.cloudstate.operator.desired;

import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ServiceAccountBuilder;
import io.fabric8.kubernetes.api.model.rbac.RoleBindingBuilder;
import io.fabric8.kubernetes.api.model.rbac.RoleBuilder;
import java.util.LinkedHashMap;
import java.util.Optional;

/**
 * What the pods run as and may do: find each other, and nothing else; and the ConfigMap from which
 * they read at their start how many have to.
 */
record Access(Identity identity) {

  /** None where the user names one. */
  Optional<HasMetadata> serviceAccount() {
    return identity.service().getSpec().serviceAccountName() == null
        ? Optional.of(
            new ServiceAccountBuilder()
                .withMetadata(identity.metadata(identity.podsOwn()))
                .withAutomountServiceAccountToken(false)
                .build())
        : Optional.empty();
  }

  HasMetadata role() {
    return new RoleBuilder()
        .withMetadata(identity.metadata(identity.podsOwn()))
        .addNewRule()
        .withApiGroups("")
        .withResources("pods")
        .withVerbs("get", "list", "watch")
        .endRule()
        .build();
  }

  HasMetadata roleBinding() {
    return new RoleBindingBuilder()
        .withMetadata(identity.metadata(identity.podsOwn()))
        .withNewRoleRef("rbac.authorization.k8s.io", "Role", identity.podsOwn())
        .addNewSubject()
        .withKind("ServiceAccount")
        .withName(identity.serviceAccount())
        .withNamespace(identity.service().getMetadata().getNamespace())
        .endSubject()
        .build();
  }

  HasMetadata configMap() {
    var spec = identity.service().getSpec();
    var data = new LinkedHashMap<String, String>();
    data.put(
        ProxyContainer.CONTACT_POINTS_KEY, String.valueOf(Size.of(spec).requiredContactPoints()));
    if (!spec.proxy().config().isEmpty()) {
      data.put(ProxyContainer.CONFIG_KEY, ProxyContainer.configFile(spec.proxy().config()));
    }
    return new ConfigMapBuilder()
        .withMetadata(identity.metadata(identity.podsOwn()))
        .withData(data)
        .build();
  }
}
