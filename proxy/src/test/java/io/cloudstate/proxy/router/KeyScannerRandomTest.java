package io.cloudstate.proxy.router;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.EnumValueDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.DynamicMessage;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.UnsafeByteOperations;
import io.cloudstate.proxy.call.Failure;
import io.cloudstate.proxy.router.KeyScanner.Scan;
import java.nio.ByteBuffer;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The scanner agrees with a full parse, and survives whatever a client sends. */
class KeyScannerRandomTest {

  private static final int ITERATIONS = 2_000;

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void theScannerFindsWhatAFullParseFinds(long seed) throws InvalidProtocolBufferException {
    var random = new Random(seed);
    for (var i = 0; i < ITERATIONS; i++) {
      // Given
      var keys = keys(random);
      var bytes = messages(random);
      // When
      var scan = scan(keys, represented(random, bytes));
      // Then
      assertThat(scan).as("seed %s, iteration %s", seed, i).isEqualTo(expected(keys, bytes));
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {4, 5, 6})
  void theScannerFindsNothingElseInDamagedMessages(long seed) {
    var random = new Random(seed);
    for (var i = 0; i < ITERATIONS; i++) {
      // Given
      var keys = keys(random);
      var bytes = damaged(random, messages(random));
      // When
      var scan = scan(keys, represented(random, bytes));
      // Then
      if (scan instanceof Scan.Found found && canBeParsed(bytes)) {
        assertThat(found).as("seed %s, iteration %s", seed, i).isEqualTo(expectedIn(keys, bytes));
      } else if (scan instanceof Scan.Rejected rejected && isUndecodable(rejected)) {
        assertThat(canBeParsed(bytes) && !hasWrongWireType(keys, bytes))
            .as("seed %s, iteration %s: %s", seed, i, rejected)
            .isFalse();
      }
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {7, 8, 9})
  void randomBytesNeverMakeTheScannerThrow(long seed) {
    var random = new Random(seed);
    for (var i = 0; i < ITERATIONS; i++) {
      var bytes = new byte[random.nextInt(40)];
      random.nextBytes(bytes);
      assertThat(scan(keys(random), represented(random, ByteString.copyFrom(bytes)))).isNotNull();
    }
  }

  private static Scan scan(List<FieldDescriptor> keys, ByteString bytes) {
    var names = keys.stream().map(FieldDescriptor::getName).toArray(String[]::new);
    return KeyScanner.of(KeyMethods.keyedBy(names), Integer.MAX_VALUE).scan(bytes);
  }

  // --- what the scanner should find, written down a second time

  private static Scan expectedIn(List<FieldDescriptor> keys, ByteString bytes) {
    try {
      return expected(keys, bytes);
    } catch (InvalidProtocolBufferException e) {
      throw new AssertionError(e);
    }
  }

  private static Scan expected(List<FieldDescriptor> keys, ByteString bytes)
      throws InvalidProtocolBufferException {
    var message = DynamicMessage.parseFrom(keys.get(0).getContainingType(), bytes);
    var texts = keys.stream().map(key -> text(key, message.getField(key))).toList();
    if (texts.stream().allMatch(String::isEmpty)) {
      return scan(keys, ByteString.EMPTY); // the rejection of an empty key
    }
    for (var i = 0; i < texts.size(); i++) {
      if (texts.get(i).contains("\0")) {
        return withNul(keys.get(i), texts.get(i));
      }
    }
    return new Scan.Found(
        texts.size() == 1
            ? texts.get(0)
            : texts.stream()
                .map(text -> text.replaceAll("([\\\\-])", "\\\\$1"))
                .collect(Collectors.joining("-")));
  }

  private static Scan withNul(FieldDescriptor field, String text) {
    var message =
        "Request of test.Things.Get has U+0000 in its entity key, at character %d of field %d, %s"
            + " (expected: none)";
    return new Scan.Rejected(
        new Failure.BadCall(
            message.formatted(text.indexOf('\0') + 1, field.getNumber(), field.getName())));
  }

  private static String text(FieldDescriptor field, Object value) {
    if (value instanceof ByteString bytes) {
      return Base64.getUrlEncoder().encodeToString(bytes.toByteArray()).replace("=", "");
    }
    if (value instanceof EnumValueDescriptor colour) {
      return colour.getNumber() == 0 || colour.getNumber() == 1
          ? colour.getName()
          : Integer.toString(colour.getNumber());
    }
    return switch (field.getType().name()) {
      case "UINT32", "FIXED32" -> Long.toString(((Integer) value) & 0xffffffffL);
      case "UINT64", "FIXED64" -> Long.toUnsignedString((Long) value);
      default -> value.toString();
    };
  }

  private static boolean canBeParsed(ByteString bytes) {
    try {
      return DynamicMessage.parseFrom(KeyMethods.field("a_string").getContainingType(), bytes)
          .isInitialized();
    } catch (InvalidProtocolBufferException e) {
      return false;
    }
  }

  private static boolean isUndecodable(Scan.Rejected rejected) {
    return rejected.failure().message().contains("cannot be decoded");
  }

  /** A full parse keeps a known field of a wrong wire type among the unknown ones. */
  private static boolean hasWrongWireType(List<FieldDescriptor> keys, ByteString bytes) {
    try {
      var message = DynamicMessage.parseFrom(keys.get(0).getContainingType(), bytes);
      return keys.stream().anyMatch(key -> message.getUnknownFields().hasField(key.getNumber()));
    } catch (InvalidProtocolBufferException e) {
      return false;
    }
  }

  // --- random messages

  private static List<FieldDescriptor> keys(Random random) {
    var usable = KeyMethods.usable();
    return IntStream.range(0, random.nextInt(3) + 1)
        .mapToObj(i -> usable.get(random.nextInt(usable.size())))
        .distinct()
        .toList();
  }

  /** One message, or several that parse as one. */
  private static ByteString messages(Random random) {
    var bytes = ByteString.EMPTY;
    for (var n = random.nextInt(3); n >= 0; n--) {
      bytes = bytes.concat(message(random, 2).toByteString());
    }
    return bytes;
  }

  private static DynamicMessage message(Random random, int depth) {
    var message = DynamicMessage.newBuilder(KeyMethods.field("a_string").getContainingType());
    for (var field : KeyMethods.fields()) {
      if (random.nextInt(3) == 0) {
        if (field.isRepeated()) {
          message.addRepeatedField(field, value(random, field, depth));
        } else if (depth > 0 || field.getJavaType() != FieldDescriptor.JavaType.MESSAGE) {
          message.setField(field, value(random, field, depth));
        }
      }
    }
    return message.build();
  }

  private static Object value(Random random, FieldDescriptor field, int depth) {
    return switch (field.getJavaType()) {
      case INT -> random.nextInt() >> random.nextInt(32);
      case LONG -> random.nextLong() >> random.nextInt(64);
      case FLOAT -> Float.intBitsToFloat(random.nextInt());
      case DOUBLE -> Double.longBitsToDouble(random.nextLong());
      case BOOLEAN -> random.nextBoolean();
      case STRING -> text(random);
      case BYTE_STRING -> ByteString.copyFromUtf8(text(random));
      case ENUM -> field.getEnumType().findValueByNumberCreatingIfUnknown(random.nextInt(5) - 1);
      case MESSAGE -> message(random, depth - 1);
    };
  }

  private static String text(Random random) {
    var alphabet = List.of("a", "-", "\\", "ü", "€", "\uD83D\uDE00", "\0", "|", "/");
    return IntStream.range(0, random.nextInt(5))
        .mapToObj(i -> alphabet.get(random.nextInt(alphabet.size())))
        .collect(Collectors.joining());
  }

  private static ByteString damaged(Random random, ByteString bytes) {
    var damaged = bytes.substring(0, bytes.size() - random.nextInt(bytes.size() + 1)).toByteArray();
    for (var n = random.nextInt(4); n > 0 && damaged.length > 0; n--) {
      damaged[random.nextInt(damaged.length)] = (byte) random.nextInt(256);
    }
    return ByteString.copyFrom(damaged);
  }

  /** The same bytes, as a transport may hold them. */
  private static ByteString represented(Random random, ByteString bytes) {
    return switch (random.nextInt(4)) {
      case 0 -> bytes;
      case 1 -> UnsafeByteOperations.unsafeWrap(direct(bytes));
      case 2 -> {
        var middle = random.nextInt(bytes.size() + 1);
        yield bytes.substring(0, middle).concat(bytes.substring(middle));
      }
      default -> ByteString.copyFromUtf8("x").concat(bytes).substring(1);
    };
  }

  private static ByteBuffer direct(ByteString bytes) {
    var buffer = ByteBuffer.allocateDirect(bytes.size());
    buffer.put(bytes.toByteArray());
    return buffer.flip();
  }
}
