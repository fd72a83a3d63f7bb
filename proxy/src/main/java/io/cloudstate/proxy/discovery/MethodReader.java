package io.cloudstate.proxy.discovery;

import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.MethodDescriptor;
import com.google.protobuf.Descriptors.ServiceDescriptor;
import io.cloudstate.proxy.discovery.http.HttpRules;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The rpcs of one service, and whether its kind of entity can answer them. */
final class MethodReader {

  private final EntityType type;
  private final ServiceDescriptor service;

  MethodReader(EntityType type, ServiceDescriptor service) {
    this.type = type;
    this.service = service;
  }

  /** By simple name. To be used only if there are no mistakes. */
  Map<String, MethodDefinition> methods() {
    var methods = new LinkedHashMap<String, MethodDefinition>();
    for (var method : service.getMethods()) {
      methods.put(method.getName(), MethodDefinition.of(method, keyFields(method)));
    }
    return methods;
  }

  List<String> mistakes() {
    var mistakes = new ArrayList<String>();
    var streamed = service.getMethods().stream().filter(this::isStreamedAgainstTheRules).toList();
    if (!streamed.isEmpty()) {
      mistakes.add(Mistakes.streamedMethods(type, service, streamed));
    }
    var withoutKeys = service.getMethods().stream().filter(this::lacksKey).toList();
    if (!withoutKeys.isEmpty()) {
      mistakes.add(Mistakes.methodsWithoutKeys(type, service, withoutKeys));
    }
    for (var method : service.getMethods()) {
      for (var field : keyFields(method)) {
        if (!KeyFields.isUsable(field)) {
          mistakes.add(Mistakes.unusableKey(method, field, KeyFields.typeOf(field)));
        }
      }
    }
    service.getMethods().forEach(method -> mistakes.addAll(HttpRules.of(method).mistakes()));
    return mistakes;
  }

  private boolean isStreamedAgainstTheRules(MethodDescriptor method) {
    return switch (type) {
      case EVENT_SOURCED, VALUE -> method.isClientStreaming() || method.isServerStreaming();
      case CRDT -> method.isClientStreaming();
      case ACTION -> false;
    };
  }

  private boolean lacksKey(MethodDescriptor method) {
    return type != EntityType.ACTION && keyFields(method).isEmpty();
  }

  /**
   * An action has no instances: a mark on its parameters, made for an entity's sake, is nothing.
   */
  private List<FieldDescriptor> keyFields(MethodDescriptor method) {
    return type == EntityType.ACTION ? List.of() : KeyFields.of(method.getInputType());
  }
}
