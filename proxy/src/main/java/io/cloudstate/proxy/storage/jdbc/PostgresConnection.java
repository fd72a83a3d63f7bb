package io.cloudstate.proxy.storage.jdbc;

import io.netty.channel.EventLoop;
import io.netty.util.concurrent.ScheduledFuture;
import io.vertx.core.Future;
import io.vertx.core.ThreadingModel;
import io.vertx.core.internal.CloseFuture;
import io.vertx.core.internal.VertxInternal;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.pgclient.PgConnection;
import io.vertx.pgclient.PgException;
import io.vertx.sqlclient.PreparedQuery;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A connection to a PostgreSQL server on an event loop, by Vert.x's client. Everything happens on
 * that loop, nothing blocks it, and what fails does so with an {@link SQLException}.
 */
final class PostgresConnection {

  /** The class "connection exception" of SQL states: the one for what is of the network. */
  private static final String CONNECTION_FAILURE = "08006";

  private static final int LOOKS_PER_TIMEOUT = 4;

  private final PgConnection connection;
  private final CloseFuture closing;
  private final Duration answerTimeout;
  private final ScheduledFuture<?> watch;

  private final Map<String, PreparedQuery<RowSet<Row>>> prepared = new HashMap<>(); // by SQL
  private @Nullable CompletableFuture<RowSet<Row>> awaited;
  private long awaitedSinceNanos;
  private boolean isOpen = true;

  private PostgresConnection(
      PgConnection connection, CloseFuture closing, EventLoop loop, Duration answerTimeout) {
    this.connection = connection;
    this.closing = closing;
    this.answerTimeout = answerTimeout;
    var period = Math.max(1, answerTimeout.toNanos() / LOOKS_PER_TIMEOUT);
    // One look now and then for the whole connection, instead of a timer for each statement.
    this.watch = loop.scheduleWithFixedDelay(this::look, period, period, TimeUnit.NANOSECONDS);
    connection.closeHandler(closed -> close());
  }

  /**
   * Connects; for writing, and so that what is confirmed is durable.
   *
   * @param timeout for all of that
   * @param answerTimeout how long a statement may take
   */
  static CompletionStage<PostgresConnection> open(
      VertxInternal vertx,
      EventLoop loop,
      PgConnectOptions options,
      Duration timeout,
      Duration answerTimeout) {
    var closing = new CloseFuture(); // of all that belongs to this connection
    vertx.addCloseHook(closing);
    var context =
        vertx
            .contextBuilder()
            .withThreadingModel(ThreadingModel.EVENT_LOOP)
            .withEventLoop(loop)
            .withCloseFuture(closing)
            .build();
    var opened = new CompletableFuture<PostgresConnection>();
    var timer =
        loop.schedule(
            () -> opened.completeExceptionally(late("connection", timeout)),
            timeout.toNanos(),
            TimeUnit.NANOSECONDS);
    context.runOnContext(
        here -> {
          var unused =
              PgConnection.connect(vertx, options)
                  .compose(PostgresConnection::durable)
                  .onComplete(
                      connection ->
                          opened.complete(
                              new PostgresConnection(connection, closing, loop, answerTimeout)),
                      failure -> opened.completeExceptionally(sqlException(failure)));
        });
    CompletionStage<PostgresConnection> result = opened;
    result.whenComplete(
        (connection, failure) -> {
          timer.cancel(false);
          if (failure != null) {
            var unused = closing.close();
          }
        });
    return result;
  }

  /** One at a time. */
  CompletionStage<RowSet<Row>> run(PostgresStatement statement) {
    var answer = new CompletableFuture<RowSet<Row>>();
    awaited = answer;
    awaitedSinceNanos = System.nanoTime();
    var known = prepared.get(statement.sql());
    var answered =
        known != null
            ? known.execute(statement.parameters())
            : prepare(statement.sql()).compose(query -> query.execute(statement.parameters()));
    answered.onComplete(
        rows -> {
          awaited = null;
          answer.complete(rows);
        },
        failure -> {
          awaited = null;
          answer.completeExceptionally(sqlException(failure));
        });
    return answer;
  }

  private Future<PreparedQuery<RowSet<Row>>> prepare(String sql) {
    return connection
        .prepare(sql)
        .map(
            statement -> {
              var query = statement.query();
              prepared.put(sql, query);
              return query;
            });
  }

  boolean isOpen() {
    return isOpen;
  }

  /** At once: nothing is waited for. */
  void close() {
    if (isOpen) {
      isOpen = false;
      watch.cancel(false);
      var unused = closing.close();
    }
  }

  private void look() {
    var answer = awaited;
    if (answer != null && System.nanoTime() - awaitedSinceNanos > answerTimeout.toNanos()) {
      awaited = null;
      close();
      answer.completeExceptionally(late("answer", answerTimeout));
    }
  }

  private static Future<PgConnection> durable(PgConnection connection) {
    return connection
        .query(PostgresDialect.SESSION)
        .execute()
        .compose(
            rows -> {
              var row = rows.iterator().next();
              if (row.getString(0).equals("on")) {
                return Future.failedFuture(PostgresDialect.readOnly());
              }
              return row.getString(1).equals("off")
                  ? connection.query(PostgresDialect.DURABLE).execute().map(done -> connection)
                  : Future.succeededFuture(connection);
            });
  }

  private static SQLException late(String what, Duration timeout) {
    return new SQLException(
        "no %s within %d ms".formatted(what, timeout.toMillis()), CONNECTION_FAILURE);
  }

  private static SQLException sqlException(Throwable failure) {
    if (failure instanceof SQLException known) {
      return known;
    }
    if (failure instanceof PgException refused) {
      return new SQLException(
          refused.getSeverity() + ": " + refused.getErrorMessage(), refused.getSqlState(), refused);
    }
    return new SQLException(String.valueOf(failure.getMessage()), CONNECTION_FAILURE, failure);
  }
}
