package io.cloudstate.proxy.faults;

/**
 * One thing that is wrong with a history, in words.
 *
 * @param <W> what can be wrong with histories of that kind
 */
record Finding<W extends Enum<W>>(W wrong, String text) {
  @Override
  public String toString() {
    return wrong + ": " + text;
  }
}
