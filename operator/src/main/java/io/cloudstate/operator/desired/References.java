package io.cloudstate.operator.desired;

import io.cloudstate.operator.crd.StatefulStore;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a service refers to, as it was found: the store that it names, null if there is none, and
 * the version of each Secret there is among those that service and store name. No Secret's content
 * is needed.
 */
public record References(@Nullable StatefulStore store, Map<String, String> secretVersions) {

  public References {
    secretVersions = Map.copyOf(secretVersions);
  }
}
