package io.cloudstate.proxy.ingress.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class StatusMessageTest {

  @Test
  void whatIsNotPrintableAsciiIsPercentEncoded() {
    assertThat(StatusMessage.encoded("a b~")).isEqualTo("a b~");
    assertThat(StatusMessage.encoded("100%\n")).isEqualTo("100%25%0A");
    assertThat(StatusMessage.encoded("ü漢😀")).isEqualTo("%C3%BC%E6%BC%A2%F0%9F%98%80");
  }

  @Test
  void longTextIsCutBetweenCharacters() {
    var encoded = StatusMessage.encoded("x" + "漢".repeat(5_000));
    assertThat(encoded).hasSizeLessThanOrEqualTo(StatusMessage.MAX_CHARS).endsWith("%E6%BC%A2");
  }
}
