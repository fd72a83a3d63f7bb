package io.cloudstate.operator;

import java.util.HashMap;
import java.util.Map;

/** Variables of an operator for tests, in namespace {@code system}, on free ports. */
final class TestSettings {

  private TestSettings() {}

  static Map<String, String> of(String podName) {
    return new HashMap<>(
        Map.of(
            "OPERATOR_POD_NAME", podName,
            "OPERATOR_NAMESPACE", "system",
            "OPERATOR_PROXY_IMAGE", "registry.example/proxy:1",
            "OPERATOR_MANAGEMENT_PORT", "0",
            "OPERATOR_WEBHOOK_PORT", "0",
            "OPERATOR_SHUTDOWN_DELAY", "0s",
            "OPERATOR_WEBHOOK_CHECK_INTERVAL", "50ms",
            "OPERATOR_LEASE_DURATION", "60s",
            "OPERATOR_LEASE_RENEW_DEADLINE", "40s",
            "OPERATOR_LEASE_RETRY_PERIOD", "100ms"));
  }
}
