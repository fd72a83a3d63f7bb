package io.cloudstate.proxy.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.TreeMap;

/** What a proxy tells Prometheus: the value of each series, by its name with its labels. */
public record Scrape(Map<String, Double> series) {

  /** Asks a proxy on its port for metrics. */
  public static Scrape of(int port) {
    var answer = new ManagementPort("127.0.0.1", port).get("/metrics");
    assertThat(answer.status()).isEqualTo(200);
    return parse(answer.body());
  }

  public static Scrape parse(String text) {
    var series = new TreeMap<String, Double>();
    text.lines()
        .filter(line -> !line.startsWith("#") && !line.isBlank())
        .forEach(
            line -> {
              var end = line.lastIndexOf(' ');
              var value = line.substring(end + 1).replace("+Inf", "Infinity");
              series.put(line.substring(0, end), Double.valueOf(value));
            });
    return new Scrape(series);
  }

  /** Of one series, without labels; not a number if it is not there. */
  public double value(String name) {
    return series.getOrDefault(name, Double.NaN);
  }

  /** Whether some series of the family, or of its parts, is not zero. */
  public boolean hasMoved(String family) {
    return series.entrySet().stream()
        .filter(entry -> entry.getValue() != 0)
        .map(entry -> entry.getKey().replaceFirst("\\{.*", ""))
        .anyMatch(name -> name.equals(family) || name.equals(family + "_count"));
  }

  /**
   * By how much the series have changed since, but for buckets, sums and quantiles; those that have
   * not are left out.
   *
   * @param prefix of families; left out of the names
   * @param name value of the label {@code entity_name}; left out too
   */
  public Map<String, Long> since(Scrape before, String prefix, String name) {
    var label = "entity_name=\"" + name + "\"";
    var changes = new TreeMap<String, Long>();
    series.forEach(
        (key, value) -> {
          var change = Math.round(value - before.series.getOrDefault(key, 0.0));
          if (change != 0
              && key.startsWith(prefix)
              && key.contains(label)
              && !key.contains("_bucket{")
              && !key.contains("_sum{")
              && !key.contains("quantile=")) {
            var rest = key.substring(prefix.length()).replace(label, "").replace("{}", "");
            changes.put(rest.replace("{,", "{").replace(",}", "}"), change);
          }
        });
    return changes;
  }
}
