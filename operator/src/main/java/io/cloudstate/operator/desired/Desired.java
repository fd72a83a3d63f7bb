package io.cloudstate.operator.desired;

import io.cloudstate.operator.crd.StatefulService;
import io.cloudstate.operator.crd.StatefulServiceSpec.Sidecar;
import io.fabric8.kubernetes.api.model.HasMetadata;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What is to be there for a service. With problems there are no objects, and what runs stays as it
 * is; objects come in the order in which they are to be applied. What was chosen goes into the
 * status, as the next time it counts.
 */
public record Desired(
    List<HasMetadata> objects,
    List<Problem> problems,
    List<Warning> warnings,
    @Nullable Choice choice) {

  /** Of all objects of a service and of its pods; its value is the service's name. */
  public static final String SERVICE_LABEL = Identity.LABEL;

  /** The proxy's image, the spec for which it was chosen, and the store, the latter as hashes. */
  public record Choice(String proxyImage, String specHash, @Nullable String storeHash) {}

  public Desired {
    objects = List.copyOf(objects);
    problems = List.copyOf(problems);
    warnings = List.copyOf(warnings);
  }

  /** The same for the same input, always. */
  public static Desired of(StatefulService service, References references, Platform platform) {
    var spec = service.getSpec();
    var problems = Checks.of(spec, references, platform);
    if (!problems.isEmpty()) {
      return new Desired(List.of(), problems, List.of(), null);
    }
    var identity = new Identity(service);
    var function = UserFunction.of(spec.containers().get(0));
    var image = ProxyImage.of(service, platform);
    var store = storeOf(service, references);
    var proxy =
        new ProxyContainer(
            identity, image.name(), function, store, ProxyContainer.contactPointsOf(identity));
    var isNative =
        spec.proxy().sidecar() == null
            ? platform.nativeSidecars()
            : spec.proxy().sidecar() == Sidecar.Native;
    var storeHash = storeHash(service, references);
    var pod =
        new PodTemplate(
            identity, proxy, isNative, configHash(service, references, store, storeHash));
    return new Desired(
        objects(identity, function, pod),
        List.of(),
        function.warnings(),
        new Choice(image.name(), image.specHash(), storeHash));
  }

  private static StoreAccess storeOf(StatefulService service, References references) {
    var config = service.getSpec().storeConfig();
    var store = references.store();
    return config == null || store == null
        ? StoreAccess.none()
        : StoreAccess.of(config, store.getSpec());
  }

  private static @Nullable String storeHash(StatefulService service, References references) {
    var store = references.store();
    return service.getSpec().storeConfig() == null || store == null
        ? null
        : Fingerprint.of(store.getSpec());
  }

  /** Of what pods read at their start without its being in their template. */
  private static String configHash(
      StatefulService service,
      References references,
      StoreAccess store,
      @Nullable String storeHash) {
    var inputs = new TreeMap<String, Object>();
    inputs.put("config", service.getSpec().proxy().config());
    inputs.put("store", storeHash == null ? "" : storeHash);
    if (service.getSpec().update().onSecretChange() && references.secretVersions() != null) {
      var versions = new TreeMap<>(references.secretVersions());
      versions.keySet().retainAll(store.secrets().keySet());
      inputs.put("secrets", Map.copyOf(versions));
    }
    return Fingerprint.of(inputs);
  }

  private static List<HasMetadata> objects(
      Identity identity, UserFunction function, PodTemplate pod) {
    var access = new Access(identity);
    var exposure = new Exposure(identity, function);
    var workload = new Workload(identity, pod);
    var objects = new ArrayList<HasMetadata>();
    access.serviceAccount().ifPresent(objects::add);
    objects.add(access.role());
    objects.add(access.roleBinding());
    objects.add(access.configMap());
    exposure.networkPolicy().ifPresent(objects::add);
    workload.disruptionBudget().ifPresent(objects::add);
    objects.add(workload.deployment());
    objects.add(exposure.service());
    workload.autoscaler().ifPresent(objects::add);
    return objects;
  }
}
