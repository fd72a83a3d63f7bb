package io.cloudstate.proxy.router;

import static io.cloudstate.proxy.router.KeyMethods.field;
import static io.cloudstate.proxy.router.KeyMethods.keyedBy;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.DynamicMessage;
import com.google.protobuf.UnknownFieldSet;
import com.google.protobuf.UnknownFieldSet.Field;
import io.cloudstate.proxy.discovery.MethodDefinition;
import io.cloudstate.proxy.router.KeyScanner.Scan;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class KeyScannerTest {

  private static final int MAX_LENGTH = 100;

  static Stream<Arguments> valuesAndTheirTexts() {
    return Stream.of(
        arguments("a_string", "anna", "anna"),
        arguments("a_string", "a-b\\c/ü :1", "a-b\\c/ü :1"),
        arguments("a_bytes", ByteString.fromHex("fbff00"), "-_8A"),
        arguments("a_bytes", ByteString.fromHex("01"), "AQ"),
        arguments("a_bool", true, "true"),
        arguments("a_int32", -7, "-7"),
        arguments("a_sint32", Integer.MIN_VALUE, "-2147483648"),
        arguments("a_sfixed32", -1, "-1"),
        arguments("a_uint32", -1, "4294967295"),
        arguments("a_fixed32", -1, "4294967295"),
        arguments("a_int64", -7L, "-7"),
        arguments("a_sint64", Long.MIN_VALUE, "-9223372036854775808"),
        arguments("a_sfixed64", 12L, "12"),
        arguments("a_uint64", -1L, "18446744073709551615"),
        arguments("a_fixed64", Long.MIN_VALUE, "9223372036854775808"),
        arguments("a_float", 1f, "1.0"),
        arguments("a_float", Float.NaN, "NaN"),
        arguments("a_double", 1e10, "1.0E10"),
        arguments("a_double", -0.0, "-0.0"),
        arguments("a_enum", colour(1), "RED"),
        arguments("a_enum", colour(77), "77"),
        arguments("one", "x", "x"));
  }

  @ParameterizedTest
  @MethodSource("valuesAndTheirTexts")
  void aValueIsWrittenAsText(String field, Object value, String text) {
    assertThat(scan(keyedBy(field), message(field, value))).isEqualTo(new Scan.Found(text));
  }

  @ParameterizedTest
  @CsvSource({
    "a_bool,false",
    "a_int32,0",
    "a_sint32,0",
    "a_sfixed32,0",
    "a_uint32,0",
    "a_fixed32,0",
    "a_int64,0",
    "a_sint64,0",
    "a_sfixed64,0",
    "a_uint64,0",
    "a_fixed64,0",
    "a_float,0.0",
    "a_double,0.0",
    "a_enum,NONE"
  })
  void anAbsentFieldHasItsDefaultValue(String field, String text) {
    assertThat(scan(keyedBy(field), ByteString.EMPTY)).isEqualTo(new Scan.Found(text));
  }

  @ParameterizedTest
  @ValueSource(strings = {"a_string", "a_bytes", "one"})
  void anEmptyKeyIsRejected(String field) {
    assertThat(rejection(keyedBy(field), ByteString.EMPTY))
        .isEqualTo(
            "Request of test.Things.Get has an empty entity key (expected: a value in "
                + field
                + ")");
  }

  @Test
  void severalTextsAreJoined() {
    var message = message("a_string", "anna").concat(message("a_int32", 3));
    assertThat(scan(keyedBy("a_string", "a_int32", "a_bool"), message))
        .isEqualTo(new Scan.Found("anna-3-false"));
  }

  @ParameterizedTest
  @CsvSource({
    "a-b,c,a\\-b-c",
    "a,b-c,a-b\\-c",
    "a\\,b,a\\\\-b",
    "'',b,-b",
    "a,'',a-",
    "-,-,\\--\\-"
  })
  void differentFieldsNeverMakeTheSameKey(String one, String two, String key) {
    var message = message("a_string", one).concat(message("one", two));
    assertThat(scan(keyedBy("a_string", "one"), message)).isEqualTo(new Scan.Found(key));
  }

  @Test
  void severalFieldsThatAreAllEmptyMakeAnEmptyKey() {
    assertThat(rejection(keyedBy("a_string", "one"), message("a_int32", 1)))
        .isEqualTo(
            "Request of test.Things.Get has an empty entity key (expected: a value in a_string,"
                + " one)");
  }

  @Test
  void theLastOccurrenceCounts() {
    var message =
        message("a_string", "first").concat(message("a_int32", 1)).concat(message("a_string", "2"));
    assertThat(scan(keyedBy("a_string"), message)).isEqualTo(new Scan.Found("2"));
  }

  @Test
  void anotherMemberOfTheOneofUnsetsTheKey() {
    var message = message("one", "x").concat(message("other", 5));
    assertThat(scan(keyedBy("other"), message)).isEqualTo(new Scan.Found("5"));
    assertThat(rejection(keyedBy("one"), message)).contains("empty entity key");
  }

  @Test
  void fieldsTheProxyDoesNotKnowAreSkipped() {
    // Given
    var group = UnknownFieldSet.newBuilder().addField(1, Field.newBuilder().addVarint(9).build());
    var unknown =
        UnknownFieldSet.newBuilder()
            .addField(
                1000,
                Field.newBuilder()
                    .addVarint(1)
                    .addFixed32(2)
                    .addFixed64(3)
                    .addLengthDelimited(ByteString.copyFromUtf8("x"))
                    .addGroup(group.build())
                    .build())
            .build()
            .toByteString();
    // When
    var scan = scan(keyedBy("a_string"), unknown.concat(message("a_string", "k")).concat(unknown));
    // Then
    assertThat(scan).isEqualTo(new Scan.Found("k"));
  }

  @Test
  void aMethodWithoutKeyFieldsHasAnEmptyKey() {
    assertThat(scan(keyedBy(), message("a_int32", 1))).isEqualTo(new Scan.Found(""));
  }

  @Test
  void aKeyMayNotBeLongerThanAllowed() {
    assertThat(scan(keyedBy("a_string"), message("a_string", "x".repeat(MAX_LENGTH))))
        .isInstanceOf(Scan.Found.class);
    assertThat(rejection(keyedBy("a_string"), message("a_string", "x".repeat(MAX_LENGTH + 1))))
        .isEqualTo(
            "Request of test.Things.Get has an entity key of 101 characters (expected: <= 100)");
  }

  @Test
  void aKeyMayNotContainNul() {
    assertThat(rejection(keyedBy("a_string"), message("a_string", "ab\0c")))
        .isEqualTo(
            "Request of test.Things.Get has U+0000 in its entity key, at character 3 of field %d,"
                    .formatted(field("a_string").getNumber())
                + " a_string (expected: none)");
    var message = message("a_string", "anna").concat(message("one", "\0"));
    assertThat(rejection(keyedBy("a_string", "one"), message))
        .isEqualTo(
            "Request of test.Things.Get has U+0000 in its entity key, at character 1 of field %d,"
                    .formatted(field("one").getNumber())
                + " one (expected: none)");
  }

  @Test
  void nulOutsideOfTheKeyDoesNoHarm() {
    var message = message("a_string", "anna").concat(message("one", "\0"));
    assertThat(scan(keyedBy("a_string"), message)).isEqualTo(new Scan.Found("anna"));
    assertThat(scan(keyedBy("a_bytes"), message("a_bytes", ByteString.fromHex("00"))))
        .isEqualTo(new Scan.Found("AA"));
  }

  @ParameterizedTest
  @CsvSource({
    "4a05616263, the input ended",
    "4a, the input ended",
    "80, the input ended",
    "ffffffffffffffffffffff, malformed varint",
    "00, invalid tag",
    "0e, invalid wire type",
    "ac06, group ends that has not begun",
    "ab06, end-group tag",
    "ab06b406, end-group tag",
    "4affffffff0f, negative size",
    "4a01ff, invalid UTF-8",
    "4801, field a_string has wire type 0 (expected: 2)",
    "4b4c, field a_string has wire type 3 (expected: 2)"
  })
  void whatCannotBeDecodedIsRejected(String hex, String problem) {
    var good = message("a_string", "key");
    assertThat(rejection(keyedBy("a_string"), good.concat(ByteString.fromHex(hex))))
        .startsWith("Request of test.Things.Get cannot be decoded as test.Request: ")
        .containsIgnoringCase(problem);
  }

  @Test
  void groupsNestOnlySoDeep() {
    var groups = ByteString.fromHex("ab06".repeat(100_000) + "ac06".repeat(100_000));
    assertThat(rejection(keyedBy("a_string"), groups)).contains("too many levels of nesting");
  }

  private static Object colour(int number) {
    return field("a_enum").getEnumType().findValueByNumberCreatingIfUnknown(number);
  }

  private static ByteString message(String name, Object value) {
    FieldDescriptor field = field(name);
    return DynamicMessage.newBuilder(field.getContainingType())
        .setField(field, value)
        .build()
        .toByteString();
  }

  private static Scan scan(MethodDefinition method, ByteString message) {
    return KeyScanner.of(method, MAX_LENGTH).scan(message);
  }

  private static String rejection(MethodDefinition method, ByteString message) {
    var scan = scan(method, message);
    assertThat(scan).isInstanceOf(Scan.Rejected.class);
    return ((Scan.Rejected) scan).failure().message();
  }
}
