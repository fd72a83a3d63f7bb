package io.cloudstate.bench.function;

import io.cloudstate.bench.wire.Loopback;
import io.cloudstate.bench.wire.ParentWatch;
import io.grpc.BindableService;
import io.grpc.ServerServiceDefinition;
import java.io.IOException;
import java.util.List;

/**
 * Starts one of the two servers on a free port, and says which on standard output: {@code listening
 * PORT}. Arguments: {@code function} or {@code direct}, event loop threads, streams per connection
 * (0: no limit), milliseconds until an idle entity may be unloaded (0: as the proxy likes).
 */
public final class FunctionMain {

  private FunctionMain() {}

  public static void main(String[] arguments) throws IOException, InterruptedException {
    ParentWatch.start();
    var threads = Integer.parseInt(arguments[1]);
    var streamsPerConnection = Integer.parseInt(arguments[2]);
    List<BindableService> services;
    List<ServerServiceDefinition> definitions;
    if (arguments[0].equals("direct")) {
      services = List.of();
      definitions = List.of(new DirectCounter().service());
    } else {
      services =
          List.of(
              new Discovery(Long.parseLong(arguments[3])),
              new CounterFunction(),
              new EchoFunction());
      definitions = List.of();
    }
    var server = new Loopback(threads).serve(0, streamsPerConnection, services, definitions);
    System.out.println("listening " + server.getPort());
    server.awaitTermination();
  }
}
