package io.cloudstate.proxy.eventing.broker.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonPrimitive;
import com.google.gson.Strictness;
import com.google.protobuf.ByteString;
import io.cloudstate.proxy.eventing.CloudEvent;
import java.nio.charset.CharacterCodingException;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** A whole event as one JSON document: the JSON format of CloudEvents 1.0. Pure. */
final class StructuredMode {

  static final String CONTENT_TYPE = "application/cloudevents+json; charset=UTF-8";

  private static final String MEDIA_TYPE = "application/cloudevents+json";
  private static final String JSON = "application/json";
  private static final Gson GSON =
      new GsonBuilder()
          .setStrictness(Strictness.STRICT)
          .serializeNulls()
          .disableHtmlEscaping()
          .create();

  private StructuredMode() {}

  /** Whether a record of this content type holds a whole event. */
  static boolean isStructured(String contentType) {
    return mediaType(contentType).equals(MEDIA_TYPE);
  }

  /** The event; empty if the document is none: it lacks an attribute, or is not JSON. */
  static Optional<CloudEvent> read(ByteString document) {
    try {
      var parsed = GSON.fromJson(document.toStringUtf8(), JsonElement.class);
      return parsed instanceof JsonObject object ? read(object) : Optional.empty();
    } catch (JsonParseException | IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private static Optional<CloudEvent> read(JsonObject object) {
    var attributes = attributes(object);
    var specVersion = CloudEventRecords.remove(attributes, "specversion");
    var id = CloudEventRecords.remove(attributes, "id");
    var source = CloudEventRecords.remove(attributes, "source");
    if (specVersion.isEmpty() || id.isEmpty() || source.isEmpty()) {
      return Optional.empty();
    }
    var contentType = CloudEventRecords.remove(attributes, "datacontenttype").orElse(JSON);
    return Optional.of(
        new CloudEvent(
            id.get(),
            source.get(),
            CloudEventRecords.remove(attributes, "type").orElse(""),
            contentType,
            CloudEventRecords.remove(attributes, "dataschema"),
            CloudEventRecords.remove(attributes, "subject"),
            CloudEventRecords.remove(attributes, "time").flatMap(CloudEventRecords::time),
            CloudEventRecords.extensions(attributes),
            data(object, contentType)));
  }

  /** Numbers and truth values of extensions are their texts. */
  private static Map<String, String> attributes(JsonObject object) {
    var attributes = new LinkedHashMap<String, String>();
    object
        .entrySet()
        .forEach(
            entry -> {
              if (entry.getValue() instanceof JsonPrimitive value && !isData(entry.getKey())) {
                attributes.put(entry.getKey(), value.getAsString());
              }
            });
    return attributes;
  }

  private static boolean isData(String name) {
    return name.equals("data") || name.equals("data_base64");
  }

  private static ByteString data(JsonObject object, String contentType) {
    if (object.get("data_base64") instanceof JsonPrimitive base64) {
      return ByteString.copyFrom(Base64.getDecoder().decode(base64.getAsString()));
    }
    var data = object.get("data");
    if (data == null) {
      return ByteString.EMPTY;
    }
    return data instanceof JsonPrimitive text && text.isString() && !isJson(contentType)
        ? ByteString.copyFromUtf8(text.getAsString())
        : ByteString.copyFromUtf8(GSON.toJson(data));
  }

  static byte[] write(CloudEvent event) {
    var object = new JsonObject();
    object.addProperty("specversion", CloudEvent.SPEC_VERSION);
    object.addProperty("id", event.id());
    object.addProperty("source", event.source());
    object.addProperty("type", event.type());
    object.addProperty("datacontenttype", event.contentType());
    event.dataSchema().ifPresent(schema -> object.addProperty("dataschema", schema));
    event.subject().ifPresent(subject -> object.addProperty("subject", subject));
    event.time().ifPresent(time -> object.addProperty("time", time.toString()));
    event.extensions().forEach(object::addProperty);
    addData(object, event);
    return GSON.toJson(object).getBytes(UTF_8);
  }

  /** JSON as JSON, text as text, everything else, and what only claims to be one, as base64. */
  private static void addData(JsonObject object, CloudEvent event) {
    if (event.data().isEmpty()) {
      return;
    }
    var json = isJson(event.contentType()) ? json(event.data()) : Optional.<JsonElement>empty();
    if (json.isPresent()) {
      object.add("data", json.get());
      return;
    }
    var text = isText(event.contentType()) ? text(event.data()) : Optional.<String>empty();
    if (text.isPresent()) {
      object.addProperty("data", text.get());
    } else {
      object.addProperty(
          "data_base64", Base64.getEncoder().encodeToString(event.data().toByteArray()));
    }
  }

  private static Optional<JsonElement> json(ByteString data) {
    try {
      return text(data).map(text -> GSON.fromJson(text, JsonElement.class));
    } catch (JsonParseException e) {
      return Optional.empty();
    }
  }

  private static Optional<String> text(ByteString data) {
    try {
      return Optional.of(UTF_8.newDecoder().decode(data.asReadOnlyByteBuffer()).toString());
    } catch (CharacterCodingException e) {
      return Optional.empty();
    }
  }

  private static boolean isJson(String contentType) {
    var mediaType = mediaType(contentType);
    return mediaType.equals(JSON) || mediaType.endsWith("+json");
  }

  /** In UTF-8, as the document is. */
  private static boolean isText(String contentType) {
    var lower = contentType.toLowerCase(Locale.ROOT);
    return mediaType(contentType).startsWith("text/")
        && (!lower.contains("charset") || lower.contains("utf-8"));
  }

  private static String mediaType(String contentType) {
    var end = contentType.indexOf(';');
    return (end < 0 ? contentType : contentType.substring(0, end)).strip().toLowerCase(Locale.ROOT);
  }
}
