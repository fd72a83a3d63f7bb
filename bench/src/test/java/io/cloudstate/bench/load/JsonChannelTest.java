package io.cloudstate.bench.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JsonChannelTest {

  @Test
  void theValueIsReadWhateverElseAReplyHas() {
    assertThat(JsonChannel.value("{\"value\":\"17\",\"emittedNanos\":\"0\"}")).isEqualTo(17);
    assertThat(JsonChannel.value("{\"value\":\"3\"}")).isEqualTo(3);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "{}", "{\"value\":\"\"}", "{\"value\":3}", "no reply"})
  void whatHasNoneIsAnError(String reply) {
    assertThatThrownBy(() -> JsonChannel.value(reply))
        .isInstanceOf(NumberFormatException.class)
        .hasMessage(reply);
  }
}
