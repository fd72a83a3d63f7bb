package io.cloudstate.proxy.testing;

import kafka.Kafka;
import kafka.tools.StorageTool;

/** A Kafka broker as a program: formats its directory if it is new, and runs. */
final class KafkaServerMain {

  private static final String CLUSTER_ID = "AAAAAAAAAAAAAAAAAAAAAQ";

  private KafkaServerMain() {}

  public static void main(String[] arguments) {
    var properties = arguments[0];
    var format = new String[] {"format", "--ignore-formatted", "-t", CLUSTER_ID, "-c", properties};
    if (StorageTool.execute(format, System.out) != 0) {
      throw new IllegalStateException("the directory of Kafka cannot be formatted");
    }
    Kafka.main(new String[] {properties});
  }
}
