package io.cloudstate.bench.measure;

import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Runs small programs for their output. */
public final class Tool {

  private Tool() {}

  /** What the program wrote on standard output; an exit code other than 0 is an exception. */
  public static String output(List<String> command) throws IOException {
    var process = new ProcessBuilder(command).redirectError(Redirect.DISCARD).start();
    process.getOutputStream().close();
    try {
      var output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      var exit = process.waitFor();
      if (exit != 0) {
        throw new IOException(command + " ended with " + exit + ": " + output);
      }
      return output;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException(command + " interrupted", e);
    } finally {
      process.destroyForcibly();
    }
  }
}
