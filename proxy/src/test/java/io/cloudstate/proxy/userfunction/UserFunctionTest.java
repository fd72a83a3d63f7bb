package io.cloudstate.proxy.userfunction;

import static org.assertj.core.api.Assertions.assertThat;

import io.cloudstate.protocol.Action.ActionCommand;
import io.cloudstate.protocol.Action.ActionResponse;
import io.cloudstate.protocol.ActionProtocolGrpc;
import io.cloudstate.proxy.testing.TestEventLoops;
import io.cloudstate.proxy.testing.TestUserFunction;
import io.grpc.Server;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.StreamObserver;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The link to a function that sends back what it gets. */
class UserFunctionTest {

  private Server server;
  private UserFunction function;

  @BeforeEach
  void start() throws Exception {
    server =
        NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
            .addService(new Replies())
            .build()
            .start();
    function = TestUserFunction.at(server);
  }

  @AfterEach
  void stop() {
    function.close();
    server.shutdownNow();
  }

  /** Or a command would wake up a thread more on its way there, and one more on its way back. */
  @Test
  void whatComesBackIsHeardOnTheLoopThatOpenedTheStream() throws Exception {
    for (var loop : TestEventLoops.SHARED.all()) {
      for (var i = 0; i < 120; i++) { // more than go on a connection
        var heard = new Heard();
        loop.execute(() -> heard.ask(function));
        assertThat(heard.thread.get(10, TimeUnit.SECONDS)).matches(loop::inEventLoop);
      }
    }
  }

  private static final class Heard implements StreamListener<ActionResponse> {

    private final CompletableFuture<Thread> thread = new CompletableFuture<>();

    void ask(UserFunction function) {
      FunctionStream<ActionCommand> stream =
          function.open(ActionProtocolGrpc.getHandleStreamedMethod(), this);
      stream.send(ActionCommand.getDefaultInstance()); // and it stays open
    }

    @Override
    public void onMessage(ActionResponse message) {
      thread.complete(Thread.currentThread());
    }

    @Override
    public void onReady() {}

    @Override
    public void onEnd(StreamEnd end) {
      thread.completeExceptionally(new AssertionError("the stream has ended: " + end));
    }
  }

  private static final class Replies extends ActionProtocolGrpc.ActionProtocolImplBase {

    @Override
    public StreamObserver<ActionCommand> handleStreamed(StreamObserver<ActionResponse> replies) {
      return new StreamObserver<>() {
        @Override
        public void onNext(ActionCommand command) {
          replies.onNext(ActionResponse.getDefaultInstance());
        }

        @Override
        public void onError(Throwable cause) {}

        @Override
        public void onCompleted() {
          replies.onCompleted();
        }
      };
    }
  }
}
