package io.cloudstate.proxy.storage.store;

import io.cloudstate.proxy.call.Payload;
import org.jspecify.annotations.Nullable;

/**
 * What is stored of an entity.
 *
 * @param revision how often it was written, deletions included; 0 if never
 * @param value null when it was never written, or deleted
 */
public record StoredValue(long revision, @Nullable Payload value) {

  public static final StoredValue NONE = new StoredValue(0, null);
}
