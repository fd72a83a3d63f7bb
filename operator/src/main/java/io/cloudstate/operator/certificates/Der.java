package io.cloudstate.operator.certificates;

import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Arrays;

/**
 * The few words of ASN.1's distinguished encoding (X.690) that certificates and keys are made of.
 */
final class Der {

  private static final int UTC_TIME_UNTIL = 2050;
  private static final DateTimeFormatter UTC_TIME =
      DateTimeFormatter.ofPattern("yyMMddHHmmss'Z'").withZone(ZoneOffset.UTC);
  private static final DateTimeFormatter GENERALIZED_TIME =
      DateTimeFormatter.ofPattern("yyyyMMddHHmmss'Z'").withZone(ZoneOffset.UTC);

  private Der() {}

  static byte[] sequence(byte[]... parts) {
    return tagged(0x30, concatenated(parts));
  }

  static byte[] set(byte[] part) {
    return tagged(0x31, part);
  }

  static byte[] integer(BigInteger value) {
    return tagged(0x02, value.toByteArray());
  }

  static byte[] bool(boolean value) {
    return tagged(0x01, new byte[] {(byte) (value ? 0xff : 0)});
  }

  static byte[] octets(byte[] content) {
    return tagged(0x04, content);
  }

  /** Whole bytes. */
  static byte[] bits(byte[] content) {
    return bits(0, content);
  }

  static byte[] bits(int unused, byte[] content) {
    return tagged(0x03, concatenated(new byte[] {(byte) unused}, content));
  }

  static byte[] text(String text) {
    return tagged(0x0c, text.getBytes(StandardCharsets.UTF_8));
  }

  static byte[] time(Instant instant) {
    var isShort = instant.atOffset(ZoneOffset.UTC).getYear() < UTC_TIME_UNTIL;
    var text = (isShort ? UTC_TIME : GENERALIZED_TIME).format(instant);
    return tagged(isShort ? 0x17 : 0x18, text.getBytes(StandardCharsets.US_ASCII));
  }

  /** An object identifier, such as 2.5.29.17. */
  static byte[] oid(String dotted) {
    var arcs = Arrays.stream(dotted.split("\\.")).mapToInt(Integer::parseInt).toArray();
    var out = new ByteArrayOutputStream();
    out.write(arcs[0] * 40 + arcs[1]);
    for (int i = 2; i < arcs.length; i++) {
      writeArc(out, arcs[i]);
    }
    return tagged(0x06, out.toByteArray());
  }

  private static void writeArc(ByteArrayOutputStream out, int arc) {
    for (int shift = 28; shift > 0; shift -= 7) {
      if (arc >> shift != 0) {
        out.write(0x80 | ((arc >> shift) & 0x7f));
      }
    }
    out.write(arc & 0x7f);
  }

  /** Of a context's own tag: constructed, that is made of other values, or not. */
  static byte[] context(int number, boolean isConstructed, byte[] content) {
    return tagged((isConstructed ? 0xa0 : 0x80) | number, content);
  }

  /** The first value within a constructed one, whole. */
  static byte[] firstWithin(byte[] constructed) {
    var inner = header(constructed, 0);
    var first = header(constructed, inner.content());
    return Arrays.copyOfRange(constructed, inner.content(), first.content() + first.length());
  }

  private record Header(int content, int length) {}

  private static Header header(byte[] bytes, int at) {
    int first = bytes[at + 1] & 0xff;
    if (first < 0x80) {
      return new Header(at + 2, first);
    }
    int length = 0;
    for (int i = 0; i < (first & 0x7f); i++) {
      length = length << 8 | (bytes[at + 2 + i] & 0xff);
    }
    return new Header(at + 2 + (first & 0x7f), length);
  }

  private static byte[] tagged(int tag, byte[] content) {
    var out = new ByteArrayOutputStream();
    out.write(tag);
    if (content.length < 0x80) {
      out.write(content.length);
    } else {
      var length = BigInteger.valueOf(content.length).toByteArray();
      var start = length[0] == 0 ? 1 : 0;
      out.write(0x80 | (length.length - start));
      out.write(length, start, length.length - start);
    }
    out.writeBytes(content);
    return out.toByteArray();
  }

  static byte[] concatenated(byte[]... parts) {
    var out = new ByteArrayOutputStream();
    for (var part : parts) {
      out.writeBytes(part);
    }
    return out.toByteArray();
  }
}
