package io.cloudstate.proxy.storage.jdbc;

import io.cloudstate.proxy.config.ProxySettings;
import io.cloudstate.proxy.eventloop.EventLoops;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;

/** A PostgreSQL server. */
public final class PostgresDialect implements Dialect {

  static final String SESSION =
      "SELECT current_setting('transaction_read_only'), current_setting('synchronous_commit')";
  // Confirmed has to mean durable, whatever the server does for others.
  static final String DURABLE = "SET synchronous_commit TO on";

  private static final String APPLICATION = "cloudstate-proxy";
  private static final String PRIVILEGE = "SELECT has_table_privilege(?, ?)";
  private static final List<Privilege> PRIVILEGES =
      List.of(
          new Privilege(Tables.EVENTS, "event_journal", "SELECT"),
          new Privilege(Tables.EVENTS, "event_journal", "INSERT"),
          new Privilege(Tables.EVENTS, "snapshot", "SELECT"),
          new Privilege(Tables.EVENTS, "snapshot", "INSERT"),
          new Privilege(Tables.EVENTS, "snapshot", "UPDATE"),
          new Privilege(Tables.VALUES, "value_entity_state", "SELECT"),
          new Privilege(Tables.VALUES, "value_entity_state", "INSERT"),
          new Privilege(Tables.VALUES, "value_entity_state", "UPDATE"),
          new Privilege(Tables.EVENT_LOGS, "event_journal", "SELECT"),
          new Privilege(Tables.EVENT_LOGS, "event_consumer_position", "SELECT"),
          new Privilege(Tables.EVENT_LOGS, "event_consumer_position", "INSERT"),
          new Privilege(Tables.EVENT_LOGS, "event_consumer_position", "UPDATE"),
          new Privilege(Tables.EVENT_LOGS, "event_consumer_position", "DELETE"),
          new Privilege(Tables.OUTBOX, "outgoing_reply", "SELECT"),
          new Privilege(Tables.OUTBOX, "outgoing_reply", "INSERT"),
          new Privilege(Tables.OUTBOX, "outgoing_reply", "DELETE"));

  // Everybody who has begun to insert and has not ended. A number is taken after the lock, and the
  // lock is given back after the rows can be seen (docs/decisions/0010).
  private static final String EVENT_WRITERS =
      """
      SELECT "virtualtransaction" FROM pg_locks
      WHERE "locktype" = 'relation' AND "relation" = '"event_journal"'::regclass
        AND "database" = (SELECT "oid" FROM pg_database WHERE "datname" = current_database())
        AND "mode" = 'RowExclusiveLock' AND "granted"
      """;

  private record Privilege(Tables neededFor, String table, String name) {}

  private final ProxySettings.Postgres settings;
  private final ProxySettings.Jdbc jdbc;
  private final EventLoops eventLoops;
  private final String url;
  private final Properties properties;

  /**
   * The database that the settings name.
   *
   * @param eventLoops on which is written; they must outlive the store
   */
  public PostgresDialect(
      ProxySettings.Postgres settings, ProxySettings.Jdbc jdbc, EventLoops eventLoops) {
    this.settings = settings;
    this.jdbc = jdbc;
    this.eventLoops = eventLoops;
    var host = settings.host().contains(":") ? "[" + settings.host() + "]" : settings.host();
    this.url =
        "jdbc:postgresql://"
            + host
            + ":"
            + settings.port()
            + "/"
            + URLEncoder.encode(settings.database(), StandardCharsets.UTF_8).replace("+", "%20");
    this.properties = properties(settings, jdbc);
  }

  @Override
  public String database() {
    return "PostgreSQL %s:%d/%s".formatted(settings.host(), settings.port(), settings.database());
  }

  @Override
  public Connection connect() throws SQLException {
    var connection = DriverManager.getConnection(url, properties);
    try (var statement = connection.createStatement();
        var row = statement.executeQuery(SESSION)) {
      row.next();
      if (row.getString(1).equals("on")) {
        throw readOnly();
      }
      if (row.getString(2).equals("off")) {
        statement.execute(DURABLE);
      }
      return connection;
    } catch (SQLException e) {
      connection.close();
      throw e;
    }
  }

  @Override
  public List<String> createTables() {
    if (settings.schema().isEmpty()) {
      return TABLES;
    }
    var all = new ArrayList<String>();
    all.add("CREATE SCHEMA IF NOT EXISTS " + quoted(settings.schema()));
    all.addAll(TABLES);
    return all;
  }

  @Override
  public void checkRights(Connection connection, Set<Tables> needed) throws SQLException {
    try (var statement = connection.prepareStatement(PRIVILEGE)) {
      for (var privilege : PRIVILEGES) {
        if (needed.contains(privilege.neededFor()) && !has(statement, privilege)) {
          throw new SchemaMissing(
              "%s: user %s lacks the privilege %s on table %s"
                  .formatted(database(), settings.user(), privilege.name(), privilege.table()));
        }
      }
    }
  }

  private static boolean has(PreparedStatement statement, Privilege privilege) throws SQLException {
    statement.setString(1, privilege.table());
    statement.setString(2, privilege.name());
    try (var row = statement.executeQuery()) {
      return row.next() && row.getBoolean(1);
    }
  }

  @Override
  public Writers writers(Availability availability) {
    return new PostgresWriters(this, settings, jdbc, availability, eventLoops);
  }

  @Override
  public String upsertSnapshot() {
    return """
    INSERT INTO "snapshot" ("persistence_id", "sequence_number", "created", "snapshot_ser_id",
      "snapshot_ser_manifest", "snapshot_payload") VALUES (?, ?, ?, ?, ?, ?)
    ON CONFLICT ("persistence_id", "sequence_number") DO UPDATE SET
      "created" = excluded."created", "snapshot_ser_id" = excluded."snapshot_ser_id",
      "snapshot_ser_manifest" = excluded."snapshot_ser_manifest",
      "snapshot_payload" = excluded."snapshot_payload"
    """;
  }

  @Override
  public Set<String> eventWriters(Connection connection) throws SQLException {
    var writing = new HashSet<String>();
    try (var statement = connection.prepareStatement(EVENT_WRITERS);
        var rows = statement.executeQuery()) {
      while (rows.next()) {
        writing.add(rows.getString(1));
      }
    }
    return writing;
  }

  @Override
  public boolean isEmbedded() {
    return false;
  }

  @Override
  public String reason(SQLException failure) {
    return database() + ": " + failure.getMessage();
  }

  static SQLException readOnly() {
    return new SQLException("the database is read-only", "25006");
  }

  /** What a connection for writing tells the server, which is the same as for the others. */
  Map<String, String> writersProperties() {
    var properties = new HashMap<String, String>();
    properties.put("application_name", APPLICATION);
    properties.put("client_encoding", "UTF8");
    if (!settings.schema().isEmpty()) {
      properties.put("search_path", quoted(settings.schema()));
    }
    return properties;
  }

  private static Properties properties(ProxySettings.Postgres settings, ProxySettings.Jdbc jdbc) {
    var properties = new Properties();
    properties.setProperty("user", settings.user());
    properties.setProperty("password", settings.password());
    properties.setProperty("ApplicationName", APPLICATION);
    properties.setProperty("tcpKeepAlive", "true");
    properties.setProperty("connectTimeout", seconds(jdbc.connectionTimeout()));
    properties.setProperty("loginTimeout", seconds(jdbc.connectionTimeout()));
    properties.setProperty("socketTimeout", seconds(jdbc.answerTimeout()));
    if (!settings.schema().isEmpty()) {
      properties.setProperty("currentSchema", quoted(settings.schema()));
    }
    var ssl = settings.ssl();
    properties.setProperty("sslmode", ssl.mode().name().toLowerCase(Locale.ROOT).replace('_', '-'));
    set(properties, "sslrootcert", ssl.rootCert().map(Path::toString));
    set(properties, "sslcert", ssl.cert().map(Path::toString));
    set(properties, "sslkey", ssl.key().map(Path::toString));
    set(properties, "sslpassword", ssl.password());
    return properties;
  }

  private static void set(Properties properties, String name, Optional<String> value) {
    value.ifPresent(text -> properties.setProperty(name, text));
  }

  private static String seconds(Duration duration) {
    return Long.toString(wholeSeconds(duration).toSeconds());
  }

  /** The JDBC driver knows whole seconds only, and 0 as for ever. */
  static Duration wholeSeconds(Duration duration) {
    return Duration.ofSeconds(Math.max(1, (duration.toMillis() + 999) / 1000));
  }

  private static String quoted(String identifier) {
    return '"' + identifier.replace("\"", "\"\"") + '"';
  }

  // The tables akka-persistence-jdbc 5.2 documents, but for its table of tags and durable state,
  // which are not used, for texts of any length, and for an identity in place of a BIGSERIAL, which
  // would need a privilege of its own.
  private static final List<String> TABLES =
      List.of(
          """
          CREATE TABLE IF NOT EXISTS "event_journal" (
            "ordering" BIGINT UNIQUE NOT NULL GENERATED BY DEFAULT AS IDENTITY,
            "persistence_id" VARCHAR(255) NOT NULL,
            "sequence_number" BIGINT NOT NULL,
            "deleted" BOOLEAN DEFAULT FALSE NOT NULL,
            "writer" VARCHAR(255) NOT NULL,
            "write_timestamp" BIGINT NOT NULL,
            "adapter_manifest" VARCHAR(255) NOT NULL,
            "event_ser_id" INTEGER NOT NULL,
            "event_ser_manifest" TEXT NOT NULL,
            "event_payload" BYTEA NOT NULL,
            "meta_ser_id" INTEGER,
            "meta_ser_manifest" VARCHAR(255),
            "meta_payload" BYTEA,
            PRIMARY KEY ("persistence_id", "sequence_number"))
          """,
          """
          CREATE TABLE IF NOT EXISTS "snapshot" (
            "persistence_id" VARCHAR(255) NOT NULL,
            "sequence_number" BIGINT NOT NULL,
            "created" BIGINT NOT NULL,
            "snapshot_ser_id" INTEGER NOT NULL,
            "snapshot_ser_manifest" TEXT NOT NULL,
            "snapshot_payload" BYTEA NOT NULL,
            "meta_ser_id" INTEGER,
            "meta_ser_manifest" VARCHAR(255),
            "meta_payload" BYTEA,
            PRIMARY KEY ("persistence_id", "sequence_number"))
          """,
          // Ours: the two last are null when the value was deleted.
          """
          CREATE TABLE IF NOT EXISTS "value_entity_state" (
            "persistence_id" VARCHAR(255) NOT NULL,
            "entity_id" VARCHAR(255) NOT NULL,
            "revision" BIGINT NOT NULL,
            "type_url" TEXT,
            "state" BYTEA,
            CONSTRAINT "value_entity_state_pk" PRIMARY KEY ("persistence_id", "entity_id"))
          """,
          // Ours: how far the consumers of event logs are (docs/decisions/0010).
          """
          CREATE TABLE IF NOT EXISTS "event_consumer_position" (
            "service" VARCHAR(255) NOT NULL,
            "consumer_group" VARCHAR(255) NOT NULL,
            "event_log" VARCHAR(255) NOT NULL,
            "slices" INTEGER NOT NULL,
            "slice" INTEGER NOT NULL,
            "scanned" BIGINT NOT NULL,
            "open_numbers" TEXT NOT NULL,
            "saved_at" BIGINT NOT NULL,
            CONSTRAINT "event_consumer_position_pk"
              PRIMARY KEY ("service", "consumer_group", "event_log", "slices", "slice"))
          """,
          // Ours: what is published because of events (docs/decisions/0012).
          """
          CREATE TABLE IF NOT EXISTS "outgoing_reply" (
            "number" BIGINT NOT NULL GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY,
            "event_id" VARCHAR(300) NOT NULL,
            "stored_at" BIGINT NOT NULL,
            "topic" VARCHAR(255) NOT NULL,
            "service" TEXT NOT NULL,
            "entity_key" VARCHAR(255) NOT NULL,
            "type_url" TEXT NOT NULL,
            "payload" BYTEA NOT NULL,
            "metadata" BYTEA NOT NULL)
          """);
}
