package io.cloudstate.bench.report;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import org.jspecify.annotations.Nullable;

/** One JSON object on one line for each row; what does not apply to a scenario is null. */
public final class JsonLine {

  private static final int DECIMALS = 4;

  private JsonLine() {}

  public static String of(Row row) {
    var fields = new ArrayList<String>();
    fields.add("\"scenario\":\"" + row.scenario() + "\"");
    for (var figure : Figure.values()) {
      var value = row.get(figure);
      var present =
          switch (figure.shown()) {
            case ALWAYS -> true;
            case IN_TABLE -> false;
            case WHERE_PRESENT -> value != null;
          };
      if (present) {
        fields.add("\"" + figure.field() + "\":" + number(value));
      }
    }
    return "{" + String.join(",", fields) + "}";
  }

  private static String number(@Nullable Double value) {
    if (value == null || !Double.isFinite(value)) {
      return "null";
    }
    var rounded = BigDecimal.valueOf(value).setScale(DECIMALS, RoundingMode.HALF_UP);
    return rounded.signum() == 0 ? "0" : rounded.stripTrailingZeros().toPlainString();
  }
}
