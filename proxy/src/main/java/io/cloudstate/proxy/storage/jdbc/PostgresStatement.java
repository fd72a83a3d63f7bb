package io.cloudstate.proxy.storage.jdbc;

import com.google.protobuf.ByteString;
import io.cloudstate.proxy.storage.journal.EventWrite;
import io.cloudstate.proxy.storage.store.ValueWrite;
import io.vertx.core.buffer.Buffer;
import io.vertx.sqlclient.Tuple;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What PostgreSQL is told to write a group: one statement, and so one round trip, and atomic by
 * itself.
 */
record PostgresStatement(String sql, Tuple parameters) {

  private static final String EVENT_COLUMNS =
      """
      INSERT INTO "event_journal" ("writer", "write_timestamp", "persistence_id",
        "sequence_number", "event_ser_manifest", "event_payload", "adapter_manifest",
        "event_ser_id")
      """;

  // For one event alone, which costs both sides half of what the other does.
  private static final String INSERT_EVENT =
      EVENT_COLUMNS + "VALUES ($1, $2, $3, $4, $5, $6, '', %d)".formatted(Schema.SERIALIZER_ID);

  private static final String INSERT_EVENTS =
      EVENT_COLUMNS
          + """
          SELECT $1::text, $2::bigint, p, s, m, b, '', %d
          FROM unnest($3::text[], $4::bigint[], $5::text[], $6::bytea[]) AS e(p, s, m, b)
          """
              .formatted(Schema.SERIALIZER_ID);

  private static final String PUBLISH =
      """
      INSERT INTO "outgoing_reply" ("stored_at", "event_id", "topic", "service", "entity_key",
        "type_url", "payload", "metadata")
      SELECT $%d::bigint, i, t, s, k, u, b, m
      FROM unnest($7::int[], $8::text[], $9::text[], $10::text[], $11::text[], $12::text[],
        $13::bytea[], $14::bytea[]) AS o(w, i, t, s, k, u, b, m)
      """;

  private static final String INSERT_AND_PUBLISH =
      "WITH published AS (" + PUBLISH.formatted(2) + ")\n" + INSERT_EVENTS;

  // One statement for the values of many entities: those with a row, and those without one yet.
  // Of two that are the first of one entity, one is tried: its number is the one that counts.
  private static final String VALUES =
      """
      WITH e AS (
        SELECT * FROM unnest($1::int[], $2::text[], $3::text[], $4::bigint[], $5::text[],
          $6::bytea[]) AS e(n, p, i, r, t, b)),
      fresh AS (SELECT DISTINCT ON (p, i) * FROM e WHERE r = 0 ORDER BY p, i, n),
      inserted AS (
        INSERT INTO "value_entity_state" AS v
          ("persistence_id", "entity_id", "revision", "type_url", "state")
        SELECT p, i, 1, t, b FROM fresh ON CONFLICT DO NOTHING
        RETURNING v."persistence_id" AS p, v."entity_id" AS i),
      updated AS (
        UPDATE "value_entity_state" AS v
        SET "revision" = e.r + 1, "type_url" = e.t, "state" = e.b
        FROM e WHERE e.r > 0
          AND v."persistence_id" = e.p AND v."entity_id" = e.i AND v."revision" = e.r
        RETURNING e.n),
      written AS (
        SELECT n FROM updated UNION ALL SELECT n FROM inserted JOIN fresh USING (p, i))
      """;

  private static final String WRITTEN = "SELECT n FROM written";

  private static final String WRITE_VALUES = VALUES + WRITTEN;

  private static final String WRITE_VALUES_AND_PUBLISH =
      VALUES
          + ", published AS ("
          + PUBLISH.formatted(15)
          + "WHERE w IN (SELECT n FROM written))\n"
          + WRITTEN;

  /** As {@link Writer#insert}. */
  static PostgresStatement insert(String process, long timestampMillis, List<EventWrite> writes) {
    var count = 0;
    for (var write : writes) {
      count += write.events().size();
    }
    var outgoing = OutboxRows.ofEvents(writes);
    if (count == 1 && writes.size() == 1 && outgoing.isEmpty()) {
      return insertOne(process, timestampMillis, writes.get(0));
    }
    var ids = new String[count];
    var sequences = new Long[count];
    var typeUrls = new String[count];
    var payloads = new Buffer[count];
    var i = 0;
    for (var write : writes) {
      var sequence = write.firstSequence();
      for (var event : write.events()) {
        ids[i] = write.persistenceId();
        sequences[i] = sequence++;
        typeUrls[i] = event.typeUrl();
        payloads[i] = buffer(event.value());
        i++;
      }
    }
    var parameters = Tuple.of(process, timestampMillis, ids, sequences, typeUrls, payloads);
    if (outgoing.isEmpty()) {
      return new PostgresStatement(INSERT_EVENTS, parameters);
    }
    addTo(parameters, outgoing);
    return new PostgresStatement(INSERT_AND_PUBLISH, parameters);
  }

  /** As {@link Writer#writeValues}; answered by the numbers of those that are written. */
  static PostgresStatement writeValues(long timestampMillis, List<ValueWrite> writes) {
    var count = writes.size();
    var numbers = new Integer[count];
    var types = new String[count];
    var ids = new String[count];
    var revisions = new Long[count];
    var typeUrls = new @Nullable String[count];
    var values = new @Nullable Buffer[count];
    for (var i = 0; i < count; i++) {
      var write = writes.get(i);
      var value = write.value();
      numbers[i] = i;
      types[i] = write.key().persistenceId();
      ids[i] = write.key().entityId();
      revisions[i] = write.expectedRevision();
      typeUrls[i] = value == null ? null : value.typeUrl();
      values[i] = value == null ? null : buffer(value.value());
    }
    var parameters = Tuple.of(numbers, types, ids, revisions, typeUrls, values);
    var outgoing = OutboxRows.ofValues(writes);
    if (outgoing.isEmpty()) {
      return new PostgresStatement(WRITE_VALUES, parameters);
    }
    addTo(parameters, outgoing);
    parameters.addLong(timestampMillis);
    return new PostgresStatement(WRITE_VALUES_AND_PUBLISH, parameters);
  }

  private static PostgresStatement insertOne(
      String process, long timestampMillis, EventWrite write) {
    var event = write.events().get(0);
    return new PostgresStatement(
        INSERT_EVENT,
        Tuple.of(
            process,
            timestampMillis,
            write.persistenceId(),
            write.firstSequence(),
            event.typeUrl(),
            buffer(event.value())));
  }

  /** What {@link #PUBLISH} takes, but for the time. */
  private static void addTo(Tuple parameters, OutboxRows outgoing) {
    var rows = outgoing.rows();
    parameters.addArrayOfInteger(rows.stream().map(OutboxRows.Row::write).toArray(Integer[]::new));
    parameters.addArrayOfString(texts(rows, OutboxRows.Row::eventId));
    parameters.addArrayOfString(texts(rows, row -> row.reply().topic()));
    parameters.addArrayOfString(texts(rows, row -> row.reply().service()));
    parameters.addArrayOfString(texts(rows, row -> row.reply().key()));
    parameters.addArrayOfString(texts(rows, row -> row.reply().payload().typeUrl()));
    parameters.addArrayOfBuffer(
        rows.stream().map(row -> buffer(row.reply().payload().value())).toArray(Buffer[]::new));
    parameters.addArrayOfBuffer(
        rows.stream()
            .map(row -> Buffer.buffer(MetadataBytes.write(row.reply().metadata())))
            .toArray(Buffer[]::new));
  }

  private static String[] texts(List<OutboxRows.Row> rows, Function<OutboxRows.Row, String> text) {
    return rows.stream().map(text).toArray(String[]::new);
  }

  private static Buffer buffer(ByteString bytes) {
    return Buffer.buffer(bytes.toByteArray());
  }
}
