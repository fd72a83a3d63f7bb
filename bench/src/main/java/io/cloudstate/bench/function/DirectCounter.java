package io.cloudstate.bench.function;

import io.cloudstate.bench.wire.CounterMessages;
import io.cloudstate.bench.wire.CounterMethods;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import io.grpc.stub.ServerCalls;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicLong;

/** The counters as somebody would write them who needs no proxy: in memory, called directly. */
final class DirectCounter {

  private final ConcurrentMap<String, AtomicLong> counters = new ConcurrentHashMap<>();

  ServerServiceDefinition service() {
    return ServerServiceDefinition.builder(CounterMethods.SERVICE)
        .addMethod(
            CounterMethods.INCREMENT,
            ServerCalls.asyncUnaryCall((command, caller) -> answer(command, true, caller)))
        .addMethod(
            CounterMethods.READ,
            ServerCalls.asyncUnaryCall((command, caller) -> answer(command, false, caller)))
        .build();
  }

  private void answer(byte[] bytes, boolean increments, StreamObserver<byte[]> caller) {
    try {
      var command = CounterMessages.readCommand(bytes);
      var counter = counters.computeIfAbsent(command.counter(), key -> new AtomicLong());
      var value = increments ? counter.addAndGet(command.by()) : counter.get();
      caller.onNext(CounterMessages.number(value));
      caller.onCompleted();
    } catch (IOException e) {
      caller.onError(Status.INVALID_ARGUMENT.withDescription(e.getMessage()).asRuntimeException());
    }
  }
}
