package io.cloudstate.operator.chart;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.introspect.Annotated;
import com.fasterxml.jackson.databind.introspect.JacksonAnnotationIntrospector;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import io.cloudstate.operator.crd.StatefulService;
import io.cloudstate.operator.crd.StatefulStore;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Objects of Kubernetes in YAML, read as strictly as an API server that validates fields. */
final class Manifests {

  static final Path ROOT = Path.of("..");

  private static final ObjectMapper YAML =
      new ObjectMapper(new YAMLFactory().enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION));

  /** One that has no place for fields it does not know, and takes no text for a number. */
  private static final ObjectMapper STRICT =
      JsonMapper.builder()
          .annotationIntrospector(
              new JacksonAnnotationIntrospector() {
                private static final long serialVersionUID = 1L;

                @Override
                public Boolean hasAnySetter(Annotated annotated) {
                  return false;
                }
              })
          .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
          .build();

  private static final Map<String, Class<?>> OURS =
      Map.of("StatefulService", StatefulService.class, "StatefulStore", StatefulStore.class);

  private static final KubernetesSerialization TYPES = new KubernetesSerialization();

  private Manifests() {}

  static List<ObjectNode> in(Path file) throws IOException {
    return in(Files.readString(file));
  }

  static List<ObjectNode> in(String text) throws IOException {
    var objects = new ArrayList<ObjectNode>();
    try (var documents = YAML.readerFor(JsonNode.class).<JsonNode>readValues(text)) {
      while (documents.hasNextValue()) {
        if (documents.nextValue() instanceof ObjectNode object) {
          objects.add(object);
        }
      }
    }
    return objects;
  }

  static String id(JsonNode object) {
    return object.at("/kind").asText()
        + "/"
        + (object.at("/metadata/namespace").isMissingNode()
            ? ""
            : object.at("/metadata/namespace").asText() + "/")
        + object.at("/metadata/name").asText();
  }

  /**
   * Fails for a kind that is not known, a field that its model lacks and a value of another type.
   */
  static HasMetadata strictly(JsonNode object) {
    var type = typeOf(object);
    try {
      return (HasMetadata) STRICT.treeToValue(object, type);
    } catch (JsonProcessingException e) {
      throw new AssertionError(id(object) + ": " + e.getOriginalMessage(), e);
    }
  }

  static <T> T strictly(JsonNode object, Class<T> type) {
    return type.cast(strictly(object));
  }

  private static Class<?> typeOf(JsonNode object) {
    var ours = OURS.get(object.path("kind").asText());
    if (ours != null && object.path("apiVersion").asText().equals("cloudstate.io/v1alpha1")) {
      return ours;
    }
    var head = YAML.createObjectNode();
    head.set("apiVersion", object.get("apiVersion"));
    head.set("kind", object.get("kind"));
    try {
      var read = TYPES.unmarshal(YAML.writeValueAsString(head));
      if (!(read instanceof HasMetadata) || read.getClass().getSimpleName().startsWith("Generic")) {
        throw new AssertionError(id(object) + " of " + object.get("apiVersion") + " is not known");
      }
      return read.getClass();
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }
}
