package io.cloudstate.proxy.ingress.grpc;

import com.google.protobuf.Descriptors.FileDescriptor;
import io.grpc.reflection.v1alpha.ExtensionNumberResponse;
import io.grpc.reflection.v1alpha.FileDescriptorResponse;
import io.grpc.reflection.v1alpha.ListServiceResponse;
import io.grpc.reflection.v1alpha.ServerReflectionGrpc;
import io.grpc.reflection.v1alpha.ServerReflectionRequest;
import io.grpc.reflection.v1alpha.ServerReflectionResponse;
import io.grpc.reflection.v1alpha.ServiceResponse;
import io.grpc.stub.StreamObserver;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The old reflection service, with the answers the TCK compares for equality: itself and the
 * catalog's services, nothing else, and a file response without files for what is not found.
 */
final class ReflectionV1Alpha extends ServerReflectionGrpc.ServerReflectionImplBase {

  private final Supplier<Reflected> current;

  /**
   * @param current asked anew for each request
   */
  ReflectionV1Alpha(Supplier<Reflected> current) {
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
      case FILE_BY_FILENAME ->
          answer.setFileDescriptorResponse(file(index, index.file(request.getFileByFilename())));
      case FILE_CONTAINING_SYMBOL ->
          answer.setFileDescriptorResponse(
              file(index, index.fileOfSymbol(request.getFileContainingSymbol())));
      case FILE_CONTAINING_EXTENSION -> {
        var extension = request.getFileContainingExtension();
        answer.setFileDescriptorResponse(
            file(
                index,
                index.fileOfExtension(
                    extension.getContainingType(), extension.getExtensionNumber())));
      }
      case ALL_EXTENSION_NUMBERS_OF_TYPE -> {
        var type = request.getAllExtensionNumbersOfType();
        answer.setAllExtensionNumbersResponse(
            ExtensionNumberResponse.newBuilder()
                .setBaseTypeName(type)
                .addAllExtensionNumber(index.extensionNumbers(type)));
      }
      case MESSAGEREQUEST_NOT_SET ->
          answer.setFileDescriptorResponse(FileDescriptorResponse.getDefaultInstance());
    }
    return answer.build();
  }

  private static ListServiceResponse list(Reflected reflected) {
    var list = ListServiceResponse.newBuilder();
    list.addService(service(ServerReflectionGrpc.SERVICE_NAME));
    reflected.services().forEach(name -> list.addService(service(name)));
    return list.build();
  }

  private static ServiceResponse service(String name) {
    return ServiceResponse.newBuilder().setName(name).build();
  }

  private static FileDescriptorResponse file(DescriptorIndex index, @Nullable FileDescriptor file) {
    return file == null
        ? FileDescriptorResponse.getDefaultInstance()
        : FileDescriptorResponse.newBuilder()
            .addFileDescriptorProto(index.serialized(file))
            .build();
  }
}
