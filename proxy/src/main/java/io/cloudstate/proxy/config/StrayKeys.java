package io.cloudstate.proxy.config;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigUtil;
import com.typesafe.config.ConfigValue;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * The keys below {@link Setting#ROOT} that are no setting of ours: those of the reference
 * implementation are worth a warning, all others are mistakes. Values are not named, as nobody
 * knows whether they are secret.
 */
final class StrayKeys {

  private static final Set<String> KNOWN =
      KnownSettings.all().stream()
          .map(Setting::name)
          .collect(Collectors.toCollection(LinkedHashSet::new));

  private final List<String> problems = new ArrayList<>();
  private final List<String> warnings = new ArrayList<>();

  private StrayKeys() {}

  static StrayKeys in(Config config) {
    var stray = new StrayKeys();
    if (config.hasPath(Setting.ROOT)) {
      stray.look(config.getValue(Setting.ROOT));
    }
    return stray;
  }

  List<String> problems() {
    return List.copyOf(problems);
  }

  List<String> warnings() {
    return List.copyOf(warnings);
  }

  private void look(ConfigValue root) {
    if (root instanceof ConfigObject object) {
      lookBelow("", object);
    } else {
      problems.add(Setting.ROOT + ": a single value from " + source(root) + " (expected: keys)");
    }
  }

  private void lookBelow(String prefix, ConfigObject object) {
    // sorted, so that the same mistakes are reported in the same order
    new TreeMap<>(object)
        .forEach((name, value) -> lookAt(prefix + ConfigUtil.joinPath(name), value));
  }

  private void lookAt(String name, ConfigValue value) {
    if (KNOWN.contains(name)) {
      return;
    }
    if (value instanceof ConfigObject object && !object.isEmpty()) {
      lookBelow(name + ".", object);
      return;
    }
    ReferenceKey.matching(name)
        .ifPresentOrElse(
            reference -> warnings.add(warning(name, value, reference)),
            () -> problems.add(problem(name, value)));
  }

  private static String warning(String name, ConfigValue value, ReferenceKey reference) {
    return "%s.%s from %s has no effect: %s"
        .formatted(Setting.ROOT, name, source(value), reference.advice());
  }

  private static String problem(String name, ConfigValue value) {
    return "%s.%s: unknown key from %s (%s)"
        .formatted(Setting.ROOT, name, source(value), expected(name));
  }

  private static String expected(String name) {
    var below = KNOWN.stream().filter(known -> known.startsWith(name + ".")).toList();
    if (!below.isEmpty()) {
      return "expected: " + String.join(", ", below);
    }
    return NearestName.of(name, KNOWN)
        .map(nearest -> "did you mean " + Setting.ROOT + "." + nearest + "?")
        .orElse("expected: a key of docs/reference/configuration.md");
  }

  private static String source(ConfigValue value) {
    return value.origin().description();
  }
}
