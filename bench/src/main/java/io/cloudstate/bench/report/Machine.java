package io.cloudstate.bench.report;

import io.cloudstate.bench.measure.Tool;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** What figures depend on, in a line. */
public final class Machine {

  private Machine() {}

  /** The commit is that of the checkout in this directory; {@code +} says it has changes. */
  public static String line(Path checkout) {
    var load = ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage();
    return String.format(
        Locale.ROOT,
        "%d cores, JDK %s, %s %s %s, commit %s, load average %.1f",
        Runtime.getRuntime().availableProcessors(),
        System.getProperty("java.version"),
        System.getProperty("os.name"),
        System.getProperty("os.version"),
        System.getProperty("os.arch"),
        commit(checkout),
        load);
  }

  private static String commit(Path checkout) {
    var git = List.of("git", "-C", checkout.toString());
    try {
      var id = Tool.output(concat(git, "rev-parse", "--short", "HEAD")).trim();
      return Tool.output(concat(git, "status", "--porcelain")).isEmpty() ? id : id + "+";
    } catch (IOException e) {
      return "unknown";
    }
  }

  private static List<String> concat(List<String> first, String... rest) {
    var all = new ArrayList<>(first);
    all.addAll(List.of(rest));
    return all;
  }
}
