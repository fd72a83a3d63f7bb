package io.cloudstate.tck.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class ModelOptionsTest {

  @Test
  void withoutAFunctionTheReferenceFunctionIsPlayed() throws Options.Mistake {
    assertThat(Options.parse(List.of("model")).port()).isEqualTo(Options.REFERENCE);
    assertThat(Options.parse(List.of("model", "--command", "run")).port()).isEqualTo(8080);
    assertThat(Options.parse(List.of("model", "--target", "there:81")).port()).isEqualTo(81);
    assertThat(Options.parse(List.of("proxy")).port()).isEqualTo(9000);
  }

  @Test
  void limitsOfTheProxyAreUnknownUntilTold() throws Options.Mistake {
    assertThat(Options.parse(List.of("proxy")).relayTimeout()).isNull();
    var told =
        Options.parse(
            List.of("proxy", "--relay-timeout", "2", "--max-request", "9", "--max-reply", "10"));
    assertThat(told.relayTimeout()).isEqualTo(Duration.ofSeconds(2));
    assertThat(told.maxRequestBytes()).isEqualTo(9);
    assertThat(told.maxReplyBytes()).isEqualTo(10);
  }

  @Test
  void exitCodeTellsWhetherTheRulesHold() {
    assertThat(run("model", "--only", "vm3,em3")).isZero();
    assertThat(run("model", "--only", "vm3", "--target", "127.0.0.1:1", "--start-timeout", "1"))
        .isEqualTo(2);
    assertThat(run("model", "--only", "vm0")).isEqualTo(2);
  }

  private static int run(String... arguments) {
    var out = new PrintStream(new ByteArrayOutputStream(), true, StandardCharsets.UTF_8);
    return new Main(out).run(List.of(arguments));
  }
}
