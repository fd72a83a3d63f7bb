package io.cloudstate.proxy.storage.journal;

/**
 * The store cannot be used as it is: not opened, not reached, not understood, or overloaded. The
 * message names the store and what is wrong with it.
 */
public class StorageUnavailable extends RuntimeException {

  private static final long serialVersionUID = 1L;

  public StorageUnavailable(String message) {
    super(message);
  }

  public StorageUnavailable(String message, Throwable cause) {
    super(message, cause);
  }
}
