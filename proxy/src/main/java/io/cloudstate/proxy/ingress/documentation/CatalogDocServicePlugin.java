package io.cloudstate.proxy.ingress.documentation;

import com.linecorp.armeria.common.HttpMethod;
import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.server.Service;
import com.linecorp.armeria.server.ServiceConfig;
import com.linecorp.armeria.server.docs.DescriptiveTypeInfoProvider;
import com.linecorp.armeria.server.docs.DocServiceFilter;
import com.linecorp.armeria.server.docs.DocServicePlugin;
import com.linecorp.armeria.server.docs.EndpointInfo;
import com.linecorp.armeria.server.docs.MethodInfo;
import com.linecorp.armeria.server.docs.ParamInfo;
import com.linecorp.armeria.server.docs.ServiceInfo;
import com.linecorp.armeria.server.docs.ServiceSpecification;
import io.cloudstate.proxy.discovery.MethodDefinition;
import io.cloudstate.proxy.discovery.ServiceDefinition;
import io.cloudstate.proxy.ingress.transcoding.MethodForm;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/** Tells Armeria's documentation page what is in the catalog; found by its service loader. */
public final class CatalogDocServicePlugin implements DocServicePlugin {

  static final String NAME = "cloudstate";

  private static final MediaType GRPC = MediaType.parse("application/grpc");

  /** With this type the page offers a form. */
  private static final MediaType FORM = MediaType.JSON_UTF_8.withParameter("protocol", "gRPC");

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public Set<Class<? extends Service<?, ?>>> supportedServiceTypes() {
    return Set.of(DocumentationPage.class);
  }

  @Override
  public ServiceSpecification generateSpecification(
      Set<ServiceConfig> configs, DocServiceFilter filter, DescriptiveTypeInfoProvider types) {
    var services =
        configs.stream()
            .map(config -> config.service().as(DocumentationPage.class))
            .filter(Objects::nonNull)
            .distinct()
            .flatMap(page -> page.catalog().services().stream())
            .map(service -> service(service, filter))
            .toList();
    return ServiceSpecification.generate(services, TypeDescriptions::describe);
  }

  private static ServiceInfo service(ServiceDefinition service, DocServiceFilter filter) {
    var methods =
        service.methodsInOrder().stream()
            .filter(method -> filter.test(NAME, service.name(), method.name()))
            .map(method -> method(service, method))
            .toList();
    return new ServiceInfo(service.name(), methods);
  }

  private static MethodInfo method(ServiceDefinition service, MethodDefinition method) {
    var input = method.descriptor().getInputType();
    return new MethodInfo(
        service.name(),
        method.name(),
        TypeDescriptions.message(method.descriptor().getOutputType()),
        List.of(ParamInfo.of("request", TypeDescriptions.message(input))),
        true,
        List.of(),
        endpoints(service, method),
        List.of(),
        List.of(ExampleRequest.of(input)),
        List.of(),
        List.of(),
        HttpMethod.POST);
  }

  private static List<EndpointInfo> endpoints(ServiceDefinition service, MethodDefinition method) {
    var endpoints = new ArrayList<EndpointInfo>();
    endpoints.add(endpoint("/" + service.name() + "/" + method.name(), GRPC));
    if (MethodForm.isFor(method)) {
      endpoints.add(endpoint(MethodForm.path(service, method), FORM));
    }
    return endpoints;
  }

  private static EndpointInfo endpoint(String path, MediaType type) {
    return EndpointInfo.builder("*", path).defaultMimeType(type).build();
  }
}
