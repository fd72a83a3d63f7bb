package io.cloudstate.proxy.faults;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.util.List;

/** Programs of this machine. */
final class Tool {

  private Tool() {}

  /**
   * Runs a program to its end.
   *
   * @throws IllegalStateException with what it said, if it cannot be run or fails
   */
  static void run(String... command) {
    var words = String.join(" ", List.of(command));
    try {
      var process = new ProcessBuilder(command).redirectErrorStream(true).start();
      var said = new String(process.getInputStream().readAllBytes(), UTF_8).trim();
      if (process.waitFor() != 0) {
        throw new IllegalStateException("%s: %s".formatted(words, said));
      }
    } catch (IOException | InterruptedException e) {
      throw new IllegalStateException("%s: %s".formatted(words, e.getMessage()), e);
    }
  }
}
