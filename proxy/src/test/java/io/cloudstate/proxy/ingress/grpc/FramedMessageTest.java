package io.cloudstate.proxy.ingress.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.cloudstate.proxy.call.Failure;
import io.cloudstate.proxy.ingress.calls.RequestMessage;
import org.junit.jupiter.api.Test;

class FramedMessageTest {

  private static final int MAX = 1_000;
  private static final ByteString MESSAGE = ByteString.copyFromUtf8("message");

  @Test
  void whatReplyMessageWritesIsRead() {
    assertThat(FramedMessage.read(ReplyMessage.plain(MESSAGE), false, MAX))
        .isEqualTo(new RequestMessage.Complete(MESSAGE));
    assertThat(FramedMessage.read(ReplyMessage.gzipped(MESSAGE), true, MAX))
        .isEqualTo(new RequestMessage.Complete(MESSAGE));
  }

  @Test
  void lengthIsUnsigned() {
    assertThat(failure(new byte[] {0, -1, -1, -1, -1}, false)).isInstanceOf(Failure.TooLarge.class);
  }

  @Test
  void bodiesThatAreNotOneMessageAreTheCallersFault() {
    assertThat(failure(new byte[0], false).message()).contains("0 (expected: 1)");
    assertThat(failure(new byte[] {0, 0, 0, 0, 0, 0, 0, 0, 0, 0}, false).message())
        .contains("more than 1");
    assertThat(failure(new byte[] {0, 0, 0}, false).message()).contains("cut off");
    assertThat(failure(new byte[] {0, 0, 0, 0, 9, 1}, false).message()).contains("cut off");
    assertThat(failure(new byte[] {7, 0, 0, 0, 0}, true).message()).contains("flag 7");
    assertThat(failure(ReplyMessage.gzipped(MESSAGE), false).message()).contains("flag 1");
    assertThat(failure(new byte[] {1, 0, 0, 0, 1, 42}, true).message()).contains("not gzip");
  }

  @Test
  void whatUnpacksToMoreThanAllowedIsRefused() {
    var bomb = ReplyMessage.gzipped(ByteString.copyFrom(new byte[MAX + 1]));
    assertThat(failure(bomb, true)).isInstanceOf(Failure.TooLarge.class);
  }

  private static Failure failure(byte[] body, boolean gzip) {
    return ((RequestMessage.Unreadable) FramedMessage.read(body, gzip, MAX)).failure();
  }
}
