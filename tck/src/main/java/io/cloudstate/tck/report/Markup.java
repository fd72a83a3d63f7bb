package io.cloudstate.tck.report;

/** Text that is safe within XML and HTML, attributes included. */
final class Markup {

  private Markup() {}

  static String escaped(String text) {
    var escaped = new StringBuilder(text.length() + 16);
    text.codePoints().forEach(each -> append(escaped, each));
    return escaped.toString();
  }

  private static void append(StringBuilder escaped, int each) {
    switch (each) {
      case '&' -> escaped.append("&amp;");
      case '<' -> escaped.append("&lt;");
      case '>' -> escaped.append("&gt;");
      case '"' -> escaped.append("&quot;");
      case '\'' -> escaped.append("&#39;");
      case '\n', '\t' -> escaped.appendCodePoint(each);
      // XML has no way to say what else is below a blank
      default -> escaped.appendCodePoint(each < ' ' || each == 0xFFFE ? '\uFFFD' : each);
    }
  }
}
