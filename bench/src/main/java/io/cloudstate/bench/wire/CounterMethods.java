package io.cloudstate.bench.wire;

import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.MethodType;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;

/** The methods of the services in {@code counter.proto}, whose messages stay bytes. */
public final class CounterMethods {

  public static final String SERVICE = "cloudstate.bench.Counter";

  /** What the counters are called where they are stored. */
  public static final String PERSISTENCE_ID = "counter";

  public static final MethodDescriptor<byte[], byte[]> INCREMENT =
      method(MethodType.UNARY, SERVICE, "Increment");
  public static final MethodDescriptor<byte[], byte[]> READ =
      method(MethodType.UNARY, SERVICE, "Read");

  public static final String ECHO_SERVICE = "cloudstate.bench.Echo";
  public static final MethodDescriptor<byte[], byte[]> ECHO =
      method(MethodType.UNARY, ECHO_SERVICE, "Echo");
  public static final MethodDescriptor<byte[], byte[]> ECHO_ALL =
      method(MethodType.BIDI_STREAMING, ECHO_SERVICE, "EchoAll");

  public static final String CONSUMER_SERVICE = "cloudstate.bench.Consumer";

  /** Of the function's own, not by way of the proxy: takes {@link HandledEvents} out. */
  public static final MethodDescriptor<byte[], byte[]> TAKE_HANDLED =
      method(MethodType.UNARY, "cloudstate.bench.Measured", "TakeHandled");

  private CounterMethods() {}

  private static MethodDescriptor<byte[], byte[]> method(
      MethodType type, String service, String name) {
    return MethodDescriptor.<byte[], byte[]>newBuilder()
        .setType(type)
        .setFullMethodName(MethodDescriptor.generateFullMethodName(service, name))
        .setRequestMarshaller(Bytes.INSTANCE)
        .setResponseMarshaller(Bytes.INSTANCE)
        .build();
  }

  private enum Bytes implements MethodDescriptor.Marshaller<byte[]> {
    INSTANCE;

    @Override
    public InputStream stream(byte[] message) {
      return new ByteArrayInputStream(message);
    }

    @Override
    public byte[] parse(InputStream stream) {
      try {
        return stream.readAllBytes();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
