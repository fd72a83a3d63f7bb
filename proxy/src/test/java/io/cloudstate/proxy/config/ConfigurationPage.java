package io.cloudstate.proxy.config;

import java.util.stream.Collectors;

/** {@code docs/reference/configuration.md}, written from what the code knows. */
final class ConfigurationPage {

  private static final String PAGE =
      """
      # Configuration

      <!-- Generated from KnownSettings.java and ReferenceKey.java. To write it anew:
           %s -->

      All settings are read once, at start. A value comes from the first of these that has it:

      1. a Java system property, `-Dcloudstate.proxy.http-port=9001`, before or after the jar;
      2. the environment variable of the setting, if it has one (an empty one counts as not set);
      3. the configuration file in [HOCON](https://github.com/lightbend/config/blob/main/HOCON.md)
         that the system property `config.file` names, or a resource named by `config.resource`,
         or else the resource `application.conf`;
      4. the default.

      Three resources come with the proxy: `in-memory.conf` keeps state in memory, `dev-mode.conf`
      does so on a single node, and `no-store.conf` keeps none. The environment overrides them too.

      A value that does not hold or a key that does not exist stops the start. All such problems
      are reported together, each with where it came from and what was expected.

      ## Settings

      All keys are below `cloudstate.proxy`. Durations and sizes are written as in HOCON: `30s` is
      30 seconds, `4M` is 4 × 1024 × 1024 bytes; bare numbers are milliseconds or bytes.

      | key | default | environment variable | expected | meaning |
      |---|---|---|---|---|
      %s

      ## Keys of the reference implementation

      These may stand in files written for the original Cloudstate proxy (`*`: all keys below). They
      have no effect but a warning in the log.

      | key | instead |
      |---|---|
      %s
      """;

  private ConfigurationPage() {}

  /** The page's text; {@code command} is what writes it. */
  static String text(String command) {
    return PAGE.formatted(
        command,
        KnownSettings.all().stream().map(ConfigurationPage::row).collect(Collectors.joining("\n")),
        ReferenceKey.all().stream().map(ConfigurationPage::row).collect(Collectors.joining("\n")));
  }

  private static String row(Setting<?> setting) {
    var variable = setting.environmentVariable();
    return "| `%s` | `%s` | %s | %s | %s |"
        .formatted(
            setting.name(),
            setting.defaultText(),
            variable == null ? "" : "`" + variable + "`",
            setting.type().expected(),
            setting.meaning());
  }

  private static String row(ReferenceKey key) {
    return "| `%s` | %s |".formatted(key.pattern(), key.advice());
  }
}
