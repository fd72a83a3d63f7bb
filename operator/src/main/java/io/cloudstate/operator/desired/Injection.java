package io.cloudstate.operator.desired;

import io.cloudstate.operator.crd.StatefulService;
import io.cloudstate.operator.crd.StatefulServiceSpec;
import io.cloudstate.operator.crd.StatefulServiceSpec.StoreConfig;
import io.cloudstate.operator.crd.StatefulServiceSpec.Template;
import io.cloudstate.operator.crd.StatefulServiceSpec.TemplateSpec;
import io.cloudstate.operator.crd.StatefulStore;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.LocalObjectReference;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.Volume;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The proxy for a pod that is no stateful service's (operator.md 8). The pod is read as the service
 * that it would be, so that checks, container, volumes and the user function's part are those of
 * services. With problems there is no pod.
 */
public record Injection(@Nullable Pod pod, List<Problem> problems, List<Warning> warnings) {

  /** Label by which a pod asks for the proxy, and annotation by which it did in the reference. */
  public static final String ENABLED = "cloudstate.io/enabled";

  public Injection {
    problems = List.copyOf(problems);
    warnings = List.copyOf(warnings);
  }

  /** Whether the pod asks for the proxy, and has none yet. */
  public static boolean isWanted(Pod pod) {
    var request = new PodRequest(pod);
    return request.isAsked() && !request.isInjected();
  }

  /** The StatefulStore that a pod names. */
  public static Optional<String> storeOf(Pod pod) {
    return new PodRequest(pod).store();
  }

  /** The name by which a pod's proxies find each other, empty if there is none. */
  public static String serviceOf(Pod pod) {
    return new PodRequest(pod).service();
  }

  /**
   * The same for the same input, always.
   *
   * @param pod one that is {@link #isWanted}
   * @param store the one that the pod names, null if there is none
   * @param isServiceTaken whether a StatefulService has the name of the pod's service
   */
  public static Injection of(
      Pod pod, @Nullable StatefulStore store, boolean isServiceTaken, Platform platform) {
    var request = new PodRequest(pod);
    var problems = new ArrayList<>(request.problems());
    if (isServiceTaken) {
      problems.add(
          Problem.config(
              "ServiceTaken",
              "label %s: %s is the name of a StatefulService, whose calls and cluster the pod would take part in (expected: another name)"
                  .formatted(Identity.LABEL, request.service())));
    }
    if (!problems.isEmpty()) {
      return refused(problems);
    }
    var service = service(request);
    problems.addAll(Checks.of(service.getSpec(), new References(store, null), platform));
    return problems.isEmpty() ? injected(pod, service, store, platform) : refused(problems);
  }

  private static Injection refused(List<Problem> problems) {
    return new Injection(null, problems, List.of());
  }

  private static StatefulService service(PodRequest request) {
    var pod = request.pod().getSpec();
    var service = new StatefulService();
    service.setMetadata(new ObjectMetaBuilder().withName(request.service()).build());
    service.setSpec(
        new StatefulServiceSpec(
            request.functionFirst(),
            request.replicas(),
            storeConfig(request),
            null,
            new Template(
                null,
                new TemplateSpec(
                    pod.getVolumes(),
                    pod.getInitContainers(),
                    null,
                    null,
                    null,
                    null,
                    null,
                    null,
                    null,
                    null,
                    null,
                    null)),
            new StatefulServiceSpec.Proxy(
                request.image(), null, null, null, null, null, null, null),
            null,
            new StatefulServiceSpec.Disruption(null, null),
            new StatefulServiceSpec.Update(null, null, null, null),
            new StatefulServiceSpec.Exposure(null, null, null),
            new StatefulServiceSpec.Network(null),
            null));
    return service;
  }

  private static @Nullable StoreConfig storeConfig(PodRequest request) {
    var secret = request.secret();
    return request
        .store()
        .map(
            name ->
                new StoreConfig(
                    new LocalObjectReference(name),
                    request.database(),
                    secret == null ? null : new LocalObjectReference(secret)))
        .orElse(null);
  }

  private static Injection injected(
      Pod pod, StatefulService service, @Nullable StatefulStore store, Platform platform) {
    var spec = service.getSpec();
    var identity = new Identity(service);
    var function = UserFunction.of(spec.containers().get(0));
    var config = spec.storeConfig();
    var access =
        config == null || store == null
            ? StoreAccess.none()
            : StoreAccess.of(config, store.getSpec());
    var image = spec.proxy().image();
    var proxy =
        new ProxyContainer(
            identity,
            image == null ? platform.proxyImage() : image,
            function,
            access,
            ProxyContainer.contactPointsOf(Size.of(spec)));
    var template = new PodTemplate(identity, proxy, platform.nativeSidecars(), "").rendered();
    return new Injection(merged(pod, template), List.of(), function.warnings());
  }

  /** The pod with what is rendered, each of its containers where it was. */
  private static Pod merged(Pod pod, PodTemplateSpec template) {
    var rendered = byName(template.getSpec().getContainers(), Container::getName);
    var containers = new ArrayList<Container>();
    for (var container : pod.getSpec().getContainers()) {
      containers.add(rendered.remove(container.getName()));
    }
    containers.addAll(rendered.values());
    var volumes = byName(template.getSpec().getVolumes(), Volume::getName);
    return new PodBuilder(pod)
        .editMetadata()
        .withAnnotations(annotations(pod, template))
        .endMetadata()
        .editSpec()
        .withContainers(containers)
        .withInitContainers(template.getSpec().getInitContainers())
        .withVolumes(List.copyOf(volumes.values()))
        .endSpec()
        .build();
  }

  private static <T> Map<String, T> byName(List<T> values, Function<T, String> name) {
    return values.stream()
        .collect(Collectors.toMap(name, Function.identity(), (a, b) -> b, LinkedHashMap::new));
  }

  /** Those of the user stay; ports that they exempt from a mesh go before the proxy's. */
  private static Map<String, String> annotations(Pod pod, PodTemplateSpec template) {
    var ours = template.getMetadata().getAnnotations();
    var annotations = new LinkedHashMap<String, String>();
    if (pod.getMetadata().getAnnotations() != null) {
      annotations.putAll(pod.getMetadata().getAnnotations());
    }
    annotations.putIfAbsent(PodTemplate.DEFAULT_CONTAINER, ours.get(PodTemplate.DEFAULT_CONTAINER));
    for (var exemption : PodTemplate.MESH_EXEMPTIONS) {
      annotations.merge(
          exemption,
          PodTemplate.MESH_EXEMPT_PORTS,
          (theirs, proxys) -> theirs.isBlank() ? proxys : theirs + "," + proxys);
    }
    return annotations;
  }
}
