package io.cloudstate.tck.driver;

import akka.grpc.ProtobufSerializer;
import akka.util.ByteString;
import io.grpc.MethodDescriptor;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;

/** Messages as they are on the wire, for who passes them on without a change. */
enum Wire implements ProtobufSerializer<ByteString>, MethodDescriptor.Marshaller<ByteString> {
  BYTES;

  @Override
  public ByteString serialize(ByteString message) {
    return message;
  }

  @Override
  public ByteString deserialize(ByteString message) {
    return message;
  }

  @Override
  public InputStream stream(ByteString message) {
    return new ByteArrayInputStream(message.toArrayUnsafe());
  }

  @Override
  public ByteString parse(InputStream message) {
    try {
      return ByteString.fromArrayUnsafe(message.readAllBytes());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public ByteString deserialize(InputStream message) {
    return parse(message);
  }
}
