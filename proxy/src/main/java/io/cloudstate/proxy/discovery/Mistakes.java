package io.cloudstate.proxy.discovery;

import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.MethodDescriptor;
import com.google.protobuf.Descriptors.ServiceDescriptor;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * What can be wrong with a spec, in the words that reach the user function's author. Each text is
 * written here and nowhere else.
 */
final class Mistakes {

  private Mistakes() {}

  // --- version

  static String incompatibleVersion(ProtocolVersion version) {
    return "Incompatible protocol version %s, only %s is supported"
        .formatted(version, ProtocolVersion.CURRENT);
  }

  // --- descriptors

  static String unreadableDescriptors(String reason) {
    return "Descriptors of the entity spec cannot be parsed as a FileDescriptorSet: " + reason;
  }

  static String invalidFile(String file, String reason) {
    return "Descriptor [%s] is not valid: %s".formatted(file, reason);
  }

  static String conflictingFiles(String file) {
    return "Descriptor [%s] is given more than once, with different content".formatted(file);
  }

  /**
   * @param path from the file that is imported a second time outwards
   */
  static String circularDependency(Collection<String> path) {
    return "Circular dependency detected in entity spec descriptor: " + arrows(path);
  }

  /**
   * @param path from the importing file outwards
   */
  static String missingDependency(String dependency, Collection<String> path) {
    return "Descriptor dependency [%s] not found, dependency path: %s"
        .formatted(dependency, arrows(path));
  }

  static String importsTooDeep(String file, int maxDepth) {
    return "Descriptor [%s] stands at the end of too long a chain of imports (expected: <= %d files)"
        .formatted(file, maxDepth);
  }

  // --- entities

  static String noEntities() {
    return "No entities were reported by the discover call!";
  }

  static String serviceNotFound(String service) {
    return "Service [%s] not found in descriptors!".formatted(service);
  }

  static String serviceDeclaredTwice(String service) {
    return "Service [%s] has been declared more than once".formatted(service);
  }

  static String noJournal(String service) {
    return ("Service [%s] has declared an event sourced entity, however, this proxy does not have a"
            + " configured store that keeps journals. A store with journal support must be"
            + " configured for the stateful service to use event sourced entities.")
        .formatted(service);
  }

  static String unsupportedType(String service, String type, Set<EntityType> supported) {
    var types = Stream.of(EntityType.values()).filter(supported::contains);
    return "Service [%s] has declared an unsupported entity type [%s]. Supported types are %s"
        .formatted(
            service, type, String.join(",", types.map(EntityType::protocolService).toList()));
  }

  static String notInLegacy(String service, String type) {
    return ("Service [%s] has declared the entity type [%s], but protocol 0.1 functions may only"
            + " declare event sourced entities")
        .formatted(service, type);
  }

  static String streamedMethods(
      EntityType type, ServiceDescriptor service, List<MethodDescriptor> methods) {
    return "%s do not support %s, but %s has the following streamed methods: %s"
        .formatted(
            entities(type),
            type == EntityType.CRDT ? "streaming in from the client" : "streamed methods",
            service.getFullName(),
            names(methods));
  }

  static String methodsWithoutKeys(
      EntityType type, ServiceDescriptor service, List<MethodDescriptor> methods) {
    return ("%s do not support methods whose parameters do not have at least one field marked as"
            + " entity_key, but %s has the following methods without keys: %s")
        .formatted(entities(type), service.getFullName(), names(methods));
  }

  static String unusableKey(MethodDescriptor method, FieldDescriptor field, String type) {
    return ("Service [%s] has a method [%s] whose parameter marks the field [%s] of type [%s] as"
            + " entity_key (expected: a singular scalar or enum field)")
        .formatted(method.getService().getFullName(), method.getName(), field.getName(), type);
  }

  static String emptyPersistenceId(String service) {
    return "Service [%s] has declared an empty persistence id".formatted(service);
  }

  static String longPersistenceId(String service, int length, int maxLength) {
    return "Service [%s] has declared a persistence id of %d characters (expected: <= %d)"
        .formatted(service, length, maxLength);
  }

  static String samePersistenceId(String service, String other, String persistenceId) {
    return "Services [%s] and [%s] have declared the same persistence id [%s]"
        .formatted(other, service, persistenceId);
  }

  static String collidingPersistenceIds(
      String service, String persistenceId, String other, String prefix) {
    return ("Service [%s] has declared the persistence id [%s], which could collide with stored"
            + " entities of service [%s], whose persistence id is [%s] (expected: not to begin with"
            + " [%s|])")
        .formatted(service, persistenceId, other, prefix, prefix);
  }

  static String passivationTimeout(String service, long timeoutMillis) {
    return "Service [%s] has declared a passivation timeout of %d ms (expected: >= 1)"
        .formatted(service, timeoutMillis);
  }

  private static String entities(EntityType type) {
    return switch (type) {
      case EVENT_SOURCED -> "Event sourced entities";
      case VALUE -> "Value based entities";
      case CRDT -> "CRDT entities";
      case ACTION -> "Actions";
    };
  }

  private static String arrows(Collection<String> path) {
    return "[" + String.join("] -> [", path) + "]";
  }

  private static String names(List<MethodDescriptor> methods) {
    return String.join(",", methods.stream().map(MethodDescriptor::getName).toList());
  }
}
