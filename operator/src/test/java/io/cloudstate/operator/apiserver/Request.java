package io.cloudstate.operator.apiserver;

import java.util.Map;

/** A request as it came; a watch counts as a method of its own. */
public record Request(String method, String path, Map<String, String> query) {

  public boolean isWrite() {
    return !method.equals("GET") && !method.equals("WATCH");
  }

  public boolean isWatch() {
    return method.equals("WATCH");
  }

  /** Whether it is about objects of that kind, by its plural. */
  public boolean isAbout(String plural) {
    return (path + "/").contains("/" + plural + "/");
  }
}
