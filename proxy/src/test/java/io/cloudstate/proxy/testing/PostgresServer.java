package io.cloudstate.proxy.testing;

import static org.awaitility.Awaitility.await;

import io.cloudstate.testing.FreePort;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A PostgreSQL server of its own, which can be stopped, killed, halted and started again on the
 * same port and data. As root it runs in a user namespace ({@code unshare -U}), because PostgreSQL
 * refuses root; where that is not allowed the start fails, and with it the test.
 */
public final class PostgresServer implements AutoCloseable {

  private static final Duration START_TIMEOUT = Duration.ofSeconds(30);

  private final Path data;
  private int port = FreePort.find();
  private @Nullable EmbeddedPostgres server;

  private PostgresServer(Path data) {
    this.data = data;
  }

  /**
   * A server that does not run yet.
   *
   * @param directory for its data; need not exist
   */
  public static PostgresServer notStarted(Path directory) {
    return new PostgresServer(directory);
  }

  public static PostgresServer start(Path directory) {
    var server = notStarted(directory);
    server.start();
    return server;
  }

  public int port() {
    return port;
  }

  /** Starts it, for the first time or again. */
  public void start() {
    try {
      server =
          EmbeddedPostgres.builder()
              .setDataDirectory(data)
              .setCleanDataDirectory(false)
              .setPort(port)
              .setPGStartupWait(START_TIMEOUT)
              .setServerConfig("max_connections", "30")
              .setServerConfig("fsync", "on")
              .start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Starts it again, on another port. */
  public void startElsewhere() {
    port = FreePort.find();
    start();
  }

  /** Stops it in order; who is connected is thrown out. */
  public void stop() {
    var running = server;
    server = null;
    if (running != null) {
      try {
        running.close();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  /** {@code kill -9} of the server and every process of it; returns when they are gone. */
  public void kill() {
    var processes = processes();
    processes.forEach(ProcessHandle::destroyForcibly);
    await().atMost(START_TIMEOUT).until(() -> processes.stream().noneMatch(ProcessHandle::isAlive));
    stop(); // finds nothing to stop, and gives its lock on the directory back
  }

  /** {@code SIGSTOP} to every process: connections stay, and nothing answers. */
  public void halt() {
    Signal.STOP.send(processes());
  }

  /** Goes on after {@link #halt}. */
  public void goOn() {
    Signal.CONT.send(processes());
  }

  /** What makes a proxy use this server, as environment variables. */
  public Map<String, String> environment() {
    return Map.of(
        "CLOUDSTATE_STORE", "postgres",
        "POSTGRES_PORT", Integer.toString(port),
        "POSTGRES_DATABASE", "postgres",
        "POSTGRES_USERNAME", "postgres");
  }

  /** Processor time of all its processes that live. */
  public Duration processorTime() {
    return processes().stream()
        .map(process -> process.info().totalCpuDuration().orElse(Duration.ZERO))
        .reduce(Duration.ZERO, Duration::plus);
  }

  /** A connection as superuser to the default database. */
  public Connection connect() throws SQLException {
    return DriverManager.getConnection(
        "jdbc:postgresql://localhost:" + port + "/postgres?loginTimeout=5", "postgres", "");
  }

  /** Executes each statement by itself, as superuser. */
  public void execute(String... statements) {
    try (var connection = connect();
        var statement = connection.createStatement()) {
      for (var sql : statements) {
        statement.execute(sql);
      }
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() {
    stop();
  }

  private List<ProcessHandle> processes() {
    try {
      var pid = Long.parseLong(Files.readAllLines(data.resolve("postmaster.pid")).get(0).trim());
      var postmaster = ProcessHandle.of(pid).orElseThrow();
      var all = new ArrayList<ProcessHandle>();
      all.add(postmaster);
      postmaster.descendants().forEach(all::add);
      return all;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
