package io.cloudstate.proxy.faults;

import java.util.Optional;

/** Something that goes wrong, under load, and is put right again. */
abstract class Fault {

  private final String name;
  private final String does;
  private final String expected;

  /**
   * @param name by which it is chosen
   * @param does what is done to whom
   * @param expected what callers see of it, besides that nothing is lost
   */
  Fault(String name, String does, String expected) {
    this.name = name;
    this.does = does;
    this.expected = expected;
  }

  String name() {
    return name;
  }

  String does() {
    return does;
  }

  String expected() {
    return expected;
  }

  /** Why it cannot be tried here, if so. */
  Optional<String> obstacle(World world) {
    return Optional.empty();
  }

  /** Whether a node may read what it has in memory while another one writes: never stored. */
  boolean mayReadStale() {
    return false;
  }

  /** Lets it happen, and puts right what does not get right by itself. */
  abstract void happen(World world) throws Exception;
}
