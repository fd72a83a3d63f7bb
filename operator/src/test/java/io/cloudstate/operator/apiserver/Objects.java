package io.cloudstate.operator.apiserver;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** What is stored, and what changed since when. Everything under one lock. */
final class Objects {

  /** One change; what was before is null for a new object, what is after for a deleted one. */
  record Change(
      long version, ResourceType type, @Nullable ObjectNode before, @Nullable ObjectNode after) {}

  record Key(String type, String namespace, String name) implements Comparable<Key> {
    @Override
    public int compareTo(Key other) {
      return toString().compareTo(other.toString());
    }
  }

  /** What a change is made of: the object as it is, and as it is to be. */
  interface Edit {
    ObjectNode of(ObjectNode live);
  }

  private final TreeMap<Key, ObjectNode> stored = new TreeMap<>();
  private final List<Change> changes = new ArrayList<>();
  private long version = 1;
  private long compacted = 0;

  static Key key(ResourceType type, String namespace, String name) {
    return new Key(type.apiVersion() + "/" + type.plural(), namespace, name);
  }

  synchronized long version() {
    return version;
  }

  synchronized List<ObjectNode> list(ResourceType type, String namespace) {
    var prefix = key(type, "", "").type();
    return stored.entrySet().stream()
        .filter(entry -> entry.getKey().type().equals(prefix))
        .filter(entry -> namespace.isEmpty() || entry.getKey().namespace().equals(namespace))
        .map(entry -> entry.getValue().deepCopy())
        .toList();
  }

  synchronized ObjectNode get(ResourceType type, String namespace, String name) {
    var found = stored.get(key(type, namespace, name));
    if (found == null) {
      throw ApiError.notFound("%s \"%s\"".formatted(type.plural(), name));
    }
    return found.deepCopy();
  }

  synchronized boolean exists(ResourceType type, String namespace, String name) {
    return stored.containsKey(key(type, namespace, name));
  }

  synchronized ObjectNode create(ResourceType type, String namespace, ObjectNode object) {
    var metadata = object.withObjectProperty("metadata");
    if (!metadata.has("name") && metadata.has("generateName")) {
      metadata.put(
          "name",
          metadata.get("generateName").asText() + UUID.randomUUID().toString().substring(0, 5));
    }
    var name = metadata.path("name").asText();
    if (name.isEmpty()) {
      throw ApiError.invalid("metadata.name: Required value");
    }
    if (exists(type, namespace, name)) {
      throw new ApiError(
          409, "AlreadyExists", "%s \"%s\" already exists".formatted(type.plural(), name));
    }
    if (metadata.has("resourceVersion") && !metadata.get("resourceVersion").asText().isEmpty()) {
      throw ApiError.conflict("resourceVersion should not be set on objects to be created");
    }
    metadata.put("uid", UUID.randomUUID().toString());
    metadata.put("creationTimestamp", now());
    if (type.isNamespaced()) {
      metadata.put("namespace", namespace);
    }
    if (object.has("spec")) {
      metadata.put("generation", 1);
    }
    object.put("apiVersion", type.apiVersion()).put("kind", type.kind());
    Rules.setDefaults(type, object);
    Rules.check(type, object, null);
    store(type, namespace, name, null, object);
    return object.deepCopy();
  }

  synchronized ObjectNode change(ResourceType type, String namespace, String name, Edit edit) {
    var live = get(type, namespace, name);
    var next = edit.of(live.deepCopy());
    var metadata = next.withObjectProperty("metadata");
    var expected = metadata.path("resourceVersion").asText("");
    var current = live.at("/metadata/resourceVersion").asText();
    if (!expected.isEmpty() && !expected.equals(current)) {
      throw ApiError.conflict(
          "Operation cannot be fulfilled on %s \"%s\": the object has been modified"
              .formatted(type.plural(), name));
    }
    var uid = live.at("/metadata/uid").asText();
    if (!metadata.path("uid").asText(uid).equals(uid)) {
      throw ApiError.conflict("Precondition failed: UID in precondition: " + metadata.get("uid"));
    }
    for (var field :
        Set.of("uid", "creationTimestamp", "generation", "resourceVersion", "name", "namespace")) {
      metadata.remove(field);
      if (live.get("metadata").has(field)) {
        metadata.set(field, live.get("metadata").get(field));
      }
    }
    next.put("apiVersion", type.apiVersion()).put("kind", type.kind());
    Rules.setDefaults(type, next);
    Rules.check(type, next, live);
    if (next.equals(live)) {
      return live;
    }
    if (next.has("spec") && !next.get("spec").equals(live.get("spec"))) {
      metadata.put("generation", live.at("/metadata/generation").asLong() + 1);
    }
    store(type, namespace, name, live, next);
    return next.deepCopy();
  }

  private void store(
      ResourceType type,
      String namespace,
      String name,
      @Nullable ObjectNode before,
      ObjectNode after) {
    if (after.remove("stringData") instanceof ObjectNode plain) {
      var data = after.withObjectProperty("data");
      plain
          .properties()
          .forEach(
              entry ->
                  data.put(
                      entry.getKey(),
                      Base64.getEncoder()
                          .encodeToString(
                              entry.getValue().asText().getBytes(StandardCharsets.UTF_8))));
    }
    version++;
    after.withObjectProperty("metadata").put("resourceVersion", String.valueOf(version));
    stored.put(key(type, namespace, name), after.deepCopy());
    changes.add(new Change(version, type, before, after.deepCopy()));
    notifyAll();
  }

  /** Deletes an object, if it is still the one that was meant, and what it owns. */
  synchronized ObjectNode delete(
      ResourceType type, String namespace, String name, ObjectNode options) {
    var live = get(type, namespace, name);
    for (var field : List.of("uid", "resourceVersion")) {
      var expected = options.path("preconditions").path(field).asText("");
      if (!expected.isEmpty() && !expected.equals(live.get("metadata").get(field).asText())) {
        throw ApiError.conflict(
            "Precondition failed: %s is %s".formatted(field, live.get("metadata").get(field)));
      }
    }
    version++;
    stored.remove(key(type, namespace, name));
    var last = live.deepCopy();
    last.withObjectProperty("metadata").put("resourceVersion", String.valueOf(version));
    changes.add(new Change(version, type, last, null));
    notifyAll();
    collectGarbage(live.at("/metadata/uid").asText());
    return live;
  }

  private void collectGarbage(String owner) {
    for (var entry : List.copyOf(stored.entrySet())) {
      var owners = entry.getValue().at("/metadata/ownerReferences").findValuesAsText("uid");
      if (owners.contains(owner)) {
        var type = entry.getKey().type();
        var slash = type.lastIndexOf('/');
        delete(
            ResourceType.of(type.substring(0, slash), type.substring(slash + 1)),
            entry.getKey().namespace(),
            entry.getKey().name(),
            entry.getValue().objectNode());
      }
    }
  }

  /** Forgets all changes so far: who wants them has to list again. */
  synchronized void compact() {
    changes.clear();
    compacted = version;
    notifyAll();
  }

  /** Changes after a version, none if there is no news for a while. */
  @SuppressWarnings("WaitNotInLoop") // waking up for nothing is no news
  synchronized List<Change> after(long since, ResourceType type, long waitMillis)
      throws InterruptedException {
    if (since < compacted) {
      throw ApiError.gone();
    }
    var news = news(since, type);
    if (news.isEmpty()) {
      wait(waitMillis);
      news = news(since, type);
    }
    return news;
  }

  private List<Change> news(long since, ResourceType type) {
    return changes.stream()
        .filter(change -> change.version() > since && change.type().equals(type))
        .toList();
  }

  static String now() {
    return TextNode.valueOf(Instant.now().truncatedTo(ChronoUnit.SECONDS).toString()).asText();
  }
}
