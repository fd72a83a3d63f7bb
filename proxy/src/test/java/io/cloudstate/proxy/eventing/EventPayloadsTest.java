package io.cloudstate.proxy.eventing;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_16;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import com.google.protobuf.BytesValue;
import com.google.protobuf.Int64Value;
import io.cloudstate.proxy.call.Metadata;
import io.cloudstate.proxy.call.Metadata.Entry;
import io.cloudstate.proxy.call.Payload;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Each row of spec/eventing.md 4.1, 4.3 and 5.1. */
class EventPayloadsTest {

  private static final Instant NOW = Instant.parse("2026-01-31T12:00:00Z");
  private static final ByteString TEXT = ByteString.copyFromUtf8("grün");

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          application/protobuf | pkg.Msg | type.googleapis.com/pkg.Msg
          application/x-protobuf | pkg.Msg | type.googleapis.com/pkg.Msg
          application/vnd.google.protobuf | pkg.Msg | type.googleapis.com/pkg.Msg
          Application/Protobuf | pkg.Msg | type.googleapis.com/pkg.Msg
          application/protobuf; proto=other.Msg | pkg.Msg | type.googleapis.com/other.Msg
          application/protobuf; messageType="other.Msg" | pkg.Msg | type.googleapis.com/other.Msg
          application/protobuf; messageType=b.B; proto=a.A | pkg.Msg | type.googleapis.com/a.A
          application/protobuf; proto= | pkg.Msg | type.googleapis.com/pkg.Msg
          application/vnd.cloudstate.protobuf.any | json.cloudstate.io/X | json.cloudstate.io/X
          """)
  void protobufKeepsItsBytes(String contentType, String type, String typeUrl) {
    assertThat(EventPayloads.payload(event(contentType, type, TEXT)))
        .isEqualTo(new Payload(typeUrl, TEXT));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          application/json | json.cloudstate.io/Type
          application/json; charset=UTF-8 | json.cloudstate.io/Type
          APPLICATION/JSON;charset="utf-8" | json.cloudstate.io/Type
          application/problem+json | json.cloudstate.io/Type
          text/plain | p.cloudstate.io/string
          text/html; charset=utf-8 | p.cloudstate.io/string
          text/plain; charset=none-such | p.cloudstate.io/bytes
          text/plain; charset=?? | p.cloudstate.io/bytes
          application/octet-stream | p.cloudstate.io/bytes
          image/png | p.cloudstate.io/bytes
          nonsense | p.cloudstate.io/bytes
          text/plain; nonsense | p.cloudstate.io/bytes
          a/b/c | p.cloudstate.io/bytes
          '' | p.cloudstate.io/bytes
          """)
  void otherDataAreWrapped(String contentType, String typeUrl) {
    assertThat(EventPayloads.payload(event(contentType, "Type", TEXT)))
        .isEqualTo(new Payload(typeUrl, BytesValue.of(TEXT).toByteString()));
    assertThat(EventPayloads.payload(event(contentType, "Type", ByteString.EMPTY)))
        .isEqualTo(new Payload(typeUrl, ByteString.EMPTY));
  }

  @Test
  void textOfAnotherCharsetIsReencoded() {
    for (var charset : List.of(ISO_8859_1, UTF_16)) {
      var event =
          event(
              "text/plain; charset=" + charset.name(),
              "",
              ByteString.copyFrom("grün".getBytes(charset)));
      assertThat(EventPayloads.payload(event))
          .isEqualTo(new Payload("p.cloudstate.io/string", BytesValue.of(TEXT).toByteString()));
    }
  }

  @Test
  void metadataHaveTheirOrderAndOnlyWhatIsKnown() {
    var full =
        new CloudEvent(
            "7",
            "log",
            "T",
            "text/plain",
            Optional.of("schema"),
            Optional.of("subject"),
            Optional.of(NOW),
            Map.of("sequence", "3"),
            TEXT);
    assertThat(EventPayloads.metadata(full))
        .isEqualTo(
            metadata(
                "ce-id", "7",
                "ce-source", "log",
                "ce-specversion", "1.0",
                "ce-type", "T",
                "Content-Type", "text/plain",
                "ce-dataschema", "schema",
                "ce-subject", "subject",
                "ce-time", "2026-01-31T12:00:00Z",
                "ce-sequence", "3"));
    assertThat(EventPayloads.metadata(event("text/plain", "", TEXT)))
        .isEqualTo(
            metadata(
                "ce-id", "id",
                "ce-source", "source",
                "ce-specversion", "1.0",
                "ce-type", "",
                "Content-Type", "text/plain"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          json.cloudstate.io/X | X | application/json | true
          p.cloudstate.io/string | '' | text/plain; charset=utf-8 | true
          p.cloudstate.io/bytes | '' | application/octet-stream | true
          type.googleapis.com/pkg.Msg | pkg.Msg | application/protobuf | false
          p.cloudstate.io/int32 | int32 | application/protobuf | false
          """)
  void replyWithoutMetadataSaysWhatItIs(
      String typeUrl, String type, String contentType, boolean isWrapped) throws Exception {
    var value = isWrapped ? BytesValue.of(TEXT).toByteString() : TEXT;
    assertThat(reply(new Payload(typeUrl, value), Metadata.EMPTY))
        .isEqualTo(
            new CloudEvent(
                "generated",
                "pkg.Service",
                type,
                contentType,
                Optional.empty(),
                Optional.empty(),
                Optional.of(NOW),
                Map.of(),
                TEXT));
  }

  @Test
  void replysMetadataWinAndTheLastOfSeveral() throws Exception {
    var metadata =
        metadata(
            "ce-id", "first",
            "ce-id", "7",
            "CE-Source", "me",
            "ce-specversion", "1.0",
            "ce-type", "T",
            "Content-Type", "text/plain",
            "ce-dataschema", "schema",
            "ce-subject", "subject",
            "ce-time", "2026-01-31T14:00:00+02:00",
            "ce-traceparent", "00-1",
            "ce-not_a_name", "x",
            "other", "x");
    assertThat(reply(new Payload("type.googleapis.com/M", TEXT), metadata))
        .isEqualTo(
            new CloudEvent(
                "7",
                "me",
                "T",
                "text/plain",
                Optional.of("schema"),
                Optional.of("subject"),
                Optional.of(NOW),
                Map.of("traceparent", "00-1"),
                TEXT));
  }

  @Test
  void binaryMetadataDoNotCount() throws Exception {
    var metadata = new Metadata(List.of(new Entry.Binary("ce-id", TEXT)));
    assertThat(reply(new Payload("a/M", TEXT), metadata).id()).isEqualTo("generated");
  }

  @Test
  void firstFieldIsFoundAmongOthersAndMayBeMissing() throws Exception {
    var other = ByteString.copyFrom(new byte[] {0x10, 0x05}); // field 2, varint
    var wrapped = other.concat(BytesValue.of(TEXT).toByteString()).concat(other);
    assertThat(reply(new Payload("json.cloudstate.io/X", wrapped), Metadata.EMPTY).data())
        .isEqualTo(TEXT);
    assertThat(reply(new Payload("json.cloudstate.io/X", other), Metadata.EMPTY).data())
        .isEqualTo(ByteString.EMPTY);
  }

  @Test
  void whatCannotBeReadIsNoEvent() {
    var number = new Payload("json.cloudstate.io/X", Int64Value.of(5).toByteString());
    assertThatThrownBy(() -> reply(number, Metadata.EMPTY))
        .isInstanceOf(MalformedEvent.class)
        .hasMessageContaining("field 1 has wire type 0 (expected: 2)");
    var broken =
        new Payload("json.cloudstate.io/X", ByteString.copyFrom("\n\u007f".getBytes(UTF_8)));
    assertThatThrownBy(() -> reply(broken, Metadata.EMPTY)).isInstanceOf(MalformedEvent.class);
    assertThatThrownBy(() -> reply(new Payload("a/M", TEXT), metadata("ce-time", "yesterday")))
        .isInstanceOf(MalformedEvent.class)
        .hasMessageContaining("ce-time: yesterday");
  }

  private static CloudEvent reply(Payload payload, Metadata metadata) throws MalformedEvent {
    return EventPayloads.event(payload, metadata, "pkg.Service", "generated", NOW);
  }

  private static CloudEvent event(String contentType, String type, ByteString data) {
    return new CloudEvent(
        "id",
        "source",
        type,
        contentType,
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Map.of(),
        data);
  }

  private static Metadata metadata(String... keysAndValues) {
    var texts = Arrays.asList(keysAndValues);
    return new Metadata(
        IntStream.range(0, texts.size() / 2)
            .<Entry>mapToObj(i -> new Entry.Text(texts.get(2 * i), texts.get(2 * i + 1)))
            .toList());
  }
}
