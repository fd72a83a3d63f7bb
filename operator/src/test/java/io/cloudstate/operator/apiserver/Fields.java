package io.cloudstate.operator.apiserver;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Objects as paths and values. A path's segments are those of FieldsV1: {@code f:} and a field's
 * name, {@code k:} and the keys of an item of a list that is merged by keys, and {@code .} for
 * there being that item at all. Other lists are one value.
 */
final class Fields {

  private static final Set<String> OF_THE_SERVER =
      Set.of(
          "name",
          "namespace",
          "uid",
          "resourceVersion",
          "generation",
          "creationTimestamp",
          "deletionTimestamp",
          "managedFields",
          "selfLink",
          "generateName");

  private static final Map<String, List<String>> KEYS =
      Map.ofEntries(
          Map.entry("containers", List.of("name")),
          Map.entry("initContainers", List.of("name")),
          Map.entry("volumes", List.of("name")),
          Map.entry("env", List.of("name")),
          Map.entry("imagePullSecrets", List.of("name")),
          Map.entry("volumeMounts", List.of("mountPath")),
          Map.entry("ownerReferences", List.of("uid")),
          Map.entry("conditions", List.of("type")),
          Map.entry("hostAliases", List.of("ip")),
          Map.entry("webhooks", List.of("name")),
          Map.entry("topologySpreadConstraints", List.of("topologyKey", "whenUnsatisfiable")));

  private static final JsonNode PRESENT = JsonNodeFactory.instance.textNode("present");

  private Fields() {}

  /** Without what nobody can own; of a subresource only what it may change. */
  static ObjectNode ownable(ObjectNode object, boolean isStatus) {
    var copy = object.deepCopy();
    copy.remove(List.of("apiVersion", "kind"));
    if (copy.get("metadata") instanceof ObjectNode metadata) {
      metadata.remove(OF_THE_SERVER);
      if (metadata.isEmpty()) {
        copy.remove("metadata");
      }
    }
    if (isStatus) {
      copy.retain("status");
    }
    return copy;
  }

  static Map<List<String>, JsonNode> of(ObjectNode object) {
    var found = new LinkedHashMap<List<String>, JsonNode>();
    object
        .properties()
        .forEach(
            field ->
                collect(List.of("f:" + field.getKey()), field.getKey(), field.getValue(), found));
    return found;
  }

  private static void collect(
      List<String> path, String field, JsonNode value, Map<List<String>, JsonNode> found) {
    var keys = value instanceof ArrayNode array ? keysOf(field, array) : List.<String>of();
    if (value.isObject() && !value.isEmpty()) {
      value
          .properties()
          .forEach(
              each ->
                  collect(plus(path, "f:" + each.getKey()), each.getKey(), each.getValue(), found));
    } else if (!keys.isEmpty()) {
      for (var item : value) {
        var itemPath = plus(path, keyOf(item, keys));
        found.put(plus(itemPath, "."), PRESENT);
        collect(itemPath, "", item, found);
      }
    } else {
      found.put(path, value);
    }
  }

  /** By what the items of a list are told apart; nothing if the list is one value. */
  private static List<String> keysOf(String field, ArrayNode list) {
    if (list.isEmpty()) {
      return List.of();
    }
    if (field.equals("ports")) {
      return List.of(list.get(0).has("containerPort") ? "containerPort" : "port", "protocol");
    }
    return KEYS.getOrDefault(field, List.of());
  }

  private static String keyOf(JsonNode item, List<String> keys) {
    var key = JsonNodeFactory.instance.objectNode();
    for (var name : keys) {
      if (item.has(name)) {
        key.set(name, item.get(name));
      } else if (name.equals("protocol")) {
        key.put(name, "TCP");
      }
    }
    return "k:" + key;
  }

  private static List<String> plus(List<String> path, String segment) {
    var longer = new ArrayList<>(path);
    longer.add(segment);
    return List.copyOf(longer);
  }

  /** Sets all that is in one object in another one. */
  static void merge(ObjectNode into, ObjectNode from) {
    for (var field : from.properties()) {
      var value = field.getValue();
      var old = into.get(field.getKey());
      if (value instanceof ObjectNode fields && old instanceof ObjectNode oldFields) {
        merge(oldFields, fields);
      } else if (value instanceof ArrayNode list
          && old instanceof ArrayNode oldList
          && !keysOf(field.getKey(), list).isEmpty()) {
        mergeItems(oldList, list, keysOf(field.getKey(), list));
      } else {
        into.set(field.getKey(), value.deepCopy());
      }
    }
  }

  private static void mergeItems(ArrayNode into, ArrayNode from, List<String> keys) {
    for (var item : from) {
      var index = indexOf(into, keyOf(item, keys), keys);
      if (index < 0) {
        into.add(item.deepCopy());
      } else {
        merge((ObjectNode) into.get(index), (ObjectNode) item);
      }
    }
  }

  private static int indexOf(ArrayNode list, String key, List<String> keys) {
    for (int i = 0; i < list.size(); i++) {
      if (keyOf(list.get(i), keys).equals(key)) {
        return i;
      }
    }
    return -1;
  }

  /** Removes fields, and items and maps that have nothing else in them. */
  static void remove(ObjectNode from, Set<List<String>> paths) {
    paths.stream()
        .sorted(Comparator.comparingInt((List<String> path) -> path.size()).reversed())
        .forEach(path -> remove(from, "", path));
  }

  private static void remove(JsonNode from, String field, List<String> path) {
    var first = path.get(0);
    var rest = path.subList(1, path.size());
    if (from instanceof ObjectNode object && first.startsWith("f:")) {
      var name = first.substring(2);
      var child = object.get(name);
      if (child == null) {
        return;
      }
      if (!rest.isEmpty()) {
        remove(child, name, rest);
      }
      if (rest.isEmpty() || child.isEmpty()) {
        object.remove(name);
      }
    } else if (from instanceof ArrayNode list && !keysOf(field, list).isEmpty()) {
      var index = indexOf(list, first, keysOf(field, list));
      if (index >= 0 && rest.equals(List.of("."))) {
        list.remove(index);
      } else if (index >= 0) {
        remove(list.get(index), "", rest);
      }
    }
  }

  static ObjectNode toV1(Set<List<String>> paths) {
    var root = JsonNodeFactory.instance.objectNode();
    for (var path : paths) {
      var node = root;
      for (var segment : path) {
        node = node.withObjectProperty(segment);
      }
    }
    return root;
  }

  static Set<List<String>> fromV1(JsonNode fields) {
    var paths = new java.util.LinkedHashSet<List<String>>();
    collectV1(List.of(), fields, paths);
    return paths;
  }

  private static void collectV1(List<String> path, JsonNode node, Set<List<String>> paths) {
    if (node.isEmpty()) {
      paths.add(path);
    }
    node.properties().forEach(each -> collectV1(plus(path, each.getKey()), each.getValue(), paths));
  }

  /** As conflicts name it: .spec.containers[name="x"].image. */
  static String toString(List<String> path) {
    var text = new StringBuilder();
    for (var segment : path) {
      if (segment.startsWith("f:")) {
        text.append('.').append(segment, 2, segment.length());
      } else if (segment.startsWith("k:")) {
        var key = segment.substring(3, segment.length() - 1);
        text.append(
            Arrays.asList(key.split(",", -1)).stream()
                .map(pair -> pair.replaceFirst("^\"([^\"]*)\":", "$1="))
                .toList());
      }
    }
    return text.toString();
  }
}
