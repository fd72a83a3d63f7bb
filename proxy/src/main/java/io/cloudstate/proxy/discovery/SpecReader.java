package io.cloudstate.proxy.discovery;

import com.google.protobuf.Descriptors.MethodDescriptor;
import io.cloudstate.protocol.EntityOuterClass.Entity;
import io.cloudstate.protocol.EntityOuterClass.EntitySpec;
import io.cloudstate.protocol.EntityOuterClass.ServiceInfo;
import io.cloudstate.proxy.discovery.eventing.EventingPlan;
import io.cloudstate.proxy.discovery.eventing.EventingSupport;
import io.cloudstate.proxy.discovery.http.RouteConflicts;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Turns what a user function says about itself into a catalog, or into everything that is wrong
 * with it. Keeps no state between specs; any thread may use it.
 */
final class SpecReader {

  private final Set<EntityType> supported;
  private final EventingSupport eventing;
  private final boolean compatibilityCheck;

  /**
   * @param supported what this proxy can drive with its configuration
   * @param eventing what can be consumed and published; whether there is a store with journals also
   *     decides how the absence of event sourced entities is explained
   * @param compatibilityCheck whether other protocol versions than 0.2, and 0.1 where it is the
   *     same, are refused; if not, every function is taken to speak 0.2
   */
  SpecReader(Set<EntityType> supported, EventingSupport eventing, boolean compatibilityCheck) {
    this.supported = Set.copyOf(supported);
    this.eventing = eventing;
    this.compatibilityCheck = compatibilityCheck;
  }

  /** Never throws for anything a function can send. */
  SpecResult read(EntitySpec spec) {
    var version = ProtocolVersion.of(spec.getServiceInfo());
    var files = DescriptorReader.read(spec.getProto());
    var isLegacy = compatibilityCheck && version.isLegacy();
    var entities = new EntityReader(supported, eventing.eventLogs(), isLegacy, files);
    var services = spec.getEntitiesList().stream().flatMap(e -> entities.read(e).stream()).toList();

    var mistakes = new ArrayList<String>();
    if (compatibilityCheck && !version.isCurrent() && !version.isLegacy()) {
      mistakes.add(Mistakes.incompatibleVersion(version));
    }
    mistakes.addAll(files.mistakes());
    if (spec.getEntitiesCount() == 0) {
      mistakes.add(Mistakes.noEntities());
    }
    mistakes.addAll(entities.mistakes());
    mistakes.addAll(declaredTwice(spec.getEntitiesList()));
    mistakes.addAll(persistenceIdConflicts(spec.getEntitiesList()));
    var methods = methods(services);
    var plan = EventingPlan.of(methods, eventing);
    if (!mistakes.isEmpty()) {
      mistakes.addAll(plan.mistakes());
      return new SpecResult.Invalid(mistakes);
    }
    // A mistake in an option of eventing is told, and costs only what it concerns.
    var oddities = new ArrayList<>(plan.mistakes());
    oddities.addAll(RouteConflicts.among(methods));
    return new SpecResult.Valid(
        new ServiceCatalog(services, files.files(), plan),
        warnings(version, spec.getServiceInfo()),
        oddities);
  }

  private static List<String> declaredTwice(List<Entity> entities) {
    var once = new LinkedHashSet<String>();
    var twice = new LinkedHashSet<String>();
    for (var entity : entities) {
      if (!once.add(entity.getServiceName())) {
        twice.add(entity.getServiceName());
      }
    }
    return twice.stream().map(Mistakes::serviceDeclaredTwice).toList();
  }

  private static List<String> persistenceIdConflicts(List<Entity> entities) {
    var byService = new LinkedHashMap<String, String>();
    for (var entity : entities) {
      if (EntityType.of(entity.getEntityType()).filter(EntityType::hasStoredState).isPresent()) {
        byService.putIfAbsent(entity.getServiceName(), entity.getPersistenceId());
      }
    }
    return PersistenceIds.conflicts(byService);
  }

  private static List<MethodDescriptor> methods(List<ServiceDefinition> services) {
    return services.stream()
        .flatMap(service -> service.methodsInOrder().stream())
        .map(MethodDefinition::descriptor)
        .toList();
  }

  private List<String> warnings(ProtocolVersion version, ServiceInfo info) {
    if (version.isCurrent()) {
      return List.of();
    }
    return List.of(
        compatibilityCheck
            ? ("Recognised a protocol 0.1 function (announced protocol version: %s%s), serving its"
                    + " event sourced entities")
                .formatted(version, library(info))
            : ("The function announces protocol version %s%s, taking it for %s because"
                    + " protocol-compatibility-check is off")
                .formatted(version, library(info), ProtocolVersion.CURRENT));
  }

  private static String library(ServiceInfo info) {
    var library = (info.getSupportLibraryName() + " " + info.getSupportLibraryVersion()).strip();
    return library.isEmpty() ? "" : ", support library: " + library;
  }
}
