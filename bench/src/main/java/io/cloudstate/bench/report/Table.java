package io.cloudstate.bench.report;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** Rows below each other, columns aligned; columns in which no row has a figure are left out. */
public final class Table {

  private static final String GAP = "  ";

  private Table() {}

  public static String of(List<Row> rows) {
    var figures =
        Arrays.stream(Figure.values())
            .filter(figure -> rows.stream().anyMatch(row -> row.get(figure) != null))
            .toList();
    var lines = new ArrayList<List<String>>();
    var titles = new ArrayList<>(List.of("scenario"));
    figures.forEach(figure -> titles.add(figure.title()));
    lines.add(titles);
    for (var row : rows) {
      var cells = new ArrayList<>(List.of(row.scenario()));
      figures.forEach(figure -> cells.add(cell(row, figure)));
      lines.add(cells);
    }
    return aligned(lines);
  }

  private static String cell(Row row, Figure figure) {
    var value = row.get(figure);
    return value == null ? "-" : String.format(Locale.ROOT, "%,." + figure.decimals() + "f", value);
  }

  private static String aligned(List<List<String>> lines) {
    var text = new StringBuilder();
    for (var line : lines) {
      for (var column = 0; column < line.size(); column++) {
        var index = column;
        var width = lines.stream().mapToInt(cells -> cells.get(index).length()).max().orElse(0);
        var padding = " ".repeat(width - line.get(column).length());
        text.append(column == 0 ? line.get(column) + padding : GAP + padding + line.get(column));
      }
      text.append('\n');
    }
    return text.toString();
  }
}
