package io.cloudstate.proxy.faults;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A network namespace for each node, all on one bridge of this machine: needs root, and {@code ip}.
 * Two nodes are cut by a wrong hardware address: what one sends vanishes without a trace, and this
 * process, the database and the functions are reached as before.
 */
final class Namespaces implements Network {

  private static final Logger log = LoggerFactory.getLogger(Namespaces.class);
  private static final String NOBODY = "02:c5:ff:ff:ff:ff";

  private record Cut(int from, int to) {}

  private final String name = "cf" + ProcessHandle.current().pid();

  private final String net = freeNet();

  private final List<Cut> cuts = new ArrayList<>();
  private final Thread atEnd = new Thread(this::remove);

  private Namespaces() {}

  /** Why there can be none on this machine. */
  static Optional<String> obstacle() {
    var probe = "cfprobe" + ProcessHandle.current().pid();
    try {
      Tool.run("ip", "netns", "add", probe);
      Tool.run("ip", "netns", "exec", probe, "ip", "link", "set", "lo", "up");
      Tool.run("ip", "netns", "delete", probe);
      return Optional.empty();
    } catch (IllegalStateException e) {
      return Optional.of("no network namespaces: " + e.getMessage());
    }
  }

  /** Of addresses for measurements between networks (RFC 2544), which only other runs have. */
  private static String freeNet() {
    var first = (int) (ProcessHandle.current().pid() % 256);
    return IntStream.range(first, first + 256)
        .mapToObj(number -> "198.18.%d.".formatted(number % 256))
        .filter(net -> !isTaken(net))
        .findFirst()
        .orElseThrow(() -> new IllegalStateException("other runs have all of 198.18.0.0/16"));
  }

  private static boolean isTaken(String net) {
    try {
      return NetworkInterface.getByInetAddress(InetAddress.getByName(net + 1)) != null;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static Namespaces create() {
    var created = new Namespaces();
    Runtime.getRuntime().addShutdownHook(created.atEnd);
    created.connect();
    return created;
  }

  private void connect() {
    Tool.run("ip", "link", "add", bridge(), "type", "bridge");
    Tool.run("ip", "address", "add", home() + "/24", "dev", bridge());
    Tool.run("ip", "link", "set", bridge(), "up");
    for (var node = 1; node <= MOST_NODES; node++) {
      connect(node);
    }
  }

  private void connect(int node) {
    var space = space(node);
    Tool.run("ip", "netns", "add", space);
    Tool.run("ip", "link", "add", space, "type", "veth", "peer", "name", "eth0", "netns", space);
    Tool.run("ip", "link", "set", space, "master", bridge(), "up");
    Tool.run("ip", "-netns", space, "address", "add", host(node) + "/24", "dev", "eth0");
    Tool.run("ip", "-netns", space, "link", "set", "eth0", "up");
    Tool.run("ip", "-netns", space, "link", "set", "lo", "up");
  }

  @Override
  public String home() {
    return net + 1;
  }

  @Override
  public String host(int node) {
    return net + (node + 1);
  }

  @Override
  public List<String> within(int node) {
    return List.of("ip", "netns", "exec", space(node));
  }

  @Override
  public Optional<String> uncuttable() {
    return Optional.empty();
  }

  @Override
  public void cut(int from, int to) {
    cuts.add(new Cut(from, to));
    Tool.run(
        "ip",
        "-netns",
        space(from),
        "neighbour",
        "replace",
        host(to),
        "lladdr",
        NOBODY,
        "dev",
        "eth0",
        "nud",
        "permanent");
  }

  @Override
  public void heal() {
    cuts.forEach(
        cut ->
            Tool.run(
                "ip",
                "-netns",
                space(cut.from()),
                "neighbour",
                "delete",
                host(cut.to()),
                "dev",
                "eth0"));
    cuts.clear();
  }

  @Override
  public void close() {
    Runtime.getRuntime().removeShutdownHook(atEnd);
    remove();
  }

  private void remove() {
    for (var node = 1; node <= MOST_NODES; node++) {
      // sockets that linger would keep it for some time, without its namespace
      tryToRemove("ip", "link", "delete", space(node));
      tryToRemove("ip", "netns", "delete", space(node));
    }
    tryToRemove("ip", "link", "delete", bridge());
  }

  private static void tryToRemove(String... command) {
    try {
      Tool.run(command);
    } catch (IllegalStateException e) {
      log.warn("left behind: {}", e.getMessage());
    }
  }

  private String bridge() {
    return name + "b";
  }

  private String space(int node) {
    return name + "n" + node;
  }
}
