package io.cloudstate.proxy.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class NearestNameTest {

  private static final List<String> NAMES = List.of("http-port", "http-interface", "backoff.min");

  @Test
  void slipOfThePenIsRecognised() {
    assertThat(NearestName.of("http-prot", NAMES)).contains("http-port");
    assertThat(NearestName.of("httpPort", NAMES)).contains("http-port");
  }

  @Test
  void nameWithoutItsGroupIsRecognised() {
    assertThat(NearestName.of("min", NAMES)).contains("backoff.min");
  }

  @Test
  void nameFarFromAllOthersHasNoNearest() {
    assertThat(NearestName.of("colour", NAMES)).isEmpty();
  }

  @Test
  void editsAreCounted() {
    assertThat(NearestName.edits("", "abc")).isEqualTo(3);
    assertThat(NearestName.edits("kitten", "sitting")).isEqualTo(3);
    assertThat(NearestName.edits("same", "same")).isZero();
  }
}
