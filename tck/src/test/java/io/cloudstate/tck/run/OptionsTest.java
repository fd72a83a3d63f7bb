package io.cloudstate.tck.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cloudstate.tck.run.Options.Target;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class OptionsTest {

  @Test
  void withoutAFunctionTheReferenceFunctionIsPlayed() throws Options.Mistake {
    assertThat(Options.parse(List.of("model")).function().port()).isEqualTo(Options.REFERENCE);
    assertThat(Options.parse(List.of("model", "--command", "run")).function().port())
        .isEqualTo(8080);
    assertThat(Options.parse(List.of("model", "--target", "there:81")).function().port())
        .isEqualTo(81);
    assertThat(Options.parse(List.of("proxy")).proxy().port()).isEqualTo(9000);
  }

  @Test
  void interceptHasAProxyAndAFunction() throws Options.Mistake {
    var alone = Options.parse(List.of("intercept", "--proxy-command", "run it"));
    assertThat(alone.proxy().command()).isEqualTo("run it");
    assertThat(alone.proxy().port()).isEqualTo(9000);
    assertThat(alone.isOnReference()).isTrue();
    var both =
        Options.parse(
            List.of(
                "intercept", "--target", "p:1", "--function", "f:2", "--function-command", "f"));
    assertThat(both.proxy().host()).isEqualTo("p");
    assertThat(both.proxy().command()).isNull();
    assertThat(both.function()).isEqualTo(new Target("f", 2, "f", Path.of("tck-function.log")));
    assertThat(both.isOnReference()).isFalse();
  }

  @Test
  void optionsOfAnotherSuiteAreRefused() {
    assertThatThrownBy(() -> Options.parse(List.of("intercept", "--command", "x")))
        .hasMessageContaining("--proxy-command");
    assertThatThrownBy(() -> Options.parse(List.of("proxy", "--function", "f:2")))
        .hasMessageContaining("intercept alone");
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
