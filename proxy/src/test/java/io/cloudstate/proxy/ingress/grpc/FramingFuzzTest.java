package io.cloudstate.proxy.ingress.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.cloudstate.proxy.ingress.calls.RequestMessage;
import io.cloudstate.proxy.testing.Fuzzing;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** No body makes the reading of messages throw or grow, however it comes in pieces. */
class FramingFuzzTest {

  private static final int MAX_BYTES = 300;
  private static final List<byte[]> GOOD =
      List.of(
          ReplyMessage.plain(ByteString.copyFromUtf8("message")),
          ReplyMessage.plain(ByteString.EMPTY),
          ReplyMessage.gzipped(ByteString.copyFromUtf8("a".repeat(200))),
          ReplyMessage.gzipped(ByteString.copyFromUtf8("a".repeat(2000))),
          new byte[0]);

  @Test
  void aWholeBodyIsOneMessageOrUnreadable() {
    Fuzzing.check(
        GOOD,
        (input, random) -> {
          var message = FramedMessage.read(input, random.nextBoolean(), MAX_BYTES);
          if (message instanceof RequestMessage.Complete complete) {
            assertThat(complete.bytes().size()).isLessThanOrEqualTo(MAX_BYTES);
          }
        });
  }

  @Test
  void piecesDoNotMatter() {
    Fuzzing.check(
        GOOD,
        (input, random) -> {
          var gzip = random.nextBoolean();
          var whole = new RequestFrames(gzip, MAX_BYTES);
          whole.add(input);
          assertThat(messages(inPieces(input, gzip, random))).isEqualTo(messages(whole));
        });
  }

  private static RequestFrames inPieces(byte[] input, boolean gzip, Random random) {
    var frames = new RequestFrames(gzip, MAX_BYTES);
    for (var from = 0; from < input.length; ) {
      var to = Math.min(input.length, from + random.nextInt(9));
      frames.add(Arrays.copyOfRange(input, from, to));
      from = to;
    }
    return frames;
  }

  private static List<Object> messages(RequestFrames frames) {
    var messages = new ArrayList<Object>();
    var next = frames.next();
    while (next != null) {
      messages.add(next);
      next = next instanceof RequestMessage.Complete ? frames.next() : null;
    }
    return messages;
  }
}
