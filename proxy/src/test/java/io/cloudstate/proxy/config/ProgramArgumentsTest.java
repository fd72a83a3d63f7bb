package io.cloudstate.proxy.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class ProgramArgumentsTest {

  @Test
  void definitionsAreSystemProperties() {
    // When
    var properties =
        ProgramArguments.asSystemProperties(
            List.of("-Dconfig.resource=dev-mode.conf", "-Da=b=c", "-Dempty="));
    // Then
    assertThat(properties)
        .containsEntry("config.resource", "dev-mode.conf")
        .containsEntry("a", "b=c")
        .containsEntry("empty", "")
        .hasSize(3);
  }

  @Test
  void lastDefinitionOfAKeyCounts() {
    assertThat(ProgramArguments.asSystemProperties(List.of("-Da=1", "-Da=2")))
        .containsEntry("a", "2");
  }

  @Test
  void noArgumentsAreFine() {
    assertThat(ProgramArguments.asSystemProperties(List.of())).isEmpty();
  }

  @Test
  void everyOtherArgumentIsNamedButNotItsValue() {
    assertThatThrownBy(
            () ->
                ProgramArguments.asSystemProperties(
                    List.of("start", "-Da=b", "--password=hunter2", "-Dkey", "-D=x")))
        .isInstanceOfSatisfying(
            InvalidSettings.class,
            e ->
                assertThat(e.problems())
                    .containsExactly(
                        "argument start (expected: -Dkey=value)",
                        "argument --password=... (expected: -Dkey=value)",
                        "argument -Dkey (expected: -Dkey=value)",
                        "argument -D=... (expected: -Dkey=value)"));
  }
}
