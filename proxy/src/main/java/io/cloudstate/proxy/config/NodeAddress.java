package io.cloudstate.proxy.config;

import java.util.Arrays;
import java.util.List;

/** Where a node can be reached. */
public record NodeAddress(String host, int port) {

  /**
   * Reads a list as somebody would write it: separated by commas, with spaces or without.
   *
   * @throws IllegalArgumentException if one of them is no host with a port
   */
  static List<NodeAddress> parseAll(String text) {
    return text.isEmpty()
        ? List.of()
        : Arrays.stream(text.split(",", -1)).map(String::trim).map(NodeAddress::parse).toList();
  }

  private static NodeAddress parse(String text) {
    var colon = text.lastIndexOf(':');
    var host = SettingType.host().parse(text.substring(0, Math.max(0, colon)));
    var port = SettingType.port(1).parse(text.substring(colon + 1));
    return host.flatMap(name -> port.map(number -> new NodeAddress(name, number)))
        .orElseThrow(() -> new IllegalArgumentException(text));
  }

  @Override
  public String toString() {
    return host + ":" + port;
  }
}
