package io.cloudstate.bench.report;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The figures of one scenario; those it does not have are missing. */
public final class Row {

  private final String scenario;
  private final Map<Figure, Double> figures = new LinkedHashMap<>();

  public Row(String scenario) {
    this.scenario = scenario;
  }

  public String scenario() {
    return scenario;
  }

  public Row with(Figure figure, double value) {
    figures.put(figure, value);
    return this;
  }

  public @Nullable Double get(Figure figure) {
    return figures.get(figure);
  }
}
