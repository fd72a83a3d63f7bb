package io.cloudstate.proxy.storage.jdbc;

import akka.persistence.jdbc.db.SlickDatabase;
import javax.sql.DataSource;
import scala.Option;
import slick.jdbc.JdbcBackend;
import slick.jdbc.JdbcBackend$;
import slick.jdbc.JdbcProfile;
import slick.util.AsyncExecutor;

/** Our pool as Slick's database, with a bounded queue in front; both plugins use the same. */
final class SharedDatabase implements SlickDatabase, AutoCloseable {

  private final JdbcBackend.DatabaseDef database;
  private final JdbcProfile profile;

  SharedDatabase(DataSource pool, Dialect dialect, int threads, int maxWaiting) {
    this.database =
        JdbcBackend$.MODULE$
            .Database()
            .forDataSource(
                pool,
                Option.apply(threads),
                AsyncExecutor.apply("store", threads, threads, maxWaiting, threads),
                false);
    this.profile = dialect.profile();
  }

  @Override
  public JdbcBackend.DatabaseDef database() {
    return database;
  }

  @Override
  public JdbcProfile profile() {
    return profile;
  }

  /** The plugins must not close what is not theirs. */
  @Override
  public boolean allowShutdown() {
    return false;
  }

  @Override
  public void close() {
    database.close();
  }
}
