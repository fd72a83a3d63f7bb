package io.cloudstate.proxy.ingress.grpc;

import com.google.protobuf.Descriptors.FileDescriptor;
import io.grpc.Status;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.reflection.v1.ErrorResponse;
import io.grpc.reflection.v1.ExtensionNumberResponse;
import io.grpc.reflection.v1.FileDescriptorResponse;
import io.grpc.reflection.v1.ListServiceResponse;
import io.grpc.reflection.v1.ServerReflectionGrpc;
import io.grpc.reflection.v1.ServerReflectionRequest;
import io.grpc.reflection.v1.ServerReflectionResponse;
import io.grpc.reflection.v1.ServiceResponse;
import io.grpc.stub.StreamObserver;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The reflection service of today's clients: lists everything served here, sends a file with its
 * imports, and answers what is not found with an error.
 */
final class ReflectionV1 extends ServerReflectionGrpc.ServerReflectionImplBase {

  private final Supplier<Reflected> current;

  /**
   * @param current asked anew for each request
   */
  ReflectionV1(Supplier<Reflected> current) {
    this.current = current;
  }

  @Override
  public StreamObserver<ServerReflectionRequest> serverReflectionInfo(
      StreamObserver<ServerReflectionResponse> responses) {
    return Answering.start(request -> answer(request, current.get()), responses);
  }

  private static ServerReflectionResponse answer(
      ServerReflectionRequest request, Reflected reflected) {
    var answer =
        ServerReflectionResponse.newBuilder()
            .setValidHost(request.getHost())
            .setOriginalRequest(request);
    var index = reflected.descriptors();
    switch (request.getMessageRequestCase()) {
      case LIST_SERVICES -> answer.setListServicesResponse(list(reflected));
      case FILE_BY_FILENAME -> {
        var name = request.getFileByFilename();
        addFile(index, index.file(name), "file " + name, answer);
      }
      case FILE_CONTAINING_SYMBOL -> {
        var symbol = request.getFileContainingSymbol();
        addFile(index, index.fileOfSymbol(symbol), "symbol " + symbol, answer);
      }
      case FILE_CONTAINING_EXTENSION -> {
        var type = request.getFileContainingExtension().getContainingType();
        int number = request.getFileContainingExtension().getExtensionNumber();
        addFile(
            index,
            index.fileOfExtension(type, number),
            "extension " + number + " of " + type,
            answer);
      }
      case ALL_EXTENSION_NUMBERS_OF_TYPE ->
          addExtensionNumbers(request.getAllExtensionNumbersOfType(), index, answer);
      case MESSAGEREQUEST_NOT_SET ->
          answer.setErrorResponse(error(Status.Code.INVALID_ARGUMENT, "empty request"));
    }
    return answer.build();
  }

  private static ListServiceResponse list(Reflected reflected) {
    var builtIn =
        Stream.of(
            ServerReflectionGrpc.SERVICE_NAME,
            io.grpc.reflection.v1alpha.ServerReflectionGrpc.SERVICE_NAME,
            HealthGrpc.SERVICE_NAME);
    var list = ListServiceResponse.newBuilder();
    Stream.concat(builtIn, reflected.services().stream())
        .distinct()
        .sorted()
        .forEach(name -> list.addService(ServiceResponse.newBuilder().setName(name)));
    return list.build();
  }

  private static void addFile(
      DescriptorIndex index,
      @Nullable FileDescriptor file,
      String what,
      ServerReflectionResponse.Builder answer) {
    if (file == null) {
      answer.setErrorResponse(error(Status.Code.NOT_FOUND, "not found: " + what));
      return;
    }
    answer.setFileDescriptorResponse(
        FileDescriptorResponse.newBuilder().addAllFileDescriptorProto(index.withImports(file)));
  }

  private static void addExtensionNumbers(
      String type, DescriptorIndex index, ServerReflectionResponse.Builder answer) {
    if (index.fileOfSymbol(type) == null) {
      answer.setErrorResponse(error(Status.Code.NOT_FOUND, "not found: type " + type));
      return;
    }
    answer.setAllExtensionNumbersResponse(
        ExtensionNumberResponse.newBuilder()
            .setBaseTypeName(type)
            .addAllExtensionNumber(index.extensionNumbers(type)));
  }

  private static ErrorResponse error(Status.Code code, String message) {
    return ErrorResponse.newBuilder().setErrorCode(code.value()).setErrorMessage(message).build();
  }
}
