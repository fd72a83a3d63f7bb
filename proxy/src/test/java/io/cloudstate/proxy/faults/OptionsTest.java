package io.cloudstate.proxy.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OptionsTest {

  @Test
  void withoutOptionsEachFaultIsTriedOnce() {
    assertThat(Options.of(List.of(), 7))
        .isEqualTo(
            new Options(
                Duration.ZERO, Faults.ALL, false, false, false, 7, Path.of("target", "faults")));
  }

  @Test
  void optionsAreRead() {
    var words =
        "--minutes 20 --only database-slow,node-killed --list --quick --tls --seed 3 --report there";
    var options = Options.of(List.of(words.split(" ")), 7);
    assertThat(options.minutes()).isEqualTo(Duration.ofMinutes(20));
    assertThat(options.faults())
        .extracting(Fault::name)
        .containsExactly("database-slow", "node-killed");
    assertThat(options.isList()).isTrue();
    assertThat(options.isQuick()).isTrue();
    assertThat(options.hasTls()).isTrue();
    assertThat(options.seed()).isEqualTo(3);
    assertThat(options.report()).isEqualTo(Path.of("there"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ':',
      value = {
        "--minute 3: --minute (expected: --minutes, --only, --list, --quick, --tls, --seed or",
        "--minutes: --minutes without a value",
        "--minutes x: --minutes x (expected: a whole number)",
        "--only x: --only x (expected: some of node-killed,"
      })
  void whatIsNotUnderstoodIsNamed(String words, String message) {
    assertThatThrownBy(() -> Options.of(List.of(words.split(" ")), 7))
        .isInstanceOf(Options.Wrong.class)
        .hasMessageStartingWith(message);
  }

  @Test
  void namesOfFaultsAreUnique() {
    assertThat(Faults.ALL).extracting(Fault::name).doesNotHaveDuplicates();
  }
}
