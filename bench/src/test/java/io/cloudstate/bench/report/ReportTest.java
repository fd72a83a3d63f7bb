package io.cloudstate.bench.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class ReportTest {

  private final Row loaded =
      new Row("eventsourced-memory")
          .with(Figure.COMMANDS_PER_SECOND, 12345.678901)
          .with(Figure.P50, 1.5)
          .with(Figure.P99, 20)
          .with(Figure.P999, 0.00001)
          .with(Figure.PROXY_CPU, 50.25)
          .with(Figure.FUNCTION_CPU, 10)
          .with(Figure.GENERATOR_CPU, 7)
          .with(Figure.DIRECT_RATIO, 0.5)
          .with(Figure.PROXY_RSS, 300)
          .with(Figure.PROXY_HEAP, 40);

  @Test
  void jsonHasAllFieldsAndNullForWhatThereIsNot() {
    assertThat(JsonLine.of(loaded))
        .isEqualTo(
            "{\"scenario\":\"eventsourced-memory\",\"commandsPerSecond\":12345.6789,"
                + "\"p50Millis\":1.5,\"p99Millis\":20,\"p999Millis\":0,"
                + "\"proxyCpuMicrosPerCommand\":50.25,\"functionCpuMicrosPerCommand\":10,"
                + "\"databaseCpuMicrosPerCommand\":null,\"directRatio\":0.5,"
                + "\"proxyRssMiB\":300}");
  }

  @Test
  void jsonHasWhatIsParticularToAScenarioInThatAlone() {
    assertThat(JsonLine.of(new Row("start").with(Figure.START, 2345)))
        .endsWith(",\"proxyRssMiB\":null,\"startMillis\":2345}");
    assertThat(JsonLine.of(new Row("entities").with(Figure.HEAP_PER_ENTITY, Double.NaN)))
        .endsWith(",\"heapBytesPerEntity\":null}");
    var cluster = new Row("cluster-spread").with(Figure.NODES, 3);
    assertThat(JsonLine.of(cluster.with(Figure.SINGLE_NODE_RATIO, 0.75)))
        .endsWith(",\"proxyRssMiB\":null,\"nodes\":3,\"singleNodeRatio\":0.75}");
  }

  @Test
  void tableIsAlignedAndLeavesOutEmptyColumns() {
    var start = new Row("start").with(Figure.PROXY_RSS, 200).with(Figure.START, 2345);
    assertThat(Table.of(List.of(new Row("x").with(Figure.PROXY_RSS, 1234.4), start)))
        .isEqualTo(
            """
            scenario  RSS MiB  start ms
            x           1,234         -
            start         200     2,345
            """);
  }
}
