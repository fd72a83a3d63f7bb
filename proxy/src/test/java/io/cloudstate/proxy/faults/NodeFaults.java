package io.cloudstate.proxy.faults;

import static org.awaitility.Awaitility.await;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** What happens to the processes of proxies. */
final class NodeFaults {

  private NodeFaults() {}

  static final class Killed extends Fault {

    Killed() {
      super(
          "node-killed",
          "kill -9 of a node, which starts again when the others have given it up",
          "its entities are away until then");
    }

    @Override
    void happen(World world) throws Exception {
      var number = world.anyNumber();
      world.node(number).kill();
      world.awaitRemovalOf(number);
      world.node(number).want();
    }
  }

  static final class KilledBriefly extends Fault {

    KilledBriefly() {
      super(
          "node-killed-briefly",
          "kill -9 of a node, which starts again at once",
          "its entities are away until it is back, or until the others have given it up");
    }

    @Override
    void happen(World world) throws Exception {
      var node = world.node(world.anyNumber());
      node.kill();
      node.want();
    }
  }

  static final class Stopped extends Fault {

    Stopped() {
      super(
          "node-stopped",
          "SIGSTOP of a node, and SIGCONT when the others have given it up",
          "its entities are away until then; what it still writes is fenced, and it ends");
    }

    @Override
    boolean mayReadStale() {
      return true;
    }

    @Override
    void happen(World world) throws Exception {
      var number = world.anyNumber();
      world.node(number).proxy().halt();
      world.awaitRemovalOf(number);
      world.goOnFor(world.pace().trouble());
      world.node(number).proxy().goOn();
    }
  }

  static final class RollingRestart extends Fault {

    RollingRestart() {
      super(
          "rolling-restart",
          "TERM to one node after the other, each when the one before is back",
          "commands wait while entities move");
    }

    @Override
    void happen(World world) throws Exception {
      for (var node : world.nodes()) {
        node.terminate();
        node.want();
        world.awaitAllReady();
        world.goOnFor(world.pace().calm());
      }
    }
  }

  static final class Scaled extends Fault {

    Scaled() {
      super(
          "scale",
          "TERM to two nodes of three, which start again later, twice",
          "commands wait while entities move");
    }

    @Override
    void happen(World world) throws Exception {
      for (var round = 0; round < 2; round++) {
        var stays = world.anyNumber();
        for (var number : world.numbersExcept(stays)) {
          world.node(number).terminate();
        }
        world.goOnFor(world.pace().calm());
        for (var number : world.numbersExcept(stays)) {
          world.node(number).want();
        }
        world.awaitAllReady();
        world.goOnFor(world.pace().calm());
      }
    }
  }

  static final class ClockJumps extends Fault {

    private static final String LIBRARY = "faketime/libfaketime.so.1";

    ClockJumps() {
      super(
          "clock-jumps",
          "a node's clock jumps an hour on, two hours back, and right again (libfaketime)",
          "nothing");
    }

    @Override
    Optional<String> obstacle(World world) {
      return library().isPresent()
          ? Optional.empty()
          : Optional.of("there is no libfaketime (Debian's package faketime)");
    }

    @Override
    void happen(World world) throws Exception {
      var node = world.node(world.anyNumber());
      var offset = Files.writeString(Files.createTempFile("clock", ""), "+0");
      node.terminate();
      node.prefix(
          List.of(
              "env",
              "LD_PRELOAD=" + library().orElseThrow(),
              "FAKETIME_TIMESTAMP_FILE=" + offset,
              "FAKETIME_CACHE_DURATION=1",
              // what measures time is right everywhere: no clock of a machine jumps there
              "FAKETIME_DONT_FAKE_MONOTONIC=1"));
      node.want();
      world.awaitAllReady();
      for (var jump : List.of("+3600", "-3600", "+0")) {
        Files.writeString(offset, jump);
        world.goOnFor(world.pace().trouble());
      }
      node.terminate();
      node.prefix(List.of());
      node.want();
      Files.delete(offset);
    }

    private static Optional<Path> library() {
      return Stream.of("/usr/lib/x86_64-linux-gnu", "/usr/lib/aarch64-linux-gnu", "/usr/lib")
          .map(directory -> Path.of(directory, LIBRARY))
          .filter(Files::exists)
          .findFirst();
    }
  }

  /** A node that is no member, with the cluster's database. */
  static final class TwoWriters extends Fault {

    private static final Duration REFUSED_WITHIN = Duration.ofMinutes(1);

    TwoWriters() {
      super(
          "two-writers",
          "a node outside of the cluster takes calls for the same entities",
          "of two writers one is refused");
    }

    @Override
    boolean mayReadStale() {
      return true;
    }

    @Override
    void happen(World world) throws Exception {
      var stranger = world.addStranger();
      var writers = world.kept();
      var before = refusals(writers);
      world.goOnFor(world.pace().trouble());
      await().atMost(REFUSED_WITHIN).until(() -> refusals(writers) > before);
      world.remove(stranger);
    }

    private static long refusals(List<Node> writers) {
      return writers.stream()
          .flatMap(writer -> writer.proxy().log().lines())
          .filter(line -> line.contains("somebody else has written to this entity"))
          .count();
    }
  }
}
