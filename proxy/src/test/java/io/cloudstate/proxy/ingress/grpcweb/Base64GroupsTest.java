package io.cloudstate.proxy.ingress.grpcweb;

import static org.assertj.core.api.Assertions.assertThat;

import io.cloudstate.proxy.testing.Fuzzing;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class Base64GroupsTest {

  private static final List<byte[]> GOOD =
      Stream.of("", "a", "ab", "abc", "abcd", "\u00fc\u00ff~~??>>")
          .map(text -> Base64.getEncoder().encode(text.getBytes(StandardCharsets.UTF_8)))
          .toList();

  @Test
  void whatTheDecoderOfTheJdkSaysIsSaid() {
    Fuzzing.check(
        GOOD, (input, random) -> assertThat(decoded(input, random)).isEqualTo(expected(input)));
  }

  /** In pieces of any length; null if it is no base64 or not complete. */
  private static byte @Nullable [] decoded(byte[] input, Random random) {
    var groups = new Base64Groups();
    var decoded = new ByteArrayOutputStream();
    for (var from = 0; from < input.length; ) {
      var to = Math.min(input.length, from + random.nextInt(9));
      var bytes = groups.decode(Arrays.copyOfRange(input, from, to));
      if (bytes == null) {
        return null;
      }
      decoded.writeBytes(bytes);
      from = to;
    }
    return groups.isComplete() ? decoded.toByteArray() : null;
  }

  /** Group by group, because the JDK's decoder knows padding at the end only. */
  private static byte @Nullable [] expected(byte[] input) {
    var decoded = new ByteArrayOutputStream();
    try {
      for (var i = 0; i < input.length; i += 4) {
        var group = Arrays.copyOfRange(input, i, Math.min(i + 4, input.length));
        if (group.length < 4) {
          return null;
        }
        decoded.writeBytes(Base64.getDecoder().decode(group));
      }
      return decoded.toByteArray();
    } catch (IllegalArgumentException e) {
      return null;
    }
  }
}
