package io.cloudstate.proxy.ingress;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import io.cloudstate.proxy.config.ProxySettings;
import io.cloudstate.proxy.testing.TestEventLoops;
import io.grpc.Status;
import io.grpc.reflection.v1alpha.FileDescriptorResponse;
import io.grpc.reflection.v1alpha.ServerReflectionGrpc;
import io.grpc.reflection.v1alpha.ServerReflectionRequest;
import io.grpc.reflection.v1alpha.ServerReflectionResponse;
import io.grpc.reflection.v1alpha.ServiceResponse;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ReflectionTest {

  private static final String V1_ALPHA = "grpc.reflection.v1alpha.ServerReflection";

  private final Ingress ingress =
      new Ingress(
          new ProxySettings.Serving("localhost", 0, 4_000_000, 1000, Duration.ofSeconds(1)),
          Duration.ofSeconds(15),
          TestEventLoops.SHARED,
          new FakeRouter());
  private @Nullable RawClient running;

  @BeforeEach
  void start() throws Exception {
    ingress.start(TestCatalogs.cartAndActions()).toCompletableFuture().get(20, TimeUnit.SECONDS);
    running = new RawClient(ingress.port());
  }

  @AfterEach
  void stop() {
    client().close();
    ingress.stop();
  }

  /** R1 of the TCK. */
  @Test
  void oldServiceListsItselfThenTheServicesAndAnswersUnknownSymbolsWithoutFiles() throws Exception {
    // Given
    var list = request().setHost("a.host").setListServices("").build();
    var nonsense = request().setListServices("nonsense.blabla.").build();
    var unknown = request().setFileContainingSymbol("nonsense.blabla.Void").build();
    // When
    var responses = alpha(list, nonsense, unknown);
    // Then
    assertThat(responses)
        .extracting(ServerReflectionResponse::getOriginalRequest)
        .containsExactly(list, nonsense, unknown);
    assertThat(responses)
        .extracting(ServerReflectionResponse::getValidHost)
        .containsExactly("a.host", "", "");
    for (var response : responses.subList(0, 2)) {
      assertThat(response.getListServicesResponse().getServiceList())
          .extracting(ServiceResponse::getName)
          .containsExactly(
              V1_ALPHA,
              TestCatalogs.ACTION,
              "cloudstate.tck.model.action.ActionTwo",
              TestCatalogs.CART);
    }
    assertThat(responses.get(2).hasFileDescriptorResponse()).isTrue();
    assertThat(responses.get(2).getFileDescriptorResponse())
        .isEqualTo(FileDescriptorResponse.getDefaultInstance());
  }

  @Test
  void oldServiceFindsFilesByEverythingTheyDefine() throws Exception {
    // Given
    var symbols =
        List.of(
            TestCatalogs.CART,
            TestCatalogs.CART + ".AddItem",
            "com.example.shoppingcart.AddLineItem",
            "com.example.shoppingcart.AddLineItem.user_id");
    for (var symbol : symbols) {
      // When
      var response = alpha(request().setFileContainingSymbol(symbol).build()).get(0);
      // Then
      assertThat(fileNames(response)).containsExactly("shoppingcart/shoppingcart.proto");
    }
    var byName = alpha(request().setFileByFilename("google/protobuf/empty.proto").build()).get(0);
    assertThat(fileNames(byName)).containsExactly("google/protobuf/empty.proto");
    var itself = alpha(request().setFileContainingSymbol(V1_ALPHA).build()).get(0);
    assertThat(fileNames(itself)).hasSize(1);
  }

  @Test
  void oldServiceFindsExtensions() throws Exception {
    // Given
    var request = request();
    request
        .getFileContainingExtensionBuilder()
        .setContainingType("google.protobuf.FieldOptions")
        .setExtensionNumber(1080);
    // When
    var responses =
        alpha(
            request.build(),
            request().setAllExtensionNumbersOfType("google.protobuf.FieldOptions").build());
    // Then
    assertThat(fileNames(responses.get(0))).hasSize(1);
    assertThat(responses.get(1).getAllExtensionNumbersResponse().getExtensionNumberList())
        .contains(1080);
  }

  @Test
  void openStreamSeesTheNextCatalog() throws Exception {
    // Given
    ingress.serve(TestCatalogs.cart());
    // When
    var response = alpha(request().setListServices("").build()).get(0);
    // Then
    assertThat(response.getListServicesResponse().getServiceList())
        .extracting(ServiceResponse::getName)
        .containsExactly(V1_ALPHA, TestCatalogs.CART);
  }

  @Test
  void newServiceListsEverythingServedHere() throws Exception {
    // When
    var responses = v1(v1Request().setListServices("").build());
    // Then
    assertThat(responses.get(0).getListServicesResponse().getServiceList())
        .extracting(io.grpc.reflection.v1.ServiceResponse::getName)
        .containsExactly(
            TestCatalogs.ACTION,
            "cloudstate.tck.model.action.ActionTwo",
            TestCatalogs.CART,
            "grpc.health.v1.Health",
            "grpc.reflection.v1.ServerReflection",
            V1_ALPHA);
  }

  @Test
  void newServiceSendsAFileWithItsImportsAndAnswersUnknownSymbolsWithAnError() throws Exception {
    // When
    var responses =
        v1(
            v1Request().setFileContainingSymbol(TestCatalogs.CART).build(),
            v1Request().setFileContainingSymbol("nonsense.blabla.Void").build());
    // Then
    var files = new ArrayList<String>();
    for (var file : responses.get(0).getFileDescriptorResponse().getFileDescriptorProtoList()) {
      files.add(FileDescriptorProto.parseFrom(file).getName());
    }
    assertThat(files)
        .startsWith("shoppingcart/shoppingcart.proto")
        .contains("google/protobuf/empty.proto", "google/protobuf/descriptor.proto")
        .doesNotHaveDuplicates();
    assertThat(responses.get(1).getErrorResponse().getErrorCode())
        .isEqualTo(Status.Code.NOT_FOUND.value());
    assertThat(responses.get(1).getErrorResponse().getErrorMessage())
        .isEqualTo("not found: symbol nonsense.blabla.Void");
  }

  private static List<String> fileNames(ServerReflectionResponse response) throws Exception {
    var names = new ArrayList<String>();
    for (var file : response.getFileDescriptorResponse().getFileDescriptorProtoList()) {
      names.add(FileDescriptorProto.parseFrom(file).getName());
    }
    return names;
  }

  private static ServerReflectionRequest.Builder request() {
    return ServerReflectionRequest.newBuilder();
  }

  private static io.grpc.reflection.v1.ServerReflectionRequest.Builder v1Request() {
    return io.grpc.reflection.v1.ServerReflectionRequest.newBuilder();
  }

  private List<ServerReflectionResponse> alpha(ServerReflectionRequest... requests)
      throws Exception {
    return onOneStream(
        ServerReflectionGrpc.newStub(client().channel())::serverReflectionInfo, requests);
  }

  private List<io.grpc.reflection.v1.ServerReflectionResponse> v1(
      io.grpc.reflection.v1.ServerReflectionRequest... requests) throws Exception {
    return onOneStream(
        io.grpc.reflection.v1.ServerReflectionGrpc.newStub(client().channel())
            ::serverReflectionInfo,
        requests);
  }

  @SafeVarargs
  private static <I, O> List<O> onOneStream(
      Function<StreamObserver<O>, StreamObserver<I>> method, I... requests) throws Exception {
    var all = new CompletableFuture<List<O>>();
    var stream = method.apply(new Collecting<>(all));
    for (var request : requests) {
      stream.onNext(request);
    }
    stream.onCompleted();
    return all.get(20, TimeUnit.SECONDS);
  }

  private static final class Collecting<O> implements StreamObserver<O> {

    private final CompletableFuture<List<O>> all;
    private final List<O> received = new ArrayList<>();

    Collecting(CompletableFuture<List<O>> all) {
      this.all = all;
    }

    @Override
    public void onNext(O response) {
      received.add(response);
    }

    @Override
    public void onError(Throwable cause) {
      all.completeExceptionally(cause);
    }

    @Override
    public void onCompleted() {
      all.complete(received);
    }
  }

  private RawClient client() {
    return Objects.requireNonNull(running);
  }
}
