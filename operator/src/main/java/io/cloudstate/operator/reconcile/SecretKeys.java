package io.cloudstate.operator.reconcile;

import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.client.informers.cache.Cache;
import io.fabric8.kubernetes.client.informers.cache.ItemStore;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Keeps of each Secret its version and its keys, and nothing that is secret. */
final class SecretKeys implements ItemStore<Secret> {

  private final Map<String, Secret> stored = new ConcurrentHashMap<>();

  @Override
  public String getKey(Secret secret) {
    return Cache.metaNamespaceKeyFunc(secret);
  }

  @Override
  public @Nullable Secret put(String key, Secret secret) {
    return stored.put(key, withoutValues(secret));
  }

  static Secret withoutValues(Secret secret) {
    var keys = new LinkedHashMap<String, String>();
    if (secret.getData() != null) {
      secret.getData().keySet().forEach(key -> keys.put(key, ""));
    }
    return new SecretBuilder()
        .withNewMetadata()
        .withName(secret.getMetadata().getName())
        .withNamespace(secret.getMetadata().getNamespace())
        .withUid(secret.getMetadata().getUid())
        .withResourceVersion(secret.getMetadata().getResourceVersion())
        .endMetadata()
        .withData(keys)
        .build();
  }

  @Override
  public @Nullable Secret remove(String key) {
    return stored.remove(key);
  }

  @Override
  public Stream<String> keySet() {
    return stored.keySet().stream();
  }

  @Override
  public Stream<Secret> values() {
    return stored.values().stream();
  }

  @Override
  public int size() {
    return stored.size();
  }

  @Override
  public @Nullable Secret get(String key) {
    return stored.get(key);
  }

  @Override
  public boolean isFullState() {
    return false;
  }
}
