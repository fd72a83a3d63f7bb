package io.cloudstate.proxy.metrics;

import java.util.List;

/** A metric as it is documented. */
public record Family(String name, String type, List<String> labels, String meaning) {

  public Family {
    labels = List.copyOf(labels);
  }
}
