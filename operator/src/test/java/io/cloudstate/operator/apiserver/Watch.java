package io.cloudstate.operator.apiserver;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** What one watcher is told. An object that is selected no more is deleted to it. */
final class Watch {

  private final Objects objects;
  private final Target target;
  private final Predicate<JsonNode> selector;
  private final boolean fromNow;
  private long seen;

  Watch(Objects objects, Request request, Target target) {
    this.objects = objects;
    this.target = target;
    var byName = target.name().isEmpty() ? null : "metadata.name=" + target.name();
    this.selector =
        Selector.of(request.query().get("labelSelector"), null)
            .and(Selector.of(null, request.query().get("fieldSelector")))
            .and(Selector.of(null, byName));
    var version = request.query().getOrDefault("resourceVersion", "");
    this.fromNow = version.isEmpty() || version.equals("0");
    this.seen = fromNow ? objects.version() : Long.parseLong(version);
  }

  List<ObjectNode> initial() {
    return fromNow
        ? objects.list(target.type(), target.namespace()).stream()
            .filter(selector)
            .map(object -> event("ADDED", object))
            .toList()
        : List.of();
  }

  List<ObjectNode> next(long waitMillis) throws InterruptedException {
    var events = new ArrayList<ObjectNode>();
    for (var change : objects.after(seen, target.type(), waitMillis)) {
      seen = change.version();
      var before = selected(change.before());
      var after = selected(change.after());
      if (after != null) {
        events.add(event(before == null ? "ADDED" : "MODIFIED", after));
      } else if (before != null) {
        var last = before.deepCopy();
        last.withObjectProperty("metadata")
            .put("resourceVersion", String.valueOf(change.version()));
        events.add(event("DELETED", last));
      }
    }
    return events;
  }

  private @Nullable ObjectNode selected(@Nullable ObjectNode object) {
    return object != null
            && selector.test(object)
            && (target.namespace().isEmpty()
                || target.namespace().equals(object.at("/metadata/namespace").asText()))
        ? object
        : null;
  }

  ObjectNode bookmark() {
    var object = JsonNodeFactory.instance.objectNode();
    object.put("apiVersion", target.type().apiVersion()).put("kind", target.type().kind());
    object.putObject("metadata").put("resourceVersion", String.valueOf(seen));
    return event("BOOKMARK", object);
  }

  private static ObjectNode event(String type, ObjectNode object) {
    var event = JsonNodeFactory.instance.objectNode().put("type", type);
    event.set("object", object);
    return event;
  }
}
