package io.cloudstate.bench;

import io.cloudstate.bench.measure.Database;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;

/**
 * Runs a command with a PostgreSQL server of its own, which a proxy that the command starts finds
 * by its environment, and ends with the command's exit code.
 */
public final class WithPostgres {

  private WithPostgres() {}

  public static void main(String[] command) throws IOException, InterruptedException {
    if (command.length == 0) {
      System.err.println("which command: none (expected: one, and its arguments)");
      System.exit(2);
    }
    System.exit(run(List.of(command)));
  }

  private static int run(List<String> command) throws IOException, InterruptedException {
    var directory = Files.createTempDirectory("postgres");
    var log = directory.resolve("postgres.log");
    int code;
    try (var database = Database.start(directory.resolve("data"), log)) {
      var builder = new ProcessBuilder(command).inheritIO();
      builder.environment().putAll(database.environment());
      code = builder.start().waitFor();
    }
    Main.delete(directory);
    return code;
  }
}
