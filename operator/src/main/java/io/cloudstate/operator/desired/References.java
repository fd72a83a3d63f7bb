package io.cloudstate.operator.desired;

import io.cloudstate.operator.crd.StatefulStore;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a service refers to, as it was found: the store that it names, null if there is none; of
 * each Secret there is among those that service and store name, its version, and its keys where
 * they are known. Without versions, null, nobody may look at Secrets. No Secret's content is
 * needed.
 */
public record References(
    @Nullable StatefulStore store,
    @Nullable Map<String, String> secretVersions,
    Map<String, Set<String>> secretKeys) {

  public References(@Nullable StatefulStore store, @Nullable Map<String, String> secretVersions) {
    this(store, secretVersions, Map.of());
  }

  public References {
    secretVersions = secretVersions == null ? null : Map.copyOf(secretVersions);
    secretKeys = Map.copyOf(secretKeys);
  }
}
