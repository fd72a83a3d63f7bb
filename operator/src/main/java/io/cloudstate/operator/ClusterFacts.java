package io.cloudstate.operator;

import io.cloudstate.operator.config.OperatorSettings;
import io.cloudstate.operator.config.OperatorSettings.NativeSidecars;
import io.cloudstate.operator.desired.Platform;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.VersionInfo;
import java.util.regex.Pattern;

/** What the cluster knows, by the version of its API server. */
record ClusterFacts(int major, int minor) {

  /** The oldest that has everything that is applied, autoscaling by one container among it. */
  private static final ClusterFacts OLDEST = new ClusterFacts(1, 27);

  /** Since then init containers that restart always are on unless somebody turns them off. */
  private static final ClusterFacts NATIVE_SIDECARS = new ClusterFacts(1, 29);

  /** Some clusters add to the number, as in {@code 29+}. */
  private static final Pattern NUMBER = Pattern.compile("([0-9]{1,4})([^0-9].*)?");

  static ClusterFacts of(KubernetesClient client) throws StartFailed {
    var version = client.getKubernetesVersion();
    if (version == null) {
      throw new StartFailed("the API server says no version (expected: 1.27 or newer)");
    }
    return of(version);
  }

  static ClusterFacts of(VersionInfo version) throws StartFailed {
    var facts =
        new ClusterFacts(number(version, version.getMajor()), number(version, version.getMinor()));
    if (!facts.isAtLeast(OLDEST)) {
      throw new StartFailed(
          "Kubernetes %d.%d (expected: 1.27 or newer)".formatted(facts.major, facts.minor));
    }
    return facts;
  }

  private static int number(VersionInfo version, String text) throws StartFailed {
    var matcher = NUMBER.matcher(text == null ? "" : text);
    if (!matcher.matches()) {
      throw new StartFailed(
          "version %s.%s of the API server (expected: two numbers)"
              .formatted(version.getMajor(), version.getMinor()));
    }
    return Integer.parseInt(matcher.group(1));
  }

  private boolean isAtLeast(ClusterFacts other) {
    return major > other.major || (major == other.major && minor >= other.minor);
  }

  Platform platform(OperatorSettings settings) {
    var hasNativeSidecars =
        settings.nativeSidecars() == NativeSidecars.AUTO
            ? isAtLeast(NATIVE_SIDECARS)
            : settings.nativeSidecars() == NativeSidecars.TRUE;
    return new Platform(settings.proxyImage(), hasNativeSidecars);
  }
}
