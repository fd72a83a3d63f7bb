package io.cloudstate.proxy.router;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.WireFormat;
import io.cloudstate.proxy.call.Failure;
import io.cloudstate.proxy.discovery.MethodDefinition;
import java.io.IOException;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Finds the entity key in the bytes of a request, without parsing more of it than its top-level
 * fields. Agrees with a full parse on every message: the last occurrence of a field counts, absent
 * fields have their default value, and a oneof has one member at most. Immutable; make one per
 * method and share it.
 *
 * <p>One key field: its text. Several: their texts joined by {@code -}, and in this case every
 * {@code -} and {@code \} of a text is preceded by {@code \}, so that different fields never make
 * the same key.
 */
final class KeyScanner {

  /** What came of a scan. */
  sealed interface Scan {

    /**
     * The request addresses this key.
     *
     * @param key not empty, unless the method has no key fields; without U+0000
     */
    record Found(String key) implements Scan {}

    /** The request addresses no entity. */
    record Rejected(Failure.BadCall failure) implements Scan {}
  }

  private static final Scan NO_KEY = new Scan.Found("");
  private static final char NUL = '\0';

  private final MethodDefinition method;
  private final int maxKeyLength;
  private final List<KeyField> fields;

  private KeyScanner(MethodDefinition method, int maxKeyLength, List<KeyField> fields) {
    this.method = method;
    this.maxKeyLength = maxKeyLength;
    this.fields = fields;
  }

  /**
   * @param maxKeyLength longest key to find, in characters
   */
  static KeyScanner of(MethodDefinition method, int maxKeyLength) {
    return new KeyScanner(
        method, maxKeyLength, method.keyFields().stream().map(KeyField::of).toList());
  }

  /**
   * Never throws. The bytes are walked to their end, so that what cannot be decoded is found out
   * even behind the key; the insides of fields that are not part of the key are not looked at.
   * Where there is no key, nothing is.
   */
  Scan scan(ByteString message) {
    if (fields.isEmpty()) {
      return NO_KEY;
    }
    var values = new @Nullable Object[fields.size()];
    try {
      var problem = walk(message.newCodedInput(), values);
      return problem == null ? key(values) : undecodable(problem);
    } catch (IOException e) {
      return undecodable(String.valueOf(e.getMessage()));
    }
  }

  /** Collects the key fields' values; returns what is wrong with the message, or null. */
  private @Nullable String walk(CodedInputStream input, @Nullable Object[] values)
      throws IOException {
    for (var tag = input.readTag(); tag != 0; tag = input.readTag()) {
      var isKey = false;
      for (var i = 0; i < values.length; i++) {
        var field = fields.get(i);
        if (tag == field.tag()) {
          values[i] = field.read(input);
          isKey = true;
        } else if (WireFormat.getTagFieldNumber(tag) == field.number()) {
          return "field %s has wire type %d (expected: %d)"
              .formatted(
                  field.name(),
                  WireFormat.getTagWireType(tag),
                  WireFormat.getTagWireType(field.tag()));
        } else if (field.rivalTags().contains(tag)) {
          values[i] = null;
        }
      }
      if (!isKey && !input.skipField(tag)) {
        return "group ends that has not begun";
      }
    }
    return null;
  }

  private Scan key(@Nullable Object[] values) {
    var key = values.length == 1 ? text(0, values) : joined(values);
    if (key.isEmpty() && !fields.isEmpty()) {
      return emptyKey();
    }
    if (key.length() > maxKeyLength) {
      return longKey(key.length());
    }
    // PostgreSQL cannot store it in a text; the other stores keep to the same rule.
    return key.indexOf(NUL) < 0 ? new Scan.Found(key) : keyWithNul(values);
  }

  private String joined(@Nullable Object[] values) {
    var key = new StringBuilder();
    var isEmpty = true;
    for (var i = 0; i < values.length; i++) {
      var text = text(i, values);
      isEmpty &= text.isEmpty();
      key.append(i == 0 ? "" : "-").append(text.replace("\\", "\\\\").replace("-", "\\-"));
    }
    return isEmpty ? "" : key.toString();
  }

  private String text(int i, @Nullable Object[] values) {
    var value = values[i];
    return value == null ? fields.get(i).absentText() : fields.get(i).text(value);
  }

  private Scan undecodable(String problem) {
    return rejected(
        "Request of %s cannot be decoded as %s: %s"
            .formatted(
                method.descriptor().getFullName(),
                method.descriptor().getInputType().getFullName(),
                problem));
  }

  private Scan emptyKey() {
    return rejected(
        "Request of %s has an empty entity key (expected: a value in %s)"
            .formatted(
                method.descriptor().getFullName(),
                fields.stream().map(KeyField::name).collect(Collectors.joining(", "))));
  }

  private Scan longKey(int length) {
    return rejected(
        "Request of %s has an entity key of %d characters (expected: <= %d)"
            .formatted(method.descriptor().getFullName(), length, maxKeyLength));
  }

  private Scan keyWithNul(@Nullable Object[] values) {
    var i = 0;
    while (text(i, values).indexOf(NUL) < 0) {
      i++;
    }
    var field = fields.get(i);
    return rejected(
        "Request of %s has U+0000 in its entity key, at character %d of field %d, %s (expected: none)"
            .formatted(
                method.descriptor().getFullName(),
                text(i, values).indexOf(NUL) + 1,
                field.number(),
                field.name()));
  }

  private static Scan rejected(String message) {
    return new Scan.Rejected(new Failure.BadCall(message));
  }
}
