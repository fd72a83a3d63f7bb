package io.cloudstate.proxy.storage;

import io.cloudstate.proxy.config.ProxySettings;
import io.cloudstate.proxy.discovery.ServiceCatalog;
import io.cloudstate.proxy.eventloop.EventLoops;
import io.cloudstate.proxy.storage.jdbc.H2Dialect;
import io.cloudstate.proxy.storage.jdbc.JdbcStore;
import io.cloudstate.proxy.storage.jdbc.PostgresDialect;
import io.cloudstate.proxy.storage.jdbc.Tables;
import io.cloudstate.proxy.storage.journal.EventLogStore;
import io.cloudstate.proxy.storage.journal.EventStore;
import io.cloudstate.proxy.storage.journal.StoreHealth;
import io.cloudstate.proxy.storage.journal.StoreMetrics;
import io.cloudstate.proxy.storage.memory.MemoryPositions;
import io.cloudstate.proxy.storage.memory.MemoryStore;
import io.cloudstate.proxy.storage.memory.MemoryValues;
import io.cloudstate.proxy.storage.outbox.Outbox;
import io.cloudstate.proxy.storage.store.ValueStore;
import java.time.Clock;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The store the settings name, open. It is opened before the actor system, and closed after the
 * actor system has ended.
 */
public final class Storage implements AutoCloseable {

  private final @Nullable EventStore events;
  private final @Nullable ValueStore values;
  private final @Nullable EventLogStore logs;
  private final @Nullable Outbox outbox;
  private final Consumer<Tables> needs;

  private Storage(
      @Nullable EventStore events,
      @Nullable ValueStore values,
      @Nullable EventLogStore logs,
      @Nullable Outbox outbox,
      Consumer<Tables> needs) {
    this.outbox = outbox;
    this.events = events;
    this.values = values;
    this.logs = logs;
    this.needs = needs;
  }

  /**
   * Opens the store, and creates its tables if permitted. Blocks. A database that is a server of
   * its own may be there later: until then everything fails at once.
   *
   * @param health is told when a database as such fails
   * @param metrics are told how a database is used
   * @param clock dates what is stored
   * @param eventLoops may be used for that; they must outlive the store
   * @throws io.cloudstate.proxy.storage.journal.StorageUnavailable when an embedded database does
   *     not open; the message says where and why
   */
  public static Storage open(
      ProxySettings.Store settings,
      StoreHealth health,
      StoreMetrics metrics,
      Clock clock,
      EventLoops eventLoops) {
    var jdbc = settings.jdbc();
    return switch (settings.type()) {
      case NONE -> new Storage(null, null, null, null, tables -> {});
      case IN_MEMORY -> inMemory(new MemoryStore(clock));
      case H2 -> of(JdbcStore.open(new H2Dialect(settings.h2File()), jdbc, health, metrics, clock));
      case POSTGRES ->
          of(
              JdbcStore.open(
                  new PostgresDialect(settings.postgres(), jdbc, eventLoops),
                  jdbc,
                  health,
                  metrics,
                  clock));
    };
  }

  private static Storage of(JdbcStore store) {
    return new Storage(store, store.values(), store.logs(), store.outbox(), store::need);
  }

  private static Storage inMemory(MemoryStore store) {
    var logs = new EventLogStore(store.log(), new MemoryPositions());
    return new Storage(store, new MemoryValues(), logs, null, tables -> {});
  }

  /**
   * From now on the tables that the catalog's services need have to be there; those of no service
   * need not. Does not block.
   */
  public void serve(ServiceCatalog catalog) {
    for (var service : catalog.services()) {
      switch (service.type()) {
        case EVENT_SOURCED -> needs.accept(Tables.EVENTS);
        case VALUE -> needs.accept(Tables.VALUES);
        case CRDT, ACTION -> {}
      }
    }
    if (catalog.eventing().readsEventLogs()) {
      needs.accept(Tables.EVENT_LOGS);
    }
  }

  /** Empty when there is no store; then no event sourced entity can be served. */
  public Optional<EventStore> events() {
    return Optional.ofNullable(events);
  }

  /** Empty when there is no store; then no value entity can be served. */
  public Optional<ValueStore> values() {
    return Optional.ofNullable(values);
  }

  /** Empty when there is no store; then no event log can be consumed. */
  public Optional<EventLogStore> logs() {
    return Optional.ofNullable(logs);
  }

  /**
   * Keeps replies with the events because of which they are published; empty when the store is not
   * durable anyway.
   */
  public Optional<Outbox> outbox() {
    return Optional.ofNullable(outbox);
  }

  /** From now on the outbox has to be there. Does not block. */
  public void needOutbox() {
    needs.accept(Tables.OUTBOX);
  }

  /** Gives files and connections back. Blocks until what is still being written is. */
  @Override
  public void close() {
    if (events != null) {
      events.close();
    }
  }
}
