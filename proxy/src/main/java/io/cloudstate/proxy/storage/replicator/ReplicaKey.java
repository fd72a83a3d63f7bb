package io.cloudstate.proxy.storage.replicator;

/**
 * Where a value is found.
 *
 * @param persistenceId of the service
 * @param entityId as clients know it
 */
public record ReplicaKey(String persistenceId, String entityId) {

  /** Different for every two keys: the length tells where the first part ends. */
  String id() {
    return persistenceId.length() + ":" + persistenceId + "/" + entityId;
  }
}
