package io.cloudstate.proxy.discovery;

import com.google.protobuf.Descriptors.FileDescriptor;
import io.cloudstate.proxy.discovery.eventing.EventingPlan;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What the user function serves, as of its last valid spec. Immutable; share it freely. */
public final class ServiceCatalog {

  private final Map<String, ServiceDefinition> services;
  private final List<FileDescriptor> files;
  private final EventingPlan eventing;

  /**
   * Without eventing.
   *
   * @param services in the order of the spec, with distinct names
   * @param files every file of the spec's descriptor set, imports included
   */
  public ServiceCatalog(List<ServiceDefinition> services, List<FileDescriptor> files) {
    this(services, files, EventingPlan.NONE);
  }

  /**
   * As above.
   *
   * @param eventing what the services consume and publish
   */
  public ServiceCatalog(
      List<ServiceDefinition> services, List<FileDescriptor> files, EventingPlan eventing) {
    var byName = new LinkedHashMap<String, ServiceDefinition>();
    services.forEach(service -> byName.put(service.name(), service));
    this.services = Collections.unmodifiableMap(byName);
    this.files = List.copyOf(files);
    this.eventing = eventing;
  }

  public Collection<ServiceDefinition> services() {
    return services.values();
  }

  public @Nullable ServiceDefinition service(String name) {
    return services.get(name);
  }

  public List<FileDescriptor> files() {
    return files;
  }

  public EventingPlan eventing() {
    return eventing;
  }
}
