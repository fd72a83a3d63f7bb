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
import io.vertx.sqlclient.Tuple;
import io.vertx.sqlclient.impl.SocketConnectionBase;
import io.vertx.sqlclient.internal.SqlConnectionInternal;
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
  private static final long TRUSTED_NANOS = Duration.ofSeconds(1).toNanos();
  private static final Duration VALIDATION_TIMEOUT = Duration.ofSeconds(2);
  private static final PostgresStatement VALIDATION =
      new PostgresStatement("SELECT 1", Tuple.tuple());

  private final PgConnection connection;
  private final CloseFuture closing;
  private final EventLoop loop;
  private final Duration answerTimeout;

  private final Map<String, PreparedQuery<RowSet<Row>>> prepared = new HashMap<>(); // by SQL
  private @Nullable CompletableFuture<RowSet<Row>> awaited;
  private long lastUseNanos = System.nanoTime(); // asked or answered
  private @Nullable Throwable lastWord; // what the server or the network said besides answers
  private @Nullable ScheduledFuture<?> watch;
  private boolean isOpen = true;

  private PostgresConnection(
      PgConnection connection, CloseFuture closing, EventLoop loop, Duration answerTimeout) {
    this.connection = connection;
    this.closing = closing;
    this.loop = loop;
    this.answerTimeout = answerTimeout;
    connection.exceptionHandler(said -> lastWord = said);
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
                  .map(made -> new PostgresConnection(made, closing, loop, answerTimeout))
                  .compose(PostgresConnection::durable)
                  .onComplete(
                      made -> {
                        if (opened.complete(made)) {
                          made.watch();
                        } else {
                          made.close();
                        }
                      },
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

  /** One look now and then for the whole connection, instead of a timer for each statement. */
  private void watch() {
    if (isOpen) {
      var period = Math.max(1, answerTimeout.toNanos() / LOOKS_PER_TIMEOUT);
      watch = loop.scheduleWithFixedDelay(this::look, period, period, TimeUnit.NANOSECONDS);
    }
  }

  /** Runs a statement; one at a time. */
  CompletionStage<RowSet<Row>> run(PostgresStatement statement) {
    var answer = new CompletableFuture<RowSet<Row>>();
    awaited = answer;
    lastUseNanos = System.nanoTime();
    var known = prepared.get(statement.sql());
    var answered =
        known != null
            ? known.execute(statement.parameters())
            : prepare(statement.sql()).compose(query -> query.execute(statement.parameters()));
    answered.onComplete(
        rows -> {
          awaited = null;
          lastUseNanos = System.nanoTime();
          answer.complete(rows);
        },
        failure -> {
          awaited = null;
          answer.completeExceptionally(withLastWord(sqlException(failure)));
        });
    return answer;
  }

  /** Whether it was used a moment ago. If not, a firewall may have forgotten it. */
  boolean isTrusted() {
    return System.nanoTime() - lastUseNanos < TRUSTED_NANOS;
  }

  /** Asks the server for a sign of life, which has less time for that than for a statement. */
  CompletionStage<?> validate() {
    var answer = run(VALIDATION);
    var asked = awaited;
    var timer =
        loop.schedule(
            () -> {
              if (asked != null && asked == awaited) {
                giveUp(asked, VALIDATION_TIMEOUT);
              }
            },
            VALIDATION_TIMEOUT.toNanos(),
            TimeUnit.NANOSECONDS);
    return answer.whenComplete((rows, failure) -> timer.cancel(false));
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

  /** Returns at once; a statement that is under way fails. */
  void close() {
    if (isOpen) {
      isOpen = false;
      if (watch != null) {
        watch.cancel(false);
      }
      var unused = closing.close();
    }
    var answer = awaited;
    awaited = null;
    if (answer != null) {
      answer.completeExceptionally(
          withLastWord(new SQLException("the connection is closed", CONNECTION_FAILURE)));
    }
  }

  private void look() {
    var answer = awaited;
    if (answer != null && System.nanoTime() - lastUseNanos > answerTimeout.toNanos()) {
      giveUp(answer, answerTimeout);
    }
  }

  private void giveUp(CompletableFuture<RowSet<Row>> answer, Duration timeout) {
    awaited = null;
    sever();
    close();
    answer.completeExceptionally(late("answer", timeout));
  }

  /** Without a farewell, which Vert.x would send, and then wait for the other side to hang up. */
  private void sever() {
    if (((SqlConnectionInternal) connection).unwrap() instanceof SocketConnectionBase broken) {
      var codec = broken.socket().channelHandlerContext().pipeline().context("codec");
      if (codec != null) {
        var unused = codec.close();
      }
    }
  }

  /** A connection that ends is the consequence; why it does has been said before. */
  private SQLException withLastWord(SQLException failure) {
    var said = lastWord;
    return said == null || !CONNECTION_FAILURE.equals(failure.getSQLState())
        ? failure
        : new SQLException(sqlException(said).getMessage(), CONNECTION_FAILURE, said);
  }

  private Future<PostgresConnection> durable() {
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
                  ? connection.query(PostgresDialect.DURABLE).execute().map(done -> this)
                  : Future.succeededFuture(this);
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
