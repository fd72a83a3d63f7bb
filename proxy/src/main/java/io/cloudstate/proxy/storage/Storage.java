package io.cloudstate.proxy.storage;

import akka.actor.setup.ActorSystemSetup;
import io.cloudstate.proxy.config.ProxySettings;
import io.cloudstate.proxy.storage.jdbc.H2Dialect;
import io.cloudstate.proxy.storage.jdbc.JdbcStore;
import io.cloudstate.proxy.storage.jdbc.PostgresDialect;
import io.cloudstate.proxy.storage.journal.EventReader;
import io.cloudstate.proxy.storage.journal.JournalStore;
import io.cloudstate.proxy.storage.journal.StoreHealth;
import io.cloudstate.proxy.storage.memory.MemoryStore;
import io.cloudstate.proxy.storage.memory.MemoryValues;
import io.cloudstate.proxy.storage.store.ValueStore;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The store the settings name, open. It is opened before the actor system, which is made with its
 * {@link #akkaSettings} and {@link #setup}, and closed after the actor system has ended.
 */
public final class Storage implements AutoCloseable {

  private final @Nullable JournalStore journal;
  private final @Nullable ValueStore values;

  private Storage(@Nullable JournalStore journal, @Nullable ValueStore values) {
    this.journal = journal;
    this.values = values;
  }

  /**
   * Opens the store, and creates or checks its tables. Blocks. A database that is a server of its
   * own may be there later: until then everything fails at once.
   *
   * @param health is told when a database as such fails
   * @throws io.cloudstate.proxy.storage.journal.StorageUnavailable when an embedded database does
   *     not open; the message says where and why
   */
  public static Storage open(ProxySettings.Store settings, StoreHealth health) {
    var jdbc = settings.jdbc();
    return switch (settings.type()) {
      case NONE -> new Storage(null, null);
      case IN_MEMORY -> new Storage(new MemoryStore(), new MemoryValues());
      case H2 -> of(JdbcStore.open(new H2Dialect(settings.h2File()), jdbc, health));
      case POSTGRES ->
          of(JdbcStore.open(new PostgresDialect(settings.postgres(), jdbc), jdbc, health));
    };
  }

  private static Storage of(JdbcStore store) {
    return new Storage(store, store.values());
  }

  /** Settings of the actor system, by their full path; they win over all others. */
  public Map<String, Object> akkaSettings() {
    return journal == null ? Map.of() : journal.akkaSettings();
  }

  /** Adds to what the actor system is made from; without it the plugins do not find the store. */
  public ActorSystemSetup setup(ActorSystemSetup others) {
    return journal == null ? others : others.withSetup(journal.setup());
  }

  /** Empty when there is no journal; then no event sourced entity can be served. */
  public Optional<EventReader> events() {
    return journal == null ? Optional.empty() : Optional.of(journal.events());
  }

  /** Empty when there is no store; then no value entity can be served. */
  public Optional<ValueStore> values() {
    return Optional.ofNullable(values);
  }

  /** Gives files and connections back. Blocks until what is still being written is. */
  @Override
  public void close() {
    if (journal != null) {
      journal.close();
    }
  }
}
