package io.cloudstate.proxy.discovery.http;

import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor.JavaType;
import java.util.Set;

/** Which fields have values that a path or a query can hold. */
public final class TextTypes {

  /** Messages that are one string or number in JSON. */
  private static final Set<String> MESSAGES =
      Set.of(
          "google.protobuf.Timestamp",
          "google.protobuf.Duration",
          "google.protobuf.FieldMask",
          "google.protobuf.BoolValue",
          "google.protobuf.Int32Value",
          "google.protobuf.UInt32Value",
          "google.protobuf.Int64Value",
          "google.protobuf.UInt64Value",
          "google.protobuf.FloatValue",
          "google.protobuf.DoubleValue",
          "google.protobuf.StringValue",
          "google.protobuf.BytesValue");

  private TextTypes() {}

  /** Whether each single value of the field is one text. */
  public static boolean hasText(FieldDescriptor field) {
    return field.getJavaType() != JavaType.MESSAGE
        || MESSAGES.contains(field.getMessageType().getFullName());
  }
}
