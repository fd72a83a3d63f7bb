package io.cloudstate.proxy.config;

import java.util.List;

/**
 * Settings that hold, and what their user should know about them.
 *
 * @param warnings a sentence for each key that was set but does nothing
 */
public record LoadedSettings(ProxySettings settings, List<String> warnings) {

  public LoadedSettings {
    warnings = List.copyOf(warnings);
  }
}
