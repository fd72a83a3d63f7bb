package io.cloudstate.proxy.config;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigList;
import com.typesafe.config.ConfigObject;
import java.util.Optional;

/** A setting's value before it is checked: what the strongest source that has one says. */
sealed interface FoundValue {

  /** Where it stands, as in "from system properties". */
  String source();

  record Text(String text, String source) implements FoundValue {}

  /** Something with parts, where one value was expected. */
  record Compound(String form, String source) implements FoundValue {}

  static FoundValue of(Setting<?> setting, SettingSources sources) {
    return in(sources.systemProperties(), setting)
        .or(() -> in(sources, setting))
        .or(() -> in(sources.files(), setting))
        .orElseGet(() -> new Text(setting.defaultText(), "the default"));
  }

  /** The value, or empty if it is not what the setting expects. */
  default <T> Optional<T> as(SettingType<T> type) {
    return this instanceof Text found ? type.parse(found.text()) : Optional.empty();
  }

  /** The value as an error message may show it. */
  default String shownAs(SettingType<?> type) {
    if (type.isSecret()) {
      return "<hidden>";
    }
    if (this instanceof Text found) {
      return found.text().isBlank() ? '"' + found.text() + '"' : found.text();
    }
    if (this instanceof Compound found) {
      return found.form();
    }
    throw new AssertionError("unhandled: " + this);
  }

  private static Optional<FoundValue> in(SettingSources sources, Setting<?> setting) {
    return Optional.ofNullable(setting.environmentVariable())
        .flatMap(
            name ->
                Optional.ofNullable(sources.environment().get(name))
                    .filter(text -> !text.isEmpty())
                    .map(text -> new Text(text, "environment variable " + name)));
  }

  private static Optional<FoundValue> in(Config config, Setting<?> setting) {
    if (!config.hasPath(setting.key())) {
      return Optional.empty();
    }
    var value = config.getValue(setting.key());
    var source = value.origin().description();
    if (value instanceof ConfigObject) {
      return Optional.of(new Compound("an object", source));
    }
    if (value instanceof ConfigList) {
      return Optional.of(new Compound("a list", source));
    }
    return Optional.of(new Text(config.getString(setting.key()), source));
  }
}
