package io.cloudstate.operator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cloudstate.operator.config.SettingsReader;
import io.fabric8.kubernetes.client.VersionInfo;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Of operator.md 14, gap 10: the supported range is stated, and checked at start. */
class ClusterFactsTest {

  private static VersionInfo version(String major, String minor) {
    return new VersionInfo.Builder().withMajor(major).withMinor(minor).build();
  }

  @ParameterizedTest
  @CsvSource({
    "1, 27, auto, false",
    "1, 28+, auto, false",
    "1, 29, auto, true",
    "1, 29+, auto, true",
    "1, 36-gke.7, auto, true",
    "2, 0, auto, true",
    "1, 27, true, true",
    "1, 36, false, false"
  })
  void nativeSidecarsAreUsedWhereTheyAreKnownOrAsToldTo(
      String major, String minor, String setting, boolean expected) throws Exception {
    var settings =
        SettingsReader.read(
            Map.of(
                "OPERATOR_POD_NAME", "operator-0",
                "OPERATOR_NAMESPACE", "system",
                "OPERATOR_PROXY_IMAGE", "proxy:1",
                "OPERATOR_NATIVE_SIDECARS", setting));
    var platform = ClusterFacts.of(version(major, minor)).platform(settings);
    assertThat(platform.nativeSidecars()).isEqualTo(expected);
    assertThat(platform.proxyImage()).isEqualTo("proxy:1");
  }

  @ParameterizedTest
  @CsvSource({
    "1, 26, Kubernetes 1.26 (expected: 1.27 or newer)",
    "0, 30, Kubernetes 0.30 (expected: 1.27 or newer)",
    "1, '', version 1. of the API server (expected: two numbers)",
    "one, 30, version one.30 of the API server (expected: two numbers)"
  })
  void clusterThatIsTooOldIsNamed(String major, String minor, String message) {
    assertThatThrownBy(() -> ClusterFacts.of(version(major, minor)))
        .isInstanceOf(StartFailed.class)
        .hasMessage(message);
  }
}
