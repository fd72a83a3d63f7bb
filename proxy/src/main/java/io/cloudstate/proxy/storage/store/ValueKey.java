package io.cloudstate.proxy.storage.store;

/**
 * Under which an entity's value is stored.
 *
 * @param persistenceId of the entity's type
 */
public record ValueKey(String persistenceId, String entityId) {

  /** Columns of the stores are this wide. */
  public static final int MAX_LENGTH = 255;

  public ValueKey {
    check("persistenceId", persistenceId);
    check("entityId", entityId);
  }

  /** As logs and messages name the entity. */
  @Override
  public String toString() {
    return persistenceId + "|" + entityId;
  }

  private static void check(String name, String value) {
    if (value.length() > MAX_LENGTH) {
      throw new IllegalArgumentException(
          "%s: %d characters (expected: at most %d)".formatted(name, value.length(), MAX_LENGTH));
    }
  }
}
