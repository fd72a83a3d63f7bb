package io.cloudstate.operator.config;

import static io.cloudstate.operator.config.KnownSettings.*;

import io.cloudstate.operator.config.OperatorSettings.Lease;
import io.cloudstate.operator.config.OperatorSettings.Log;
import io.cloudstate.operator.config.OperatorSettings.Webhook;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** Turns environment variables into {@link OperatorSettings}; one pass finds every problem. */
public final class SettingsReader {

  private final Map<String, String> environment;
  private final Map<Setting<?>, Object> values = new HashMap<>();
  private final List<String> problems = new ArrayList<>();

  private SettingsReader(Map<String, String> environment) {
    this.environment = environment;
  }

  /**
   * Reads and checks all settings.
   *
   * @throws InvalidSettings with all problems, if there are any
   */
  public static OperatorSettings read(Map<String, String> environment) throws InvalidSettings {
    return new SettingsReader(environment).read();
  }

  private OperatorSettings read() throws InvalidSettings {
    checkNames();
    KnownSettings.all().forEach(this::readValue);
    checkLease();
    checkPorts();
    if (!problems.isEmpty()) {
      throw new InvalidSettings(problems);
    }
    return settings();
  }

  private void checkNames() {
    var known = KnownSettings.all().stream().map(Setting::variable).collect(Collectors.toSet());
    for (var variable : new TreeSet<>(environment.keySet())) {
      if (variable.startsWith(Setting.PREFIX) && !known.contains(variable)) {
        problems.add(
            "%s: no setting has this name (expected: one of docs/reference/operator-configuration.md)"
                .formatted(variable));
      }
    }
  }

  private void readValue(Setting<?> setting) {
    var text = environment.getOrDefault(setting.variable(), "");
    if (text.isEmpty() && setting.defaultText() == null) {
      problems.add(
          "%s is not set (expected: %s)"
              .formatted(setting.variable(), setting.format().expected()));
      return;
    }
    var value = text.isEmpty() ? setting.defaultValue() : setting.format().parse(text);
    value.ifPresentOrElse(
        v -> values.put(setting, v),
        () ->
            problems.add(
                "%s: %s (expected: %s)"
                    .formatted(setting.variable(), text, setting.format().expected())));
  }

  private void checkLease() {
    if (!areRead(LEASE_DURATION, LEASE_RENEW_DEADLINE, LEASE_RETRY_PERIOD)) {
      return;
    }
    if (get(LEASE_RENEW_DEADLINE).compareTo(get(LEASE_DURATION)) >= 0) {
      problems.add(
          "%s: %d ms (expected: less than %s, %d ms)"
              .formatted(
                  LEASE_RENEW_DEADLINE.variable(),
                  get(LEASE_RENEW_DEADLINE).toMillis(),
                  LEASE_DURATION.variable(),
                  get(LEASE_DURATION).toMillis()));
    }
    if (get(LEASE_RETRY_PERIOD).multipliedBy(2).compareTo(get(LEASE_RENEW_DEADLINE)) > 0) {
      problems.add(
          "%s: %d ms (expected: at most half of %s, %d ms)"
              .formatted(
                  LEASE_RETRY_PERIOD.variable(),
                  get(LEASE_RETRY_PERIOD).toMillis(),
                  LEASE_RENEW_DEADLINE.variable(),
                  get(LEASE_RENEW_DEADLINE).toMillis()));
    }
  }

  private void checkPorts() {
    if (areRead(MANAGEMENT_PORT, WEBHOOK_PORT)
        && get(MANAGEMENT_PORT) != 0
        && get(MANAGEMENT_PORT).equals(get(WEBHOOK_PORT))) {
      problems.add(
          "%s: %d (expected: another port than %s)"
              .formatted(WEBHOOK_PORT.variable(), get(WEBHOOK_PORT), MANAGEMENT_PORT.variable()));
    }
  }

  private boolean areRead(Setting<?>... settings) {
    return values.keySet().containsAll(List.of(settings));
  }

  @SuppressWarnings("unchecked") // put there by the setting's own format
  private <T> T get(Setting<T> setting) {
    var value = values.get(setting);
    if (value == null) {
      throw new AssertionError("not read: " + setting.name());
    }
    return (T) value;
  }

  private OperatorSettings settings() {
    return new OperatorSettings(
        get(POD_NAME),
        get(NAMESPACE),
        get(WATCH_NAMESPACES),
        get(WATCH_SECRETS),
        get(PROXY_IMAGE),
        get(NATIVE_SIDECARS),
        get(WORKERS),
        get(RESYNC_INTERVAL),
        new Lease(
            get(LEASE_NAME),
            get(LEASE_DURATION),
            get(LEASE_RENEW_DEADLINE),
            get(LEASE_RETRY_PERIOD)),
        get(MANAGEMENT_PORT),
        get(SHUTDOWN_DELAY),
        new Webhook(
            get(WEBHOOK_ENABLED),
            get(WEBHOOK_PORT),
            get(WEBHOOK_SERVICE),
            get(WEBHOOK_CONFIGURATION),
            get(WEBHOOK_CERTIFICATES),
            get(WEBHOOK_CERTIFICATE_DIRECTORY),
            get(WEBHOOK_SECRET),
            get(WEBHOOK_CERTIFICATE_VALIDITY),
            get(WEBHOOK_PATCH_CA_BUNDLE),
            get(WEBHOOK_CHECK_INTERVAL)),
        new Log(get(LOG_FORMAT), get(LOG_LEVEL)));
  }
}
