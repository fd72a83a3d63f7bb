package io.cloudstate.proxy.storage.jdbc;

import akka.actor.ActorSystem;
import akka.persistence.jdbc.db.SlickDatabase;
import akka.persistence.jdbc.db.SlickDatabaseProvider;
import com.typesafe.config.Config;

/** Gives the library's plugins the database that their actor system was made with. */
final class SharedDatabaseProvider implements SlickDatabaseProvider {

  private final SlickDatabase database;

  // Called by the library, which knows the name only.
  SharedDatabaseProvider(ActorSystem system) {
    this.database = system.settings().setup().get(JdbcStore.class).orElseThrow().database();
  }

  @Override
  public SlickDatabase database(Config config) {
    return database;
  }
}
