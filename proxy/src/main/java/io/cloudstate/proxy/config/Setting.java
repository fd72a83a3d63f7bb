package io.cloudstate.proxy.config;

import org.jspecify.annotations.Nullable;

/**
 * One thing that can be configured; checks, defaults and documentation all come from here.
 *
 * @param name the key below {@link #ROOT}
 * @param defaultText the default as somebody would write it
 * @param environmentVariable what may set it too, if anything
 * @param meaning one sentence
 */
record Setting<T>(
    String name,
    SettingType<T> type,
    String defaultText,
    @Nullable String environmentVariable,
    String meaning) {

  /** Where all our keys are. */
  static final String ROOT = "cloudstate.proxy";

  /** The key in full. */
  String key() {
    return ROOT + "." + name;
  }

  T defaultValue() {
    return type.parse(defaultText)
        .orElseThrow(() -> new AssertionError("default of " + name + ": " + defaultText));
  }
}
