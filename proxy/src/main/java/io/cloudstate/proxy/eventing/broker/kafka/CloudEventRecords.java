package io.cloudstate.proxy.eventing.broker.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import io.cloudstate.proxy.config.ProxySettings.CloudEventsMode;
import io.cloudstate.proxy.eventing.CloudEvent;
import io.cloudstate.proxy.eventing.broker.EventKeys;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.record.TimestampType;
import org.jspecify.annotations.Nullable;

/**
 * Events as records and records as events: the Kafka protocol binding of CloudEvents, version
 * 1.0.2, in binary and in structured mode. Records that are no CloudEvents become events as well
 * (spec/eventing.md 8.3, last row). Pure.
 */
final class CloudEventRecords {

  private static final String PREFIX = "ce_";
  private static final String CONTENT_TYPE = "content-type";
  private static final String OCTET_STREAM = "application/octet-stream";
  private static final Pattern EXTENSION_NAME = Pattern.compile("[a-z0-9]+");

  private CloudEventRecords() {}

  // --- reading

  /** The event in a record; whatever the record holds, there is one. */
  static CloudEvent event(ConsumerRecord<byte[], byte[]> record) {
    var headers = texts(record.headers());
    var contentType = headers.get(CONTENT_TYPE);
    if (contentType != null && StructuredMode.isStructured(contentType)) {
      return StructuredMode.read(data(record))
          .map(event -> withKey(event, record))
          .orElseGet(() -> plain(record, contentType));
    }
    return headers.containsKey(PREFIX + "specversion")
        ? binary(record, headers)
        : plain(record, contentType == null ? OCTET_STREAM : contentType);
  }

  private static CloudEvent binary(
      ConsumerRecord<byte[], byte[]> record, Map<String, String> headers) {
    var attributes = new HashMap<String, String>();
    headers.forEach(
        (name, value) -> {
          if (name.startsWith(PREFIX)) {
            attributes.put(name.substring(PREFIX.length()), value);
          }
        });
    attributes.remove("specversion");
    var contentType =
        Optional.ofNullable(attributes.remove("datacontenttype"))
            .or(() -> Optional.ofNullable(headers.get(CONTENT_TYPE)))
            .orElse(OCTET_STREAM);
    var event =
        new CloudEvent(
            remove(attributes, "id").orElse(idOf(record)),
            remove(attributes, "source").orElse(record.topic()),
            remove(attributes, "type").orElse(""),
            contentType,
            remove(attributes, "dataschema"),
            remove(attributes, "subject"),
            remove(attributes, "time").flatMap(CloudEventRecords::time),
            extensions(attributes),
            data(record));
    return withKey(event, record);
  }

  private static CloudEvent plain(ConsumerRecord<byte[], byte[]> record, String contentType) {
    var event =
        new CloudEvent(
            idOf(record),
            record.topic(),
            "",
            contentType,
            Optional.empty(),
            Optional.empty(),
            record.timestampType() == TimestampType.NO_TIMESTAMP_TYPE
                ? Optional.empty()
                : Optional.of(Instant.ofEpochMilli(record.timestamp())),
            Map.of(),
            data(record));
    return withKey(event, record);
  }

  /** What kept the events in order goes on to do so, unless the event says otherwise. */
  private static CloudEvent withKey(CloudEvent event, ConsumerRecord<byte[], byte[]> record) {
    var key = text(record.key());
    return key == null ? event : EventKeys.withKey(event, key);
  }

  private static String idOf(ConsumerRecord<?, ?> record) {
    return "%s/%d/%d".formatted(record.topic(), record.partition(), record.offset());
  }

  private static ByteString data(ConsumerRecord<?, byte[]> record) {
    byte @Nullable [] value = record.value();
    return value == null ? ByteString.EMPTY : UnsafeByteOperations.unsafeWrap(value);
  }

  static Map<String, String> extensions(Map<String, String> attributes) {
    var extensions = new LinkedHashMap<String, String>();
    attributes.forEach(
        (name, value) -> {
          if (EXTENSION_NAME.matcher(name).matches()) {
            extensions.put(name, value);
          }
        });
    return extensions;
  }

  /** As RFC 3339; what is none is left out. */
  static Optional<Instant> time(String text) {
    try {
      return Optional.of(OffsetDateTime.parse(text).toInstant());
    } catch (DateTimeException e) {
      return Optional.empty();
    }
  }

  /**
   * Names in lower case; of several of one name the last counts, and what is no text is not there.
   */
  private static Map<String, String> texts(Headers headers) {
    var texts = new HashMap<String, String>();
    for (var header : headers) {
      var value = text(header.value());
      if (value != null) {
        texts.put(header.key().toLowerCase(Locale.ROOT), value);
      }
    }
    return texts;
  }

  private static @Nullable String text(byte @Nullable [] bytes) {
    if (bytes == null) {
      return null;
    }
    try {
      return UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      return null;
    }
  }

  static Optional<String> remove(Map<String, String> attributes, String name) {
    return Optional.ofNullable(attributes.remove(name));
  }

  // --- writing

  /** The record of an event; its key keeps events of one entity or subject in order. */
  static ProducerRecord<byte[], byte[]> record(
      String topic, CloudEvent event, CloudEventsMode mode) {
    var key = EventKeys.of(event).map(text -> text.getBytes(UTF_8)).orElse(null);
    var isBinary = mode == CloudEventsMode.BINARY;
    var value = isBinary ? event.data().toByteArray() : StructuredMode.write(event);
    var record = new ProducerRecord<byte[], byte[]>(topic, key, value);
    if (isBinary) {
      addAttributes(record.headers(), event);
    } else {
      add(record.headers(), CONTENT_TYPE, StructuredMode.CONTENT_TYPE);
    }
    return record;
  }

  private static void addAttributes(Headers headers, CloudEvent event) {
    add(headers, PREFIX + "specversion", CloudEvent.SPEC_VERSION);
    add(headers, PREFIX + "id", event.id());
    add(headers, PREFIX + "source", event.source());
    add(headers, PREFIX + "type", event.type());
    add(headers, CONTENT_TYPE, event.contentType());
    event.dataSchema().ifPresent(schema -> add(headers, PREFIX + "dataschema", schema));
    event.subject().ifPresent(subject -> add(headers, PREFIX + "subject", subject));
    event.time().ifPresent(time -> add(headers, PREFIX + "time", time.toString()));
    event.extensions().forEach((name, value) -> add(headers, PREFIX + name, value));
  }

  private static void add(Headers headers, String name, String value) {
    headers.add(name, value.getBytes(UTF_8));
  }
}
