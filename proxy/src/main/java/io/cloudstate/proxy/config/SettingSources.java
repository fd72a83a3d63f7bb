package io.cloudstate.proxy.config;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import java.util.List;
import java.util.Map;

/**
 * Where settings come from, the strongest first. Below all of them are the defaults.
 *
 * @param systemProperties the properties of the JVM
 * @param environment its environment variables; an empty one counts as not there
 * @param files what the files say, resolved; may include the system properties
 */
public record SettingSources(
    Config systemProperties, Map<String, String> environment, Config files) {

  public SettingSources {
    environment = Map.copyOf(environment);
  }

  /**
   * The sources of this process as they are now. The files are {@code config.file}, {@code
   * config.resource} or {@code application.conf}, and every library's {@code reference.conf}.
   *
   * @throws InvalidSettings if a file can't be found, read or resolved
   */
  public static SettingSources ofThisProcess() {
    ConfigFactory.invalidateCaches(); // properties may have been set since it last looked
    try {
      return new SettingSources(
          ConfigFactory.defaultOverrides(), System.getenv(), ConfigFactory.load());
    } catch (ConfigException e) {
      throw new InvalidSettings(List.of(String.valueOf(e.getMessage())));
    }
  }

  /** System properties over files, with everybody's keys: what an actor system is started with. */
  public Config config() {
    return systemProperties.withFallback(files);
  }

  /** Without any value: some are secrets. */
  @Override
  public String toString() {
    return "SettingSources[<hidden>]";
  }
}
