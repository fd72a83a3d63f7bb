package io.cloudstate.proxy.storage.jdbc;

import java.util.List;
import java.util.concurrent.CompletionStage;

/** All that writes to a database. */
interface Writers extends AutoCloseable {

  /** They use the database from their first write on. */
  List<? extends Writer> all();

  /**
   * Whether they can: tries it, where that tells more than another connection would.
   *
   * @return fails with {@link io.cloudstate.proxy.storage.journal.StorageUnavailable}
   */
  CompletionStage<?> check();

  /** When nothing is written any more. Returns at once. */
  @Override
  void close();
}
