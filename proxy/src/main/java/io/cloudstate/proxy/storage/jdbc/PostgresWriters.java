package io.cloudstate.proxy.storage.jdbc;

import io.cloudstate.proxy.config.ProxySettings;
import io.cloudstate.proxy.eventloop.EventLoops;
import io.netty.channel.EventLoop;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.dns.AddressResolverOptions;
import io.vertx.core.file.FileSystemOptions;
import io.vertx.core.internal.VertxInternal;
import io.vertx.core.transport.Transport;
import io.vertx.pgclient.PgConnectOptions;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What writes to a PostgreSQL server: half of the connections, spread over the event loops, by
 * Vert.x's client (docs/decisions/0015).
 */
final class PostgresWriters implements Writers {

  private final PostgresDialect dialect;
  private final ProxySettings.Postgres settings;
  private final ProxySettings.Jdbc jdbc;
  private final VertxInternal vertx;
  private final List<EventLoop> loops;
  private final List<PostgresWriter> writers = new ArrayList<>();
  private volatile @Nullable PgConnectOptions options; // read at each check: files may be renewed

  PostgresWriters(
      PostgresDialect dialect,
      ProxySettings.Postgres settings,
      ProxySettings.Jdbc jdbc,
      Availability availability,
      EventLoops eventLoops) {
    this.dialect = dialect;
    this.settings = settings;
    this.jdbc = jdbc;
    this.vertx = vertx(eventLoops, jdbc);
    this.loops = eventLoops.all();
    var count = Math.max(1, jdbc.maxConnections() / 2);
    for (var i = 0; i < count; i++) {
      var loop = loops.get(i % loops.size());
      writers.add(new PostgresWriter(dialect, availability, loop, () -> connect(loop)));
    }
  }

  @Override
  public List<PostgresWriter> all() {
    return writers;
  }

  /** Connects as a writer does. Blocks to read files, not to connect. */
  @Override
  public CompletionStage<?> check() {
    var checked = new CompletableFuture<@Nullable Void>();
    try {
      options = readOptions();
    } catch (SQLException e) {
      throw dialect.unavailable(e);
    }
    connect(loops.get(0))
        .whenComplete(
            (connection, failure) -> {
              if (failure == null) {
                connection.close();
                checked.complete(null);
              } else {
                checked.completeExceptionally(dialect.unavailable((SQLException) failure));
              }
            });
    return checked;
  }

  @Override
  public void close() {
    var unused = vertx.close();
  }

  private CompletionStage<PostgresConnection> connect(EventLoop loop) {
    var current = options;
    return current == null
        ? CompletableFuture.failedFuture(new SQLException("not checked yet"))
        : PostgresConnection.open(
            vertx,
            loop,
            current,
            PostgresDialect.wholeSeconds(jdbc.connectionTimeout()),
            PostgresDialect.wholeSeconds(jdbc.answerTimeout()));
  }

  private PgConnectOptions readOptions() throws SQLException {
    var read =
        new PgConnectOptions()
            .setHost(settings.host())
            .setPort(settings.port())
            .setDatabase(settings.database())
            .setUser(settings.user())
            .setPassword(settings.password())
            .setProperties(dialect.writersProperties())
            .setPipeliningLimit(1);
    PostgresTls.add(read, settings.ssl());
    return read;
  }

  /** With nothing of its own that runs: its work is done on our loops. */
  private static VertxInternal vertx(EventLoops eventLoops, ProxySettings.Jdbc jdbc) {
    var options =
        new VertxOptions()
            .setEventLoopPoolSize(1)
            .setWorkerPoolSize(1)
            .setInternalBlockingPoolSize(1)
            .setUseDaemonThread(true)
            .setAddressResolverOptions(
                new AddressResolverOptions().setQueryTimeout(jdbc.connectionTimeout().toMillis()))
            .setFileSystemOptions(
                new FileSystemOptions()
                    .setClassPathResolvingEnabled(false)
                    .setFileCachingEnabled(false));
    return (VertxInternal)
        Vertx.builder().with(options).withTransport(transport(eventLoops)).build();
  }

  private static Transport transport(EventLoops eventLoops) {
    return Stream.of(Transport.NIO, Transport.EPOLL, Transport.IO_URING, Transport.KQUEUE)
        .filter(transport -> transport != null && transport.name().equals(eventLoops.transport()))
        .findFirst()
        .orElseThrow(() -> new AssertionError("Vert.x lacks " + eventLoops.transport()));
  }
}
