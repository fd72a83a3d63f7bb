package io.cloudstate.operator.apiserver;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.cloudstate.operator.apiserver.Managers.Manager;

/** One request but a watch, carried out. */
final class Operation {

  private final Objects objects;
  private final Request request;
  private final Target target;
  private final String contentType;
  private final byte[] body;
  private final String agent;

  Operation(
      Objects objects,
      Request request,
      Target target,
      String contentType,
      byte[] body,
      String agent) {
    this.objects = objects;
    this.request = request;
    this.target = target;
    this.contentType = contentType;
    this.body = body.clone();
    this.agent = agent;
  }

  ObjectNode result() {
    var type = target.type();
    return switch (request.method()) {
      case "GET" -> target.name().isEmpty() ? list() : read();
      case "POST" -> create();
      case "PUT" -> put();
      case "PATCH" -> patch();
      case "DELETE" ->
          objects.delete(type, target.namespace(), target.name(), ApiServer.parse(body));
      default -> throw new ApiError(405, "MethodNotAllowed", request.method());
    };
  }

  private ObjectNode list() {
    var selector =
        Selector.of(request.query().get("labelSelector"), request.query().get("fieldSelector"));
    var list = JsonNodeFactory.instance.objectNode();
    synchronized (objects) {
      list.put("apiVersion", target.type().apiVersion()).put("kind", target.type().kind() + "List");
      list.putObject("metadata").put("resourceVersion", String.valueOf(objects.version()));
      var items = list.putArray("items");
      objects.list(target.type(), target.namespace()).stream().filter(selector).forEach(items::add);
    }
    return list;
  }

  private ObjectNode read() {
    var object = objects.get(target.type(), target.namespace(), target.name());
    return target.subresource().equals("scale") ? scaleOf(object) : object;
  }

  private ObjectNode create() {
    var object = ApiServer.parse(body);
    if (target.type().hasStatus()) {
      object.remove("status");
    }
    return objects.create(
        target.type(),
        target.namespace(),
        Managers.update(null, object, Manager.updating(manager(), ""), Objects.now()));
  }

  private String manager() {
    return request.query().getOrDefault("fieldManager", agent);
  }

  private ObjectNode put() {
    return change(live -> ApiServer.parse(body));
  }

  private ObjectNode patch() {
    return switch (contentType) {
      case "application/apply-patch+yaml" -> apply();
      case "application/merge-patch+json" ->
          change(
              live -> {
                merge(live, ApiServer.parse(body));
                return live;
              });
      case "application/json-patch+json" -> change(live -> ApiServer.patched(live, body));
      default -> throw new ApiError(415, "UnsupportedMediaType", contentType);
    };
  }

  private static void merge(ObjectNode into, ObjectNode patch) {
    for (var field : patch.properties()) {
      if (field.getValue().isNull()) {
        into.remove(field.getKey());
      } else if (field.getValue() instanceof ObjectNode value) {
        merge(into.withObjectProperty(field.getKey()), value);
      } else {
        into.set(field.getKey(), field.getValue());
      }
    }
  }

  /** A change by whatever means; what it is not about stays as it was. */
  private ObjectNode change(Objects.Edit edit) {
    var manager = Manager.updating(manager(), target.subresource());
    if (target.subresource().equals("scale")) {
      return scaleOf(
          objects.change(
              target.type(),
              target.namespace(),
              target.name(),
              live -> {
                var scale = edit.of(scaleOf(live));
                var next = live.deepCopy();
                next.withObjectProperty("spec").set("replicas", scale.at("/spec/replicas"));
                setVersion(next, scale);
                return Managers.update(live, next, manager, Objects.now());
              }));
    }
    return objects.change(
        target.type(),
        target.namespace(),
        target.name(),
        live -> {
          var given = edit.of(live.deepCopy());
          var next = partOf(given, live);
          return Managers.update(live, next, manager, Objects.now());
        });
  }

  /** Of an update of the status only that, of others all but that. */
  private ObjectNode partOf(ObjectNode given, ObjectNode live) {
    if (!target.type().hasStatus()) {
      return given;
    }
    var isStatus = target.subresource().equals("status");
    var next = isStatus ? live.deepCopy() : given;
    var status = (isStatus ? given : live).get("status");
    next.remove("status");
    if (status != null) {
      next.set("status", status.deepCopy());
    }
    if (isStatus) {
      setVersion(next, given);
    }
    return next;
  }

  /** The version that a change is about, for it to be refused if that is an old one. */
  private static void setVersion(ObjectNode object, ObjectNode given) {
    var version = given.path("metadata").get("resourceVersion");
    if (version != null) {
      object.withObjectProperty("metadata").set("resourceVersion", version);
    }
  }

  private ObjectNode apply() {
    if (!request.query().containsKey("fieldManager")) {
      throw new ApiError(400, "BadRequest", "fieldManager is required for apply patch");
    }
    var wanted = ApiServer.parse(body);
    if (wanted.at("/metadata/managedFields").size() > 0) {
      throw new ApiError(400, "BadRequest", "metadata.managedFields must be nil");
    }
    var isForced = Boolean.parseBoolean(request.query().get("force"));
    var manager = Manager.applying(manager(), target.subresource());
    synchronized (objects) {
      if (!objects.exists(target.type(), target.namespace(), target.name())) {
        if (!target.subresource().isEmpty()) {
          throw ApiError.notFound("%s \"%s\"".formatted(target.type().plural(), target.name()));
        }
        if (target.type().hasStatus()) {
          wanted.remove("status");
        }
        return objects.create(
            target.type(),
            target.namespace(),
            Managers.apply(null, wanted, manager, isForced, Objects.now()));
      }
      return objects.change(
          target.type(),
          target.namespace(),
          target.name(),
          live -> {
            var next = Managers.apply(live, wanted, manager, isForced, Objects.now());
            var metadata = next.withObjectProperty("metadata");
            for (var field : new String[] {"resourceVersion", "uid"}) {
              if (wanted.path("metadata").has(field)) {
                metadata.set(field, wanted.get("metadata").get(field));
              }
            }
            return next;
          });
    }
  }

  private ObjectNode scaleOf(ObjectNode object) {
    if (!target.type().hasScale()) {
      throw ApiError.notFound(target.type().plural() + "/scale");
    }
    var scale = JsonNodeFactory.instance.objectNode();
    scale.put("apiVersion", "autoscaling/v1").put("kind", "Scale");
    var metadata = scale.putObject("metadata");
    for (var field : new String[] {"name", "namespace", "uid", "resourceVersion"}) {
      metadata.set(field, object.get("metadata").get(field));
    }
    scale.putObject("spec").set("replicas", object.at("/spec/replicas"));
    JsonNode selector = object.at("/status/selector");
    scale
        .putObject("status")
        .put("replicas", object.at("/status/replicas").asInt())
        .put("selector", selector.asText());
    return scale;
  }
}
