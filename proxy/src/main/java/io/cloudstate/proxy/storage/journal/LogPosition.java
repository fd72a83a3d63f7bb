package io.cloudstate.proxy.storage.journal;

import io.cloudstate.proxy.storage.journal.EventLog.Numbers;
import java.util.ArrayList;
import java.util.List;

/**
 * How far a consumer has got with a log: it is done with all numbers up to {@code scanned} but
 * those that are open.
 *
 * @param open ascending, without overlaps, none above {@code scanned}
 */
public record LogPosition(long scanned, List<Numbers> open) {

  public LogPosition {
    open = List.copyOf(open);
  }

  public static LogPosition at(long number) {
    return new LogPosition(number, List.of());
  }

  /** Up to here everything is done with. */
  public long watermark() {
    return open.isEmpty() ? scanned : open.get(0).from() - 1;
  }

  /** The open numbers as they are stored, such as {@code 7,9-12}. */
  public String openText() {
    var text = new StringBuilder();
    for (var numbers : open) {
      text.append(text.isEmpty() ? "" : ",").append(numbers.from());
      if (numbers.to() > numbers.from()) {
        text.append('-').append(numbers.to());
      }
    }
    return text.toString();
  }

  /**
   * As it was stored.
   *
   * @throws StorageUnavailable if the text is none of {@link #openText}
   */
  public static LogPosition of(long scanned, String openText) {
    var open = new ArrayList<Numbers>();
    try {
      for (var part : openText.isEmpty() ? new String[0] : openText.split(",", -1)) {
        var dash = part.indexOf('-');
        var from = Long.parseLong(dash < 0 ? part : part.substring(0, dash));
        open.add(new Numbers(from, dash < 0 ? from : Long.parseLong(part.substring(dash + 1))));
      }
    } catch (NumberFormatException e) {
      throw new StorageUnavailable(
          "open numbers of an event consumer: " + openText + " (expected: such as 7,9-12)", e);
    }
    return new LogPosition(scanned, open);
  }
}
