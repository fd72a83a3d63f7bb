package io.cloudstate.operator.apiserver;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Who owns which fields of an object: server-side apply, and updates by the same book. */
final class Managers {

  /** Who writes, by which way. */
  record Manager(String name, String operation, String subresource) {

    static Manager applying(String name, String subresource) {
      return new Manager(name, "Apply", subresource);
    }

    static Manager updating(String name, String subresource) {
      return new Manager(name, "Update", subresource);
    }
  }

  private record Entry(Set<List<String>> paths, String time) {}

  private final Map<Manager, Entry> entries = new LinkedHashMap<>();

  private Managers(@Nullable ObjectNode object) {
    if (object != null) {
      for (var entry : object.at("/metadata/managedFields")) {
        entries.put(
            new Manager(
                entry.path("manager").asText(),
                entry.path("operation").asText(),
                entry.path("subresource").asText()),
            new Entry(
                new LinkedHashSet<>(Fields.fromV1(entry.path("fieldsV1"))),
                entry.path("time").asText()));
      }
    }
  }

  /** The object after a manager said what it wants of it; refused if others want otherwise. */
  static ObjectNode apply(
      @Nullable ObjectNode live, ObjectNode wanted, Manager manager, boolean isForced, String now) {
    var managers = new Managers(live);
    var config = Fields.ownable(wanted, manager.subresource().equals("status"));
    var fields = Fields.of(config);
    var current = live == null ? Map.<List<String>, JsonNode>of() : Fields.of(live);
    managers.settleConflicts(fields, current, manager, isForced);
    var merged = live == null ? wanted.deepCopy() : live.deepCopy();
    Fields.merge(merged, config);
    Fields.remove(merged, managers.givenUp(manager, fields.keySet()));
    managers.own(manager, fields.keySet(), now);
    managers.writeTo(merged, wanted.path("apiVersion").asText());
    return merged;
  }

  private void settleConflicts(
      Map<List<String>, JsonNode> fields,
      Map<List<String>, JsonNode> current,
      Manager manager,
      boolean isForced) {
    var causes = new ArrayList<ApiError.Cause>();
    fields.forEach(
        (path, value) ->
            entries.forEach(
                (other, entry) -> {
                  if (!other.equals(manager)
                      && entry.paths().contains(path)
                      && !value.equals(current.get(path))) {
                    causes.add(
                        new ApiError.Cause(
                            "FieldManagerConflict",
                            Fields.toString(path),
                            "conflict with \"%s\"%s using v1"
                                .formatted(
                                    other.name(),
                                    other.subresource().isEmpty()
                                        ? ""
                                        : " with subresource \"" + other.subresource() + "\"")));
                    if (isForced) {
                      entry.paths().remove(path);
                    }
                  }
                }));
    if (!isForced && !causes.isEmpty()) {
      throw new ApiError(
          409, "Conflict", "Apply failed with %d conflicts".formatted(causes.size()), causes);
    }
  }

  private Set<List<String>> givenUp(Manager manager, Set<List<String>> kept) {
    var entry = entries.get(manager);
    var givenUp = new HashSet<List<String>>();
    if (entry != null) {
      givenUp.addAll(entry.paths());
      givenUp.removeAll(kept);
      givenUp.removeIf(
          path ->
              entries.entrySet().stream()
                  .anyMatch(
                      other -> !other.getKey().equals(manager) && holds(other.getValue(), path)));
    }
    return givenUp;
  }

  /** An item is kept as long as anybody has anything in it. */
  private static boolean holds(Entry entry, List<String> path) {
    if (!path.get(path.size() - 1).equals(".")) {
      return entry.paths().contains(path);
    }
    var item = path.subList(0, path.size() - 1);
    return entry.paths().stream()
        .anyMatch(each -> each.size() >= item.size() && each.subList(0, item.size()).equals(item));
  }

  /** The object after a manager changed it: what it changed is its own, and nobody else's. */
  static ObjectNode update(
      @Nullable ObjectNode live, ObjectNode next, Manager manager, String now) {
    var managers = new Managers(live);
    var before =
        live == null ? Map.<List<String>, JsonNode>of() : Fields.of(Fields.ownable(live, false));
    var after = Fields.of(Fields.ownable(next, false));
    var changed = new LinkedHashSet<List<String>>();
    after.forEach(
        (path, value) -> {
          if (!value.equals(before.get(path))) {
            changed.add(path);
          }
        });
    var removed = new HashSet<>(before.keySet());
    removed.removeAll(after.keySet());
    managers.entries.forEach(
        (other, entry) -> {
          entry.paths().removeAll(removed);
          entry.paths().removeAll(changed);
        });
    if (!changed.isEmpty()) {
      var all = new LinkedHashSet<>(changed);
      var entry = managers.entries.get(manager);
      if (entry != null) {
        all.addAll(entry.paths());
      }
      managers.own(manager, all, now);
    }
    managers.writeTo(next, next.path("apiVersion").asText());
    return next;
  }

  private void own(Manager manager, Set<List<String>> paths, String now) {
    var old = entries.get(manager);
    if (old == null || !old.paths().equals(paths)) {
      entries.put(manager, new Entry(new LinkedHashSet<>(paths), now));
    }
  }

  private void writeTo(ObjectNode object, String apiVersion) {
    var list = object.withObjectProperty("metadata").putArray("managedFields");
    entries.forEach(
        (manager, entry) -> {
          if (!entry.paths().isEmpty()) {
            var node = list.addObject();
            node.put("manager", manager.name()).put("operation", manager.operation());
            node.put("apiVersion", apiVersion).put("time", entry.time());
            node.put("fieldsType", "FieldsV1").set("fieldsV1", Fields.toV1(entry.paths()));
            if (!manager.subresource().isEmpty()) {
              node.put("subresource", manager.subresource());
            }
          }
        });
  }
}
