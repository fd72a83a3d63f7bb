package io.cloudstate.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class FreePortTest {

  /** Prints the ports it finds, and stays until it is told to end. */
  static final class Finder {
    public static void main(String[] args) throws IOException {
      IntStream.range(0, 50).forEach(i -> System.out.println(FreePort.find()));
      System.in.read();
    }
  }

  @Test
  void noPortIsGivenTwiceInARow() {
    assertThat(IntStream.range(0, 50).mapToObj(i -> FreePort.find())).doesNotHaveDuplicates();
  }

  @Test
  void portInUseIsPassedOver() throws IOException {
    try (var taken = new ServerSocket(FreePort.find())) {
      assertThat(IntStream.range(0, 200).map(i -> FreePort.find()))
          .doesNotContain(taken.getLocalPort());
    }
  }

  @Test
  void processesAtTheSameTimeFindDifferentPorts() throws IOException {
    var processes = new ArrayList<Process>();
    var found = new ArrayList<String>();
    try {
      for (var i = 0; i < 3; i++) {
        processes.add(start());
      }
      for (var process : processes) {
        var output = process.inputReader();
        for (var i = 0; i < 50; i++) {
          found.add(output.readLine());
        }
      }
    } finally {
      processes.forEach(Process::destroyForcibly);
    }
    assertThat(new HashSet<>(found)).hasSize(150).doesNotContainNull();
  }

  private static Process start() throws IOException {
    var java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    var classPath = System.getProperty("java.class.path");
    return new ProcessBuilder(java, "-cp", classPath, Finder.class.getName())
        .redirectError(ProcessBuilder.Redirect.INHERIT)
        .start();
  }
}
