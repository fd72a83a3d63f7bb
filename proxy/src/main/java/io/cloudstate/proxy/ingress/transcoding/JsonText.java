package io.cloudstate.proxy.ingress.transcoding;

import com.google.gson.Strictness;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import com.google.gson.stream.MalformedJsonException;
import com.google.protobuf.UnsafeByteOperations;
import java.io.IOException;
import java.io.StringReader;

/**
 * Tells JSON from what protobuf's parser takes for it: that one is lenient, and reads no further
 * than one value.
 */
final class JsonText {

  private JsonText() {}

  /** The body, which is one JSON value in UTF-8. */
  static String of(byte[] body) throws Unbuildable {
    if (body.length == 0) {
      throw new Unbuildable("body: empty (expected: JSON, at least {})");
    }
    var bytes = UnsafeByteOperations.unsafeWrap(body);
    if (!bytes.isValidUtf8()) {
      throw new Unbuildable("body: not UTF-8");
    }
    var text = bytes.toStringUtf8();
    try (var reader = new JsonReader(new StringReader(text))) {
      reader.setStrictness(Strictness.STRICT);
      reader.skipValue();
      if (reader.peek() != JsonToken.END_DOCUMENT) {
        throw new Unbuildable("body: more than one JSON value");
      }
    } catch (MalformedJsonException e) {
      throw new Unbuildable("body: malformed JSON" + place(e));
    } catch (IOException e) {
      throw new Unbuildable("body: JSON that ends too soon");
    }
    return text;
  }

  /** All that is of use in the reader's message: the rest advises programmers. */
  private static String place(Exception e) {
    var message = String.valueOf(e.getMessage()).lines().findFirst().orElse("");
    int at = message.indexOf(" at line ");
    return at < 0 ? "" : message.substring(at);
  }
}
