package io.cloudstate.proxy.storage.jdbc;

import io.cloudstate.proxy.storage.journal.StorageUnavailable;

/** A table or column is not there, and was not to be created. The message names it. */
public final class SchemaMissing extends StorageUnavailable {

  private static final long serialVersionUID = 1L;

  SchemaMissing(String message) {
    super(message);
  }
}
