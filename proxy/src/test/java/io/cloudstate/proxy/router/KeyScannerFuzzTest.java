package io.cloudstate.proxy.router;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.DynamicMessage;
import com.google.protobuf.InvalidProtocolBufferException;
import io.cloudstate.proxy.router.KeyScanner.Scan;
import io.cloudstate.proxy.testing.Fuzzing;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** No request makes the scanner throw, and it finds no key in what cannot be parsed. */
class KeyScannerFuzzTest {

  private static final int MAX_KEY_LENGTH = 100;
  private static final KeyScanner scanner =
      KeyScanner.of(KeyMethods.keyedBy("a_string"), MAX_KEY_LENGTH);

  @Test
  void everyRequestHasAKeyOrIsRejected() {
    var text = KeyMethods.field("a_string");
    var type = text.getContainingType();
    var one = DynamicMessage.newBuilder(type).setField(text, "key").build().toByteArray();
    var other =
        DynamicMessage.newBuilder(type).setField(text, "\u00fc-\\\0|").build().toByteArray();
    Fuzzing.check(
        List.of(one, other, new byte[0]),
        (input, random) -> {
          var scan = scanner.scan(ByteString.copyFrom(input));
          if (scan instanceof Scan.Found found) {
            assertThat(found.key()).isNotEmpty().doesNotContain("\0");
            assertThat(found.key().length()).isLessThanOrEqualTo(MAX_KEY_LENGTH);
            assertThat(keyOf(input)).isIn(found.key(), null);
          } else {
            assertThat(((Scan.Rejected) scan).failure().message()).isNotEmpty();
          }
        });
  }

  /** The key by a full parse, or null if there is none to compare with. */
  private static @Nullable Object keyOf(byte[] input) {
    var field = KeyMethods.field("a_string");
    try {
      return DynamicMessage.parseFrom(field.getContainingType(), input).getField(field);
    } catch (InvalidProtocolBufferException e) {
      return null; // what is wrong is inside a field that the scanner does not look into
    }
  }
}
