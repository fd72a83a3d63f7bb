package io.cloudstate.bench.function;

import io.cloudstate.bench.wire.Loopback;
import io.cloudstate.bench.wire.ParentWatch;
import io.cloudstate.protocol.CrdtGrpc;
import io.cloudstate.protocol.EventSourcedGrpc;
import io.cloudstate.protocol.ValueEntityGrpc;
import io.grpc.BindableService;
import io.grpc.ServerServiceDefinition;
import java.io.IOException;
import java.util.List;

/**
 * Starts one of the servers on a free port, and says which on standard output: {@code listening
 * PORT}. Arguments: a {@link FunctionKind}, event loop threads, streams per connection (0: no
 * limit), milliseconds until an idle entity may be unloaded (0: as the proxy likes).
 */
public final class FunctionMain {

  private FunctionMain() {}

  public static void main(String[] arguments) throws IOException, InterruptedException {
    ParentWatch.start();
    var threads = Integer.parseInt(arguments[1]);
    var streamsPerConnection = Integer.parseInt(arguments[2]);
    var kind = FunctionKind.valueOf(arguments[0]);
    var passivationMillis = Long.parseLong(arguments[3]);
    var ledger = new EventLedger();
    List<BindableService> services =
        switch (kind) {
          case DIRECT -> List.of();
          case EVENT_SOURCED ->
              List.of(
                  new Discovery(EventSourcedGrpc.SERVICE_NAME, passivationMillis),
                  new CounterFunction(null));
          case CONSUMES_LOG ->
              List.of(
                  Discovery.withConsumer(EventingOptions.ofLog()),
                  new CounterFunction(ledger),
                  new ConsumerFunction(ledger));
          case CONSUMES_TOPIC ->
              List.of(
                  Discovery.withConsumer(EventingOptions.ofNewTopic()),
                  new CounterFunction(ledger),
                  new ConsumerFunction(ledger));
          case VALUE ->
              List.of(
                  new Discovery(ValueEntityGrpc.SERVICE_NAME, passivationMillis),
                  new ValueCounterFunction());
          case ACTION ->
              List.of(
                  new Discovery(EventSourcedGrpc.SERVICE_NAME, passivationMillis),
                  new CounterFunction(null),
                  new EchoFunction());
          case CRDT_COUNTER ->
              List.of(
                  new Discovery(CrdtGrpc.SERVICE_NAME, passivationMillis),
                  new CrdtCounterFunction(GCounterSession::new));
          case CRDT_ORSET ->
              List.of(
                  new Discovery(CrdtGrpc.SERVICE_NAME, passivationMillis),
                  new CrdtCounterFunction(ORSetSession::new));
        };
    List<ServerServiceDefinition> definitions =
        kind == FunctionKind.DIRECT
            ? List.of(new DirectCounter().service())
            : List.of(ledger.service());
    var server = new Loopback(threads).serve(0, streamsPerConnection, services, definitions);
    System.out.println("listening " + server.getPort());
    server.awaitTermination();
  }
}
