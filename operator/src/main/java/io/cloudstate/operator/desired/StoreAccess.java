package io.cloudstate.operator.desired;

import io.cloudstate.operator.crd.StatefulServiceSpec.StoreConfig;
import io.cloudstate.operator.crd.StatefulStoreSpec;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeMount;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * How the proxy gets at its store (operator.md 5): variables, files, and the Secrets they come
 * from, with the keys that have to be in them. Credentials are references, so no Secret is read;
 * the service's own Secret goes before the store's, whose key names count for both.
 */
record StoreAccess(
    List<EnvVar> environment,
    List<Volume> volumes,
    List<VolumeMount> mounts,
    Map<String, Set<String>> secrets) {

  static StoreAccess none() {
    return ofKind("none");
  }

  /** Access to a store that {@link Checks} has accepted. */
  static StoreAccess of(StoreConfig config, StatefulStoreSpec store) {
    var postgres = store.postgres();
    return postgres == null ? ofKind("in-memory") : PostgresAccess.of(config, postgres);
  }

  private static StoreAccess ofKind(String kind) {
    return new StoreAccess(
        List.of(Env.of("CLOUDSTATE_STORE", kind)), List.of(), List.of(), Map.of());
  }
}
