package io.cloudstate.bench.wire;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.CodedInputStream;
import java.io.IOException;
import org.junit.jupiter.api.Test;

class HandledEventsTest {

  @Test
  void whatIsHandledIsReadAsItWasWritten() {
    var read = HandledEvents.of(new HandledEvents(5, 3, new int[] {7, 8, 9}).bytes());

    assertThat(read.emitted()).isEqualTo(5);
    assertThat(read.handled()).isEqualTo(3);
    assertThat(read.micros()).containsExactly(7, 8, 9);
  }

  @Test
  void anEventSaysWhenItWasEmittedBesideItsNumber() throws IOException {
    var bytes = CounterMessages.number(3, 1_234_567_890_123L);

    assertThat(CounterMessages.readNumber(CodedInputStream.newInstance(bytes))).isEqualTo(3);
    assertThat(CounterMessages.readEmitted(CodedInputStream.newInstance(bytes)))
        .isEqualTo(1_234_567_890_123L);
    assertThat(CounterMessages.readEmitted(CodedInputStream.newInstance(CounterMessages.number(3))))
        .isZero();
  }
}
