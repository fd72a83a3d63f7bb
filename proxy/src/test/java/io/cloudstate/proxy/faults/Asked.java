package io.cloudstate.proxy.faults;

import java.util.List;
import java.util.stream.IntStream;

/**
 * The node that a command was sent to.
 *
 * @param firstLife of which it may have been answered, counted from 1
 * @param lastLife likewise; the same one if it was not started again meanwhile
 */
record Asked(int node, int firstLife, int lastLife) {

  /** A node's process, from one start to its end. */
  record Life(int node, int number) {}

  /** Those by one of which it was answered, if it was. */
  List<Life> lives() {
    return IntStream.rangeClosed(firstLife, lastLife)
        .mapToObj(number -> new Life(node, number))
        .toList();
  }
}
