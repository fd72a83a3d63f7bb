package io.cloudstate.bench.measure;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;

/**
 * A PostgreSQL server of its own, as durable as one is by default. As root it runs in a user
 * namespace ({@code unshare -U}), because PostgreSQL refuses root.
 */
public final class Database implements AutoCloseable {

  private static final Duration START_TIMEOUT = Duration.ofSeconds(60);

  private final EmbeddedPostgres server;
  private final ProcessTree tree;

  private Database(EmbeddedPostgres server, ProcessTree tree) {
    this.server = server;
    this.tree = tree;
  }

  public static Database start(Path data, Path log) {
    try {
      var output = Redirect.appendTo(log.toFile());
      var server =
          EmbeddedPostgres.builder()
              .setDataDirectory(data)
              .setPGStartupWait(START_TIMEOUT)
              .setOutputRedirector(output)
              .setErrorRedirector(output)
              .setRegisterShutdownHook(false)
              // the library turns these off
              .setServerConfig("fsync", "on")
              .setServerConfig("synchronous_commit", "on")
              .start();
      var pid = Files.readAllLines(data.resolve("postmaster.pid")).get(0).trim();
      return new Database(server, new ProcessTree(Long.parseLong(pid)));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot start PostgreSQL; see " + log, e);
    }
  }

  public ProcessTree tree() {
    return tree;
  }

  /** How a proxy finds it. */
  public Map<String, String> environment() {
    return Map.of(
        "CLOUDSTATE_STORE", "postgres",
        "POSTGRES_SERVICE", "127.0.0.1",
        "POSTGRES_PORT", Integer.toString(server.getPort()),
        "POSTGRES_DATABASE", "postgres",
        "POSTGRES_USERNAME", "postgres",
        "POSTGRES_PASSWORD", "postgres");
  }

  @Override
  public void close() {
    try {
      server.close();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot stop PostgreSQL", e);
    }
  }
}
