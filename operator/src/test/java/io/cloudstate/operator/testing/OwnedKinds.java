package io.cloudstate.operator.testing;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.autoscaling.v2.HorizontalPodAutoscaler;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import io.fabric8.kubernetes.api.model.rbac.Role;
import io.fabric8.kubernetes.api.model.rbac.RoleBinding;
import java.util.List;

/** What the operator makes of a service, as its users see it. */
public final class OwnedKinds {

  /** All of them; said here again, lest a kind that the operator forgets is forgotten by tests. */
  public static final List<Class<? extends HasMetadata>> ALL =
      List.of(
          Deployment.class,
          Service.class,
          ServiceAccount.class,
          Role.class,
          RoleBinding.class,
          ConfigMap.class,
          PodDisruptionBudget.class,
          HorizontalPodAutoscaler.class,
          NetworkPolicy.class);

  private OwnedKinds() {}
}
