package io.cloudstate.proxy.eventing.broker.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.cloudstate.proxy.config.ProxySettings.CloudEventsMode;
import io.cloudstate.proxy.eventing.CloudEvent;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class CloudEventRecordsTest {

  private static final long TIMESTAMP = 1_700_000_000_000L;
  private static final CloudEvent FULL =
      new CloudEvent(
          "id",
          "/source",
          "com.example.Type",
          "application/json",
          Optional.of("https://schema"),
          Optional.of("subject"),
          Optional.of(Instant.parse("2026-01-31T12:00:00.123456789Z")),
          Map.of("traceparent", "00-ab", "sequence", "7"),
          ByteString.copyFromUtf8("{\"a\":[1,null,1.50]}"));

  // --- both ways

  static Stream<Arguments> contents() {
    return Stream.of(
            contents("application/json", "{\"a\":1}"),
            contents("application/json", "not JSON"),
            contents("application/json", "{\"a\":1} and more"),
            contents("application/json", "\"text\""),
            contents("application/json", ""),
            contents("application/vnd.example+json; charset=utf-8", "[1,2]"),
            contents("text/plain", "hällo"),
            contents("text/plain; charset=UTF-8", "hällo"),
            contents("text/plain; charset=iso-8859-1", "abc"),
            contents("application/protobuf", "\u0000\u0001"),
            contents("application/octet-stream", "abc"),
            contents("strange", "abc"))
        .flatMap(
            contents ->
                Stream.of(CloudEventsMode.values())
                    .map(mode -> Arguments.of(mode, contents.get()[0], contents.get()[1])));
  }

  private static Arguments contents(String contentType, String data) {
    return Arguments.of(contentType, data);
  }

  @ParameterizedTest
  @MethodSource("contents")
  void everyContentComesBackAsItWasWritten(CloudEventsMode mode, String contentType, String data) {
    var event = with(contentType, ByteString.copyFromUtf8(data));
    assertThat(back(CloudEventRecords.record("t", event, mode))).isEqualTo(event);
  }

  @ParameterizedTest
  @EnumSource(CloudEventsMode.class)
  void bytesThatAreNoTextComeBackAsTheyWere(CloudEventsMode mode) {
    var event = with("text/plain", ByteString.copyFrom(new byte[] {(byte) 0xff, 0, 1}));
    assertThat(back(CloudEventRecords.record("t", event, mode))).isEqualTo(event);
  }

  @ParameterizedTest
  @EnumSource(CloudEventsMode.class)
  void everyAttributeComesBack(CloudEventsMode mode) {
    assertThat(back(CloudEventRecords.record("t", FULL, mode))).isEqualTo(FULL);
  }

  // --- writing

  @Test
  void binaryModeHasAttributesAsHeadersAndTheDataAsValue() {
    var record = CloudEventRecords.record("t", FULL, CloudEventsMode.BINARY);
    assertThat(texts(record.headers()))
        .containsExactlyInAnyOrderEntriesOf(
            Map.of(
                "ce_specversion", "1.0",
                "ce_id", "id",
                "ce_source", "/source",
                "ce_type", "com.example.Type",
                "content-type", "application/json",
                "ce_dataschema", "https://schema",
                "ce_subject", "subject",
                "ce_time", "2026-01-31T12:00:00.123456789Z",
                "ce_traceparent", "00-ab",
                "ce_sequence", "7"));
    assertThat(record.value()).isEqualTo(FULL.data().toByteArray());
  }

  @Test
  void structuredModeIsOneDocument() {
    var event =
        new CloudEvent(
            "id",
            "s",
            "t",
            "application/json",
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Map.of("n", "1"),
            ByteString.copyFromUtf8("{\"a\": 1}"));
    var record = CloudEventRecords.record("t", event, CloudEventsMode.STRUCTURED);
    assertThat(texts(record.headers()))
        .containsExactly(Map.entry("content-type", "application/cloudevents+json; charset=UTF-8"));
    assertThat(new String(record.value(), UTF_8))
        .isEqualTo(
            "{\"specversion\":\"1.0\",\"id\":\"id\",\"source\":\"s\",\"type\":\"t\","
                + "\"datacontenttype\":\"application/json\",\"n\":\"1\",\"data\":{\"a\":1}}");
  }

  @ParameterizedTest
  @CsvSource({"key, subject, key", ", subject, subject", "key, , key", ", , "})
  void keyIsThePartitionKeyElseTheSubject(
      @Nullable String partitionKey, @Nullable String subject, @Nullable String expected) {
    var event =
        new CloudEvent(
            "id",
            "s",
            "",
            "text/plain",
            Optional.empty(),
            Optional.ofNullable(subject),
            Optional.empty(),
            partitionKey == null ? Map.of() : Map.of("partitionkey", partitionKey),
            ByteString.EMPTY);
    byte @Nullable [] key = CloudEventRecords.record("t", event, CloudEventsMode.BINARY).key();
    assertThat(key == null ? null : new String(key, UTF_8)).isEqualTo(expected);
  }

  // --- reading

  @Test
  void recordWithoutAttributesIsAnEventOfItsPlace() {
    var event = CloudEventRecords.event(record("k", "data", Map.of("content-type", "text/plain")));
    assertThat(event)
        .isEqualTo(
            new CloudEvent(
                "topic/3/42",
                "topic",
                "",
                "text/plain",
                Optional.empty(),
                Optional.empty(),
                Optional.of(Instant.ofEpochMilli(TIMESTAMP)),
                Map.of("partitionkey", "k"),
                ByteString.copyFromUtf8("data")));
  }

  @Test
  void recordWithNothingAtAllIsBytes() {
    var event = CloudEventRecords.event(record(null, null, Map.of()));
    assertThat(event.contentType()).isEqualTo("application/octet-stream");
    assertThat(event.data()).isEqualTo(ByteString.EMPTY);
    assertThat(event.extensions()).isEmpty();
  }

  @Test
  void binaryModeNeedsNoMoreThanItsVersion() {
    var event =
        CloudEventRecords.event(
            record(
                null,
                "data",
                Map.of("ce_specversion", "1.0", "ce_time", "yesterday", "ce_b@d", "x")));
    assertThat(event)
        .isEqualTo(
            new CloudEvent(
                "topic/3/42",
                "topic",
                "",
                "application/octet-stream",
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Map.of(),
                ByteString.copyFromUtf8("data")));
  }

  @Test
  void namesOfHeadersAreReadWithoutCaseAndTheContentTypeOfTheDataWins() {
    var event =
        CloudEventRecords.event(
            record(
                null,
                "1",
                Map.of(
                    "CE_specversion", "1.0",
                    "Ce_Id", "x",
                    "Content-Type", "text/plain",
                    "ce_datacontenttype", "application/json")));
    assertThat(event.id()).isEqualTo("x");
    assertThat(event.contentType()).isEqualTo("application/json");
  }

  @Test
  void timeWithAnOffsetIsRead() {
    var event =
        CloudEventRecords.event(
            record(
                null, "", Map.of("ce_specversion", "1.0", "ce_time", "2026-01-31T12:00:00+02:00")));
    assertThat(event.time()).hasValue(Instant.parse("2026-01-31T10:00:00Z"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{'specversion':'1.0','id':'1','source':'s','data':{'a':1}} | application/json | {'a':1}",
        "{'specversion':'1.0','id':'1','source':'s','data':'x'} | application/json | \"x\"",
        "{'specversion':'1.0','id':'1','source':'s','datacontenttype':'text/plain','data':'x'}"
            + " | text/plain | x",
        "{'specversion':'1.0','id':'1','source':'s','datacontenttype':'a/b','data_base64':'eA=='}"
            + " | a/b | x",
        "{'specversion':'1.0','id':'1','source':'s','datacontenttype':'text/xml','data':{'a':1}}"
            + " | text/xml | {'a':1}",
        "{'specversion':'1.0','id':'1','source':'s','e':true} | application/json | ''",
      })
  void structuredModeIsRead(String document, String contentType, String data) {
    var event = CloudEventRecords.event(structured(document.replace('\'', '"')));
    assertThat(event.id()).isEqualTo("1");
    assertThat(event.source()).isEqualTo("s");
    assertThat(event.contentType()).isEqualTo(contentType);
    assertThat(event.data().toStringUtf8())
        .isEqualTo(data.equals("''") ? "" : data.replace('\'', '"'));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "not JSON",
        "[]",
        "{'id':'1','source':'s'}",
        "{'specversion':'1.0','id':'1'}",
        "{'specversion':'1.0','id':'1','source':'s','data_base64':'*'}",
        "{'specversion':'1.0','id':'1','source':'s'",
      })
  void documentThatIsNoEventIsData(String document) {
    var record = structured(document.replace('\'', '"'));
    var event = CloudEventRecords.event(record);
    assertThat(event.id()).isEqualTo("topic/3/42");
    assertThat(event.contentType()).isEqualTo("application/cloudevents+json");
    assertThat(event.data()).isEqualTo(ByteString.copyFrom(record.value()));
  }

  @Test
  void documentThatIsNestedWithoutEndIsData() {
    var event = CloudEventRecords.event(structured("[".repeat(1_000_000)));
    assertThat(event.id()).isEqualTo("topic/3/42");
  }

  // --- the words above

  private static ConsumerRecord<byte[], byte[]> structured(String document) {
    return record(null, document, Map.of("content-type", "application/cloudevents+json"));
  }

  private static CloudEvent with(String contentType, ByteString data) {
    return new CloudEvent(
        "id",
        "s",
        "t",
        contentType,
        Optional.empty(),
        Optional.of("k"),
        Optional.empty(),
        Map.of(),
        data);
  }

  private static CloudEvent back(ProducerRecord<byte[], byte[]> record) {
    return CloudEventRecords.event(
        record(record.key(), record.value(), (RecordHeaders) record.headers()));
  }

  private static ConsumerRecord<byte[], byte[]> record(
      @Nullable String key, @Nullable String value, Map<String, String> headers) {
    var all = new RecordHeaders();
    headers.forEach((name, text) -> all.add(name, text.getBytes(UTF_8)));
    return record(
        key == null ? null : key.getBytes(UTF_8),
        value == null ? null : value.getBytes(UTF_8),
        all);
  }

  @SuppressWarnings("NullAway") // both may be null, which the library does not say
  private static ConsumerRecord<byte[], byte[]> record(
      byte @Nullable [] key, byte @Nullable [] value, RecordHeaders headers) {
    return new ConsumerRecord<>(
        "topic",
        3,
        42,
        TIMESTAMP,
        TimestampType.CREATE_TIME,
        -1,
        -1,
        key,
        value,
        headers,
        Optional.empty());
  }

  private static Map<String, String> texts(Headers headers) {
    var texts = new LinkedHashMap<String, String>();
    headers.forEach(header -> texts.put(header.key(), new String(header.value(), UTF_8)));
    return texts;
  }
}
