package io.cloudstate.operator.reconcile;

import io.fabric8.kubernetes.api.model.HasMetadata;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * What is there as far as this process knows: what its informer saw last, or the answer to what was
 * written since. Nothing is filtered: whatever the informer sees next counts again.
 */
final class Latest {

  /** An answer counts so long at most for an object that no informer has seen. */
  private static final long UNSEEN_NANOS = 60_000_000_000L;

  private record Written(@Nullable String base, HasMetadata object, long at) {}

  private final Map<Ref, Written> written = new ConcurrentHashMap<>();

  /** The object itself, given what the informer has of it. */
  <T extends HasMetadata> @Nullable T of(Ref ref, @Nullable T cached, long now) {
    var own = written.get(ref);
    if (own == null) {
      return cached;
    }
    if (Objects.equals(own.base(), versionOf(cached))
        && (cached != null || now - own.at() < UNSEEN_NANOS)) {
      @SuppressWarnings("unchecked") // by its kind
      var object = (T) own.object();
      return object;
    }
    written.remove(ref, own);
    return cached;
  }

  /** An object was written when the informer had this one of it. */
  void wrote(HasMetadata answer, @Nullable HasMetadata cached, long now) {
    written.put(Ref.of(answer), new Written(versionOf(cached), answer, now));
  }

  /** An object is gone. */
  void forget(Ref ref) {
    written.remove(ref);
  }

  private static @Nullable String versionOf(@Nullable HasMetadata object) {
    return object == null ? null : object.getMetadata().getResourceVersion();
  }
}
