package io.cloudstate.operator.desired;

import io.cloudstate.operator.crd.StatefulService;
import io.cloudstate.operator.crd.StatefulServiceSpec;

/**
 * Which image of the proxy a service runs, and the hash of the spec for which it was chosen. A new
 * image of the operator reaches running services as their policy says (operator.md 15.5); scaling
 * is no change of the spec, as an autoscaler does it.
 */
record ProxyImage(String name, String specHash) {

  static ProxyImage of(StatefulService service, Platform platform) {
    var hash = Fingerprint.of(withoutPassing(service.getSpec()));
    var given = service.getSpec().proxy().image();
    if (given != null) {
      return new ProxyImage(given, hash);
    }
    var status = service.getStatus();
    var running = status == null ? null : status.proxyImage();
    if (status == null || running == null) {
      return new ProxyImage(platform.proxyImage(), hash);
    }
    var isKept =
        switch (service.getSpec().update().proxyUpdatePolicy()) {
          case Automatic -> false;
          case OnSpecChange -> hash.equals(status.specHash());
          case Pinned -> true;
        };
    return new ProxyImage(isKept ? running : platform.proxyImage(), hash);
  }

  /** How many there are, and whether they are left alone, is nothing of the pods. */
  private static StatefulServiceSpec withoutPassing(StatefulServiceSpec spec) {
    return new StatefulServiceSpec(
        spec.containers(),
        0,
        spec.storeConfig(),
        spec.serviceAccountName(),
        spec.template(),
        spec.proxy(),
        spec.autoscaling(),
        spec.disruption(),
        spec.update(),
        spec.service(),
        spec.networkPolicy(),
        null);
  }
}
