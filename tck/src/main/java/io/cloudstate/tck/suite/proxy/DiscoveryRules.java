package io.cloudstate.tck.suite.proxy;

import io.cloudstate.tck.driver.Text;
import io.cloudstate.tck.rule.Group;
import io.cloudstate.tck.rule.Mismatch;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** How a proxy introduces itself. */
final class DiscoveryRules {

  private static final Set<String> TYPES =
      new TreeSet<>(
          List.of(Protocol.ACTION, Protocol.VALUE, Protocol.EVENT_SOURCED, Protocol.CRDT));

  static final Group<ProxyStage> GROUP =
      Group.<ProxyStage>original("discovery", "Discovery")
          .rule(
              "dp1",
              "the proxy says that it speaks protocol 0.2 and supports actions, value entities,"
                  + " event sourced entities and CRDTs, and nothing more",
              DiscoveryRules::introduction)
          .rule(
              "dp2",
              "discover is called once, not again and again to see whether the function is well",
              DiscoveryRules::once);

  private DiscoveryRules() {}

  private static void introduction(ProxyStage stage) {
    var info = stage.discoveries().get(0);
    var version = info.getProtocolMajorVersion() + "." + info.getProtocolMinorVersion();
    if (!version.equals("0.2")) {
      throw new Mismatch("protocol version of " + Text.of(info), "0.2", version);
    }
    var types = info.getSupportedEntityTypesList();
    if (types.size() != TYPES.size() || !new TreeSet<>(types).equals(TYPES)) {
      throw new Mismatch("supported entity types", TYPES.toString(), types.toString());
    }
  }

  private static void once(ProxyStage stage) {
    var calls = stage.discoveries().size();
    if (calls != 1) {
      throw new Mismatch("calls of discover", "1", Integer.toString(calls));
    }
  }

  /** Of a real function. */
  static void descriptors(ProxyStage stage) {
    var described = Specs.services(stage.usualSpec());
    for (var entity : stage.services()) {
      if (!described.contains(entity.getServiceName())) {
        throw new Mismatch(
            "services in descriptors", entity.getServiceName(), described.toString());
      }
    }
  }
}
