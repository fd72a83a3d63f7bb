package io.cloudstate.proxy.storage.journal;

/** Somebody else has written to the entity; the store is well, and has kept the two apart. */
public final class AnotherWriter extends StorageUnavailable {

  private static final long serialVersionUID = 1L;

  public AnotherWriter(String message) {
    super(message);
  }

  public AnotherWriter(String message, Throwable cause) {
    super(message, cause);
  }
}
