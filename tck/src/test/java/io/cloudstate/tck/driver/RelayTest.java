package io.cloudstate.tck.driver;

import static org.assertj.core.api.Assertions.assertThat;

import akka.actor.ActorSystem;
import akka.util.ByteString;
import io.cloudstate.tck.rule.Patience;
import io.grpc.CallOptions;
import io.grpc.HandlerRegistry;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Server;
import io.grpc.ServerCall;
import io.grpc.ServerMethodDefinition;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.ClientCalls;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the kit passes on between a proxy and a function. */
class RelayTest {

  private static final Patience PATIENCE = Patience.DEFAULT.withExpected(Duration.ofSeconds(30));

  /** A field that nobody knows, its number and value written longer than need be. */
  private static final ByteString ODD =
      ByteString.fromArray(
          new byte[] {(byte) 0xf8, (byte) 0x81, 0x00, (byte) 0x81, (byte) 0x80, 0x00});

  private final ActorSystem system = ActorSystem.create("test");
  private final Server echo =
      NettyServerBuilder.forPort(0)
          .directExecutor()
          .fallbackHandlerRegistry(
              new HandlerRegistry() {
                @Override
                public @Nullable ServerMethodDefinition<?, ?> lookupMethod(
                    String name, @Nullable String authority) {
                  return echoing(name);
                }
              })
          .build();
  private @Nullable ScriptedProxy function;
  private @Nullable FunctionServer kit;
  private @Nullable ManagedChannel proxy;

  @BeforeEach
  void start() throws IOException {
    echo.start();
    function =
        ScriptedProxy.open(
            new ScriptedProxy.Settings(
                "127.0.0.1", echo.getPort(), null, Path.of("none"), PATIENCE.expected(), PATIENCE));
    kit = new FunctionServer(system, "127.0.0.1", 0, PATIENCE, FunctionRpcs.ALL);
    kit.relayTo(function, message -> message);
    kit.start();
    proxy = NettyChannelBuilder.forAddress("127.0.0.1", kit.port()).usePlaintext().build();
  }

  @AfterEach
  void stop() throws InterruptedException {
    if (proxy != null) {
      proxy.shutdownNow().awaitTermination(30, TimeUnit.SECONDS);
    }
    if (kit != null) {
      kit.close();
    }
    if (function != null) {
      function.close();
    }
    echo.shutdownNow();
    system.terminate();
  }

  @Test
  void bytesComeThroughAsTheyAreInBothDirections() {
    assertThat(echoed()).containsExactly(ODD);
  }

  @Test
  void brokenConnectionsCanBeMadeAgainAtOnce() {
    assertThat(kit).isNotNull();
    for (var i = 0; i < 3; i++) {
      kit.restart();
      assertThat(echoed()).containsExactly(ODD);
    }
  }

  private List<ByteString> echoed() {
    assertThat(proxy).isNotNull();
    var options = CallOptions.DEFAULT.withWaitForReady().withDeadlineAfter(30, TimeUnit.SECONDS);
    var rpc = FunctionRpcs.UNARY_ACTION.wireDescriptor();
    for (var i = 0; i < 10; i++) {
      try {
        var replies = ClientCalls.blockingServerStreamingCall(proxy, rpc, options, ODD);
        var all = new ArrayList<ByteString>();
        replies.forEachRemaining(all::add);
        return all;
      } catch (StatusRuntimeException e) {
        assertThat(e.getStatus().getCode()).isEqualTo(Status.Code.UNAVAILABLE); // it broke just now
      }
    }
    throw new AssertionError("no call comes through");
  }

  private static ServerMethodDefinition<ByteString, ByteString> echoing(String name) {
    var method =
        FunctionRpcs.ALL.stream().filter(rpc -> rpc.path().equals(name)).findFirst().orElseThrow();
    return ServerMethodDefinition.create(
        method.wireDescriptor(),
        (call, headers) -> {
          call.request(Integer.MAX_VALUE);
          call.sendHeaders(new Metadata());
          return new ServerCall.Listener<ByteString>() {
            @Override
            public void onMessage(ByteString message) {
              call.sendMessage(name.endsWith("discover") ? ByteString.emptyByteString() : message);
            }

            @Override
            public void onHalfClose() {
              call.close(Status.OK, new Metadata());
            }
          };
        });
  }
}
