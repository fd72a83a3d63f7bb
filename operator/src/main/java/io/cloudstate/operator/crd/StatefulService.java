package io.cloudstate.operator.crd;

import io.fabric8.kubernetes.api.model.Namespaced;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.model.annotation.Group;
import io.fabric8.kubernetes.model.annotation.Version;
import org.jspecify.annotations.Nullable;

/** A user function with the proxy beside it. */
@Group("cloudstate.io")
@Version("v1alpha1")
public final class StatefulService
    extends CustomResource<StatefulServiceSpec, StatefulServiceStatus> implements Namespaced {

  private static final long serialVersionUID = 1L;

  // records have no constructor without arguments, by which the library would make empty ones
  @Override
  protected @Nullable StatefulServiceSpec initSpec() {
    return null;
  }

  @Override
  protected @Nullable StatefulServiceStatus initStatus() {
    return null;
  }
}
