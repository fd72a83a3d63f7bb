package io.cloudstate.operator.formation;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A program of another module, as it is packaged, in a process of its own. */
final class Program implements AutoCloseable {

  private static final String HEAP = "-Xmx192m";

  private final Process process;
  private final Path log;

  private Program(Process process, Path log) {
    this.process = process;
    this.log = log;
  }

  /** Skips the test that asks if the module was not packaged. */
  static Path jar(String module, String name) {
    var jar = Path.of("..").resolve(module).resolve("target").resolve(name);
    assumeTrue(Files.exists(jar), "no %s (run ./mvnw -pl %s -am package)".formatted(jar, module));
    return jar.toAbsolutePath();
  }

  /** Starts it, and does not wait. */
  static Program start(
      Path jar, List<String> arguments, Map<String, String> environment, Path log) {
    var java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    var command = new ArrayList<>(List.of(java, HEAP, "-XX:TieredStopAtLevel=1", "-jar"));
    command.add(jar.toString());
    command.addAll(arguments);
    var builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().putAll(environment);
    try {
      return new Program(builder.redirectOutput(log.toFile()).start(), log);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** All it has written. */
  String log() {
    try {
      return Files.readString(log);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Returns when its ports are free again. */
  @Override
  public void close() {
    process.destroyForcibly().onExit().join();
  }
}
