package io.cloudstate.proxy.faults;

import java.time.Duration;
import java.util.Optional;

/** What happens between the nodes; the database, the functions and the callers are not cut off. */
final class NetworkFaults {

  private static final Duration SHORT = Duration.ofSeconds(2);

  private NetworkFaults() {}

  private abstract static class Cut extends Fault {

    Cut(String name, String does, String expected) {
      super(name, does, expected);
    }

    @Override
    Optional<String> obstacle(World world) {
      return world.network().uncuttable();
    }

    static void cutWhatIsSentBy(World world, int number) {
      world.numbersExcept(number).forEach(other -> world.network().cut(number, other));
    }

    static void cutWhatIsSentTo(World world, int number) {
      world.numbersExcept(number).forEach(other -> world.network().cut(other, number));
    }
  }

  static final class BothWays extends Cut {

    BothWays() {
      super(
          "network-cut",
          "nothing passes between a node and the others, until they have given it up",
          "its entities are away until then; it ends and joins again when healed");
    }

    @Override
    void happen(World world) throws Exception {
      var number = world.anyNumber();
      cutWhatIsSentBy(world, number);
      cutWhatIsSentTo(world, number);
      world.awaitRemovalOf(number);
      world.goOnFor(world.pace().trouble());
      world.network().heal();
    }
  }

  static final class OneWay extends Cut {

    OneWay() {
      super(
          "network-cut-one-way",
          "nothing that a node sends reaches the others, until one side has given the other up",
          "its entities are away until then; it ends and joins again when healed");
    }

    @Override
    void happen(World world) throws Exception {
      var number = world.anyNumber();
      cutWhatIsSentBy(world, number);
      world.awaitRemovalOf(number);
      world.goOnFor(world.pace().trouble());
      world.network().heal();
    }
  }

  static final class Briefly extends Cut {

    Briefly() {
      super(
          "network-cut-briefly",
          "nothing passes between a node and the others for two seconds",
          "commands for entities on the other side wait; no node ends");
    }

    @Override
    void happen(World world) throws Exception {
      var number = world.anyNumber();
      cutWhatIsSentBy(world, number);
      cutWhatIsSentTo(world, number);
      world.goOnFor(SHORT);
      world.network().heal();
    }
  }
}
