package io.cloudstate.proxy.eventing;

import com.google.protobuf.ByteString;
import com.google.protobuf.BytesValue;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.WireFormat;
import io.cloudstate.proxy.call.Metadata;
import io.cloudstate.proxy.call.Metadata.Entry;
import io.cloudstate.proxy.call.Payload;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.IllegalCharsetNameException;
import java.nio.charset.StandardCharsets;
import java.nio.charset.UnsupportedCharsetException;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * What a CloudEvent is as a call, and a reply as a CloudEvent (spec/eventing.md 4 and 5.1). Pure.
 */
public final class EventPayloads {

  /** Content type of an event whose type is a type URL, and whose data are the value behind it. */
  public static final String ANY_CONTENT_TYPE = "application/vnd.cloudstate.protobuf.any";

  static final String JSON_PREFIX = "json.cloudstate.io/";
  static final String PRIMITIVE_PREFIX = "p.cloudstate.io/";
  static final String STRING_TYPE_URL = PRIMITIVE_PREFIX + "string";
  static final String BYTES_TYPE_URL = PRIMITIVE_PREFIX + "bytes";

  private static final String CONTENT_TYPE = "Content-Type";
  private static final String PREFIX = "ce-";
  private static final String PROTOBUF_CONTENT_TYPE = "application/protobuf";
  private static final Set<String> PROTOBUF_SUBTYPES =
      Set.of("protobuf", "x-protobuf", "vnd.google.protobuf");

  /** Attributes that the record has a place for. */
  private static final Set<String> ATTRIBUTES =
      Set.of(
          "id",
          "source",
          "specversion",
          "type",
          "datacontenttype",
          "dataschema",
          "subject",
          "time");

  private static final Pattern EXTENSION_NAME = Pattern.compile("[a-z0-9]+");
  private static final int FIELD = 1;

  private EventPayloads() {}

  // --- from event to call

  /** The payload of the call (spec/eventing.md 4.1). */
  public static Payload payload(CloudEvent event) {
    return MediaType.parse(event.contentType())
        .map(contentType -> payload(event, contentType))
        .orElseGet(() -> wrapped(BYTES_TYPE_URL, event.data()));
  }

  private static Payload payload(CloudEvent event, MediaType contentType) {
    if (contentType.is("application", "vnd.cloudstate.protobuf.any")) {
      return new Payload(event.type(), event.data());
    }
    if (contentType.type().equals("application")
        && PROTOBUF_SUBTYPES.contains(contentType.subtype())) {
      return new Payload(Payload.TYPE_URL_PREFIX + messageType(event, contentType), event.data());
    }
    if (isJson(contentType)) {
      return text(JSON_PREFIX + event.type(), event.data(), contentType);
    }
    if (contentType.type().equals("text")) {
      return text(STRING_TYPE_URL, event.data(), contentType);
    }
    return wrapped(BYTES_TYPE_URL, event.data());
  }

  private static String messageType(CloudEvent event, MediaType contentType) {
    return contentType
        .parameter("proto")
        .or(() -> contentType.parameter("messagetype"))
        .orElse(event.type());
  }

  private static boolean isJson(MediaType contentType) {
    return contentType.type().equals("application")
        && (contentType.subtype().equals("json") || contentType.subtype().endsWith("+json"));
  }

  /** In UTF-8, whatever it came in; bytes if nobody here knows how to read it. */
  private static Payload text(String typeUrl, ByteString data, MediaType contentType) {
    var charset = charset(contentType.parameter("charset").orElse("utf-8"));
    if (charset.isEmpty()) {
      return wrapped(BYTES_TYPE_URL, data);
    }
    return wrapped(
        typeUrl,
        charset.get().equals(StandardCharsets.UTF_8)
            ? data
            : ByteString.copyFromUtf8(data.toString(charset.get())));
  }

  private static Optional<Charset> charset(String name) {
    try {
      return Optional.of(Charset.forName(name));
    } catch (IllegalCharsetNameException | UnsupportedCharsetException e) {
      return Optional.empty();
    }
  }

  /** As field 1; what is not there is not wrapped either. */
  private static Payload wrapped(String typeUrl, ByteString data) {
    return new Payload(typeUrl, data.isEmpty() ? data : BytesValue.of(data).toByteString());
  }

  /** The metadata of the call (spec/eventing.md 4.3), extension attributes last. */
  public static Metadata metadata(CloudEvent event) {
    var entries = new ArrayList<Entry>();
    entries.add(new Entry.Text("ce-id", event.id()));
    entries.add(new Entry.Text("ce-source", event.source()));
    entries.add(new Entry.Text("ce-specversion", CloudEvent.SPEC_VERSION));
    entries.add(new Entry.Text("ce-type", event.type()));
    entries.add(new Entry.Text(CONTENT_TYPE, event.contentType()));
    event.dataSchema().ifPresent(schema -> entries.add(new Entry.Text("ce-dataschema", schema)));
    event.subject().ifPresent(subject -> entries.add(new Entry.Text("ce-subject", subject)));
    event.time().ifPresent(time -> entries.add(new Entry.Text("ce-time", time.toString())));
    event.extensions().forEach((name, value) -> entries.add(new Entry.Text(PREFIX + name, value)));
    return new Metadata(entries);
  }

  // --- from reply to event

  /**
   * The event that a reply is published as (spec/eventing.md 5.1).
   *
   * @param service full name of the service that replied; the source, unless the reply names one
   * @param id of the event, unless the reply has one
   * @param now time of the event, unless the reply has one
   * @throws MalformedEvent if the payload or the time cannot be read
   */
  public static CloudEvent event(
      Payload reply, Metadata metadata, String service, String id, Instant now)
      throws MalformedEvent {
    var texts = texts(metadata);
    var content = Content.of(reply);
    var time = texts.get("ce-time");
    return new CloudEvent(
        texts.getOrDefault("ce-id", id),
        texts.getOrDefault("ce-source", service),
        texts.getOrDefault("ce-type", content.type()),
        texts.getOrDefault("content-type", content.contentType()),
        Optional.ofNullable(texts.get("ce-dataschema")),
        Optional.ofNullable(texts.get("ce-subject")),
        Optional.of(time == null ? now : time(time)),
        extensions(texts),
        content.data());
  }

  /**
   * Reads a time as RFC 3339 has it.
   *
   * @throws MalformedEvent if it is none
   */
  public static Instant time(String text) throws MalformedEvent {
    try {
      return OffsetDateTime.parse(text).toInstant();
    } catch (DateTimeException e) {
      throw new MalformedEvent(
          "ce-time: " + text + " (expected: a time such as 2026-01-31T12:00:00Z)");
    }
  }

  /** Texts alone count, and of several of one name the last; names in lower case. */
  private static Map<String, String> texts(Metadata metadata) {
    var texts = new LinkedHashMap<String, String>();
    for (var entry : metadata.entries()) {
      if (entry instanceof Entry.Text text) {
        texts.put(text.key().toLowerCase(Locale.ROOT), text.value());
      }
    }
    return texts;
  }

  private static Map<String, String> extensions(Map<String, String> texts) {
    var extensions = new LinkedHashMap<String, String>();
    texts.forEach(
        (key, value) -> {
          var name = key.startsWith(PREFIX) ? key.substring(PREFIX.length()) : "";
          if (EXTENSION_NAME.matcher(name).matches() && !ATTRIBUTES.contains(name)) {
            extensions.put(name, value);
          }
        });
    return extensions;
  }

  /** What a payload says about itself. */
  private record Content(String type, String contentType, ByteString data) {

    static Content of(Payload payload) throws MalformedEvent {
      var typeUrl = payload.typeUrl();
      if (typeUrl.startsWith(JSON_PREFIX)) {
        return new Content(
            typeUrl.substring(JSON_PREFIX.length()), "application/json", unwrapped(payload));
      }
      if (typeUrl.equals(STRING_TYPE_URL)) {
        return new Content("", "text/plain; charset=utf-8", unwrapped(payload));
      }
      if (typeUrl.equals(BYTES_TYPE_URL)) {
        return new Content("", "application/octet-stream", unwrapped(payload));
      }
      return new Content(
          typeUrl.substring(typeUrl.indexOf('/') + 1), PROTOBUF_CONTENT_TYPE, payload.value());
    }

    private static ByteString unwrapped(Payload payload) throws MalformedEvent {
      var content = ByteString.EMPTY;
      try {
        CodedInputStream input = payload.value().newCodedInput();
        for (var tag = input.readTag(); tag != 0; tag = input.readTag()) {
          if (WireFormat.getTagFieldNumber(tag) != FIELD) {
            input.skipField(tag);
          } else if (WireFormat.getTagWireType(tag) == WireFormat.WIRETYPE_LENGTH_DELIMITED) {
            content = input.readBytes();
          } else {
            throw new MalformedEvent(
                "%s: field 1 has wire type %d (expected: %d)"
                    .formatted(
                        payload,
                        WireFormat.getTagWireType(tag),
                        WireFormat.WIRETYPE_LENGTH_DELIMITED));
          }
        }
      } catch (IOException e) {
        throw new MalformedEvent(payload + " cannot be decoded: " + e.getMessage());
      }
      return content;
    }
  }
}
