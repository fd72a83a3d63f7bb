package io.cloudstate.bench.cluster;

/** Where an entity lives, seen from the node that is called. */
public enum Home {
  ANYWHERE,
  HERE,
  ELSEWHERE;

  boolean isAt(String node, String here) {
    return switch (this) {
      case ANYWHERE -> true;
      case HERE -> node.equals(here);
      case ELSEWHERE -> !node.equals(here);
    };
  }
}
