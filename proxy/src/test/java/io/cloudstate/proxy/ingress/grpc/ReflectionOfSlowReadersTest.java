package io.cloudstate.proxy.ingress.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.DescriptorProtos;
import com.linecorp.armeria.server.Server;
import com.linecorp.armeria.server.grpc.GrpcService;
import io.cloudstate.proxy.discovery.ServiceCatalog;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.reflection.v1.ServerReflectionGrpc;
import io.grpc.reflection.v1.ServerReflectionRequest;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ReflectionOfSlowReadersTest {

  private static final int REQUESTS = 10_000;

  /** A client of grpc-java lets up to 8 MiB come unread; an answer has about 10 KiB. */
  private static final int FEW = 1_000;

  private static final String FILE = "google/protobuf/descriptor.proto";

  private final AtomicInteger handled = new AtomicInteger();
  private final Reflected reflected =
      Reflected.of(new ServiceCatalog(List.of(), List.of(DescriptorProtos.getDescriptor())));
  private @Nullable Server server;
  private @Nullable ManagedChannel channel;

  @BeforeEach
  void start() {
    var started =
        Server.builder()
            .http(0)
            .service(
                GrpcService.builder()
                    .addService(new ReflectionV1(this::reflected))
                    .addService(new ReflectionV1Alpha(this::reflected))
                    .addService(new Health().service())
                    .build())
            .build();
    server = started;
    started.start().join();
    channel =
        Grpc.newChannelBuilderForAddress(
                "localhost", started.activeLocalPort(), InsecureChannelCredentials.create())
            .build();
  }

  @AfterEach
  void stop() {
    Objects.requireNonNull(channel).shutdownNow();
    Objects.requireNonNull(server).stop().join();
  }

  private Reflected reflected() {
    handled.incrementAndGet();
    return reflected;
  }

  @Test
  void whoDoesNotReadIsNotReadEither() throws Exception {
    check(
        ServerReflectionGrpc.getServerReflectionInfoMethod(),
        ServerReflectionRequest.newBuilder().setFileByFilename(FILE).build());
  }

  @Test
  void whoDoesNotReadTheOldServiceIsNotReadEither() throws Exception {
    check(
        io.grpc.reflection.v1alpha.ServerReflectionGrpc.getServerReflectionInfoMethod(),
        io.grpc.reflection.v1alpha.ServerReflectionRequest.newBuilder()
            .setFileByFilename(FILE)
            .build());
  }

  private <I, O> void check(MethodDescriptor<I, O> method, I request) throws Exception {
    // Given
    var call = Objects.requireNonNull(channel).newCall(method, CallOptions.DEFAULT);
    var received = new CompletableFuture<Integer>();
    call.start(new Counting<>(received), new Metadata());
    // When
    for (int i = 0; i < REQUESTS; i++) {
      call.sendMessage(request);
    }
    call.halfClose();
    // On the same connection, so on the same event loop and behind the requests.
    for (int i = 0; i < 100; i++) {
      roundTrip();
    }
    // Then
    assertThat(handled.get()).isBetween(1, FEW);
    call.request(REQUESTS + 1);
    assertThat(received.get(60, TimeUnit.SECONDS)).isEqualTo(REQUESTS);
    assertThat(handled.get()).isEqualTo(REQUESTS);
  }

  private void roundTrip() {
    var unused =
        HealthGrpc.newBlockingStub(channel)
            .withDeadlineAfter(20, TimeUnit.SECONDS)
            .check(HealthCheckRequest.getDefaultInstance());
  }

  private static final class Counting<O> extends ClientCall.Listener<O> {

    private final CompletableFuture<Integer> all;
    private int received;

    Counting(CompletableFuture<Integer> all) {
      this.all = all;
    }

    @Override
    public void onMessage(O message) {
      received++;
    }

    @Override
    public void onClose(Status status, Metadata trailers) {
      if (status.isOk()) {
        all.complete(received);
      } else {
        all.completeExceptionally(status.asException());
      }
    }
  }
}
