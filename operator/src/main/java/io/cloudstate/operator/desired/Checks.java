package io.cloudstate.operator.desired;

import com.google.errorprone.annotations.FormatMethod;
import com.google.errorprone.annotations.FormatString;
import io.cloudstate.operator.crd.StatefulServiceSpec;
import io.cloudstate.operator.crd.StatefulServiceSpec.Sidecar;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.IntOrString;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Why a service cannot be as asked for, all reasons at once; none of them changes the cluster. */
final class Checks {

  private static final Pattern CONFIG_KEY = Pattern.compile("[a-zA-Z0-9_-]+(\\.[a-zA-Z0-9_-]+)*");

  private final StatefulServiceSpec spec;
  private final References references;
  private final Platform platform;
  private final List<Problem> problems = new ArrayList<>();

  private Checks(StatefulServiceSpec spec, References references, Platform platform) {
    this.spec = spec;
    this.references = references;
    this.platform = platform;
  }

  static List<Problem> of(StatefulServiceSpec spec, References references, Platform platform) {
    var checks = new Checks(spec, references, platform);
    checks.checkSuspend();
    checks.checkContainers();
    checks.checkProxy();
    checks.checkUpdate();
    checks.checkAutoscaling();
    checks.checkStore();
    return List.copyOf(checks.problems);
  }

  private void checkSuspend() {
    if (Boolean.TRUE.equals(spec.suspend())) {
      problems.add(
          Problem.progress(
              "Suspended", "suspend: true, so nothing is changed (expected: false, to go on)"));
    }
  }

  private void checkContainers() {
    if (spec.containers().isEmpty()) {
      config("NoContainers", "containers: none (expected: the user function's, at least)");
      return;
    }
    var function = UserFunction.of(spec.containers().get(0));
    for (var container : spec.containers()) {
      for (var port : container.getPorts()) {
        var isMoved = function.isMoved() && container.equals(function.container());
        var number = port.getContainerPort();
        if (Ports.RESERVED.contains(number) && !(isMoved && number == Ports.HTTP2)) {
          config(
              "ReservedPort",
              "port %d of container %s is the proxy's (expected: any but 2552, 8013, 8558 and 9090)"
                  .formatted(number, container.getName()));
        } else if (number == function.port()
            && (isMoved || !container.equals(function.container()))) {
          config(
              "PortTaken",
              "port %d of container %s is the user function's too (expected: another port)"
                  .formatted(number, container.getName()));
        }
      }
    }
    allContainers()
        .filter(container -> ProxyContainer.NAME.equals(container.getName()))
        .forEach(
            container ->
                config(
                    "ReservedName",
                    "container %s is the proxy's (expected: any other name)"
                        .formatted(container.getName())));
    spec.template().spec().volumes().stream()
        .filter(volume -> volume.getName().startsWith("cloudstate-"))
        .forEach(
            volume ->
                config(
                    "ReservedName",
                    "template.spec.volumes: %s (expected: a name that does not begin with cloudstate-)"
                        .formatted(volume.getName())));
  }

  private Stream<Container> allContainers() {
    return Stream.concat(
        spec.containers().stream(), spec.template().spec().initContainers().stream());
  }

  private void checkProxy() {
    spec.proxy().env().stream()
        .filter(variable -> ProxyContainer.isOwnVariable(variable.getName()))
        .forEach(
            variable ->
                config(
                    "ReservedVariable",
                    "proxy.env: %s is set by the operator (expected: any other variable)"
                        .formatted(variable.getName())));
    spec.proxy().config().keySet().stream()
        .filter(key -> !CONFIG_KEY.matcher(key).matches())
        .forEach(
            key ->
                config(
                    "BadConfigKey",
                    "proxy.config: %s (expected: words of letters, digits, _ and - with dots between)"
                        .formatted(key)));
    if (spec.proxy().sidecar() == Sidecar.Native && !platform.nativeSidecars()) {
      config(
          "NativeSidecarsMissing",
          "proxy.sidecar: Native is not known by this cluster (expected: Container, or Kubernetes 1.29)");
    }
  }

  private void checkUpdate() {
    var update = spec.update();
    if (isZero(update.maxSurge()) && isZero(update.maxUnavailable())) {
      config(
          "BadUpdate",
          "update.maxSurge and update.maxUnavailable: 0 (expected: at least one of them above 0)");
    }
  }

  private static boolean isZero(IntOrString value) {
    return Integer.valueOf(0).equals(value.getIntVal()) || "0%".equals(value.getStrVal());
  }

  private void checkAutoscaling() {
    var scaling = spec.autoscaling();
    if (scaling == null || !scaling.enabled() || spec.containers().isEmpty()) {
      return;
    }
    if (scaling.minReplicas() > scaling.maxReplicas()) {
      config(
          "BadAutoscaling",
          "autoscaling.minReplicas: %d (expected: at most maxReplicas, %d)"
              .formatted(scaling.minReplicas(), scaling.maxReplicas()));
    }
    var function = UserFunction.of(spec.containers().get(0));
    if (scaling.metrics().isEmpty() && !function.requestsCpu()) {
      config(
          "CpuRequestMissing",
          "container %s requests no CPU, of which autoscaling is to use 80 percent (expected: resources.requests.cpu, or autoscaling.metrics)"
              .formatted(function.name()));
    }
  }

  private void checkStore() {
    var config = spec.storeConfig();
    if (config == null) {
      return;
    }
    var name = config.statefulStore().getName();
    var store = references.store();
    if (store == null) {
      store(
          "StoreNotFound",
          "StatefulStore %s does not exist (expected: in the same namespace)",
          name);
      return;
    }
    var ofKind = StoreChecks.ofKind(name, store.getSpec());
    problems.addAll(ofKind);
    if (!ofKind.isEmpty()) {
      return;
    }
    if (store.getSpec().inMemory() && Size.of(spec).most() > 1) {
      store(
          "StoreNotShared",
          "StatefulStore %s is in memory, of a single pod, but there may be %d (expected: replicas and autoscaling.maxReplicas of 1, or postgres)",
          name,
          Size.of(spec).most());
      return;
    }
    problems.addAll(StoreChecks.ofSecrets(StoreAccess.of(config, store.getSpec()), references));
  }

  private void config(String reason, String message) {
    problems.add(Problem.config(reason, message));
  }

  @FormatMethod
  private void store(String reason, @FormatString String message, Object... values) {
    problems.add(Problem.store(reason, message.formatted(values)));
  }
}
