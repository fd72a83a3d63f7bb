package io.cloudstate.proxy.eventing;

import io.cloudstate.proxy.storage.journal.LogPositions.Slice;
import java.util.Optional;

/** One slice of one consumer, as it is addressed in the cluster. */
record SliceId(String consumer, Slice slice) {

  private static final char SEPARATOR = '#';

  String text() {
    return consumer + SEPARATOR + slice;
  }

  /** Empty if it is the text of none. */
  static Optional<SliceId> of(String text) {
    var separator = text.lastIndexOf(SEPARATOR);
    var slash = text.lastIndexOf('/');
    if (separator < 0 || slash < separator) {
      return Optional.empty();
    }
    try {
      var number = Integer.parseInt(text.substring(separator + 1, slash));
      var of = Integer.parseInt(text.substring(slash + 1));
      return Optional.of(new SliceId(text.substring(0, separator), new Slice(number, of)));
    } catch (NumberFormatException e) {
      return Optional.empty();
    }
  }
}
