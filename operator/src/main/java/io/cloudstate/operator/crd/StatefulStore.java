package io.cloudstate.operator.crd;

import io.fabric8.kubernetes.api.model.Namespaced;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.model.annotation.Group;
import io.fabric8.kubernetes.model.annotation.Version;
import org.jspecify.annotations.Nullable;

/** Where stateful services keep durable state. */
@Group("cloudstate.io")
@Version("v1alpha1")
public final class StatefulStore extends CustomResource<StatefulStoreSpec, StatefulStoreStatus>
    implements Namespaced {

  private static final long serialVersionUID = 1L;

  // records have no constructor without arguments, by which the library would make empty ones
  @Override
  protected @Nullable StatefulStoreSpec initSpec() {
    return null;
  }

  @Override
  protected @Nullable StatefulStoreStatus initStatus() {
    return null;
  }
}
