package io.cloudstate.proxy.storage.store;

import io.cloudstate.proxy.call.Payload;
import org.jspecify.annotations.Nullable;

/**
 * Replaces what is stored of an entity.
 *
 * @param expectedRevision of what the writer knows; what is written has the next one
 * @param value null to delete; the revision stays, so that deletions are fenced too
 */
public record ValueWrite(ValueKey key, long expectedRevision, @Nullable Payload value) {

  public long revision() {
    return expectedRevision + 1;
  }
}
