package io.cloudstate.proxy.faults;

import static org.awaitility.Awaitility.await;

import io.cloudstate.proxy.testing.AppendingFunction;
import io.cloudstate.tck.model.EventSourcedTckModelGrpc;
import io.cloudstate.tck.model.Eventsourced.Request;
import io.grpc.CallOptions;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.ClientCalls;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** What happens to the function of one node. */
final class FunctionFaults {

  private FunctionFaults() {}

  static final class Killed extends Fault {

    Killed() {
      super(
          "function-killed",
          "kill -9 of a node's function, which starts again later",
          "its node's entities are away until it is back");
    }

    @Override
    void happen(World world) throws Exception {
      var node = world.node(world.anyNumber());
      node.killFunction();
      world.goOnFor(world.pace().trouble());
      node.want();
    }
  }

  static final class Hung extends Fault {

    Hung() {
      super(
          "function-hung",
          "SIGSTOP of a node's function, and SIGCONT later",
          "its node's entities do not answer meanwhile");
    }

    @Override
    void happen(World world) throws Exception {
      var node = world.node(world.anyNumber());
      node.function().halt();
      world.goOnFor(world.pace().trouble());
      node.function().goOn();
    }
  }

  static final class Slow extends Fault {

    private static final Duration HALTED = Duration.ofMillis(300);
    private static final Duration RUNNING = Duration.ofMillis(50);

    Slow() {
      super(
          "function-slow",
          "a node's function runs for 50 ms and stands still for 300 ms, in turns",
          "its node's entities answer late");
    }

    @Override
    void happen(World world) throws Exception {
      var node = world.node(world.anyNumber());
      var until = System.nanoTime() + world.pace().trouble().toNanos();
      while (System.nanoTime() - until < 0) {
        node.function().halt();
        world.goOnFor(HALTED);
        node.function().goOn();
        world.goOnFor(RUNNING);
      }
    }
  }

  static final class NewSpec extends Fault {

    private static final Duration SERVED_WITHIN = Duration.ofMinutes(1);

    NewSpec() {
      super(
          "function-new-spec",
          "one function after the other is killed and starts again with a method more (or less)",
          "its node's entities are away meanwhile; all nodes serve the new method then");
    }

    @Override
    void happen(World world) throws Exception {
      for (var node : world.nodes()) {
        node.killFunction();
        node.function().setAddedMethod(!node.function().hasAddedMethod());
        node.want();
        await().atMost(SERVED_WITHIN).until(() -> serves(node) == node.function().hasAddedMethod());
      }
    }

    private static boolean serves(Node node) {
      var channel =
          NettyChannelBuilder.forAddress(node.host(), node.proxy().port()).usePlaintext().build();
      var method =
          EventSourcedTckModelGrpc.getProcessMethod().toBuilder()
              .setFullMethodName(
                  EventSourcedTckModelGrpc.SERVICE_NAME + "/" + AppendingFunction.ADDED_METHOD)
              .build();
      try {
        ClientCalls.blockingUnaryCall(
            channel,
            method,
            CallOptions.DEFAULT.withDeadlineAfter(5, TimeUnit.SECONDS),
            Request.newBuilder().setId("of-new-spec").build());
        return true;
      } catch (StatusRuntimeException e) {
        return false;
      } finally {
        channel.shutdownNow();
      }
    }
  }
}
