package io.cloudstate.proxy.testing;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnknownFieldSet;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.zip.GZIPInputStream;

/** Takes spans by OTLP over HTTP with protobuf, as a collector does. */
public final class SpanReceiver implements AutoCloseable {

  // numbers of opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest and what is in it
  private static final int RESOURCE_SPANS = 1;
  private static final int RESOURCE = 1;
  private static final int RESOURCE_ATTRIBUTES = 1;
  private static final int SCOPE_SPANS = 2;
  private static final int SPANS = 2;
  private static final int TRACE_ID = 1;
  private static final int SPAN_ID = 2;
  private static final int STATE = 3;
  private static final int PARENT_ID = 4;
  private static final int NAME = 5;
  private static final int KIND = 6;
  private static final int START_NANOS = 7;
  private static final int END_NANOS = 8;
  private static final int ATTRIBUTES = 9;
  private static final int STATUS = 15;
  private static final int STATUS_MESSAGE = 2;
  private static final int STATUS_CODE = 3;
  private static final int KEY = 1;
  private static final int VALUE = 2;
  private static final int TEXT = 1;
  private static final int NUMBER = 3;

  /**
   * As it was received; ids in hexadecimal, the parent's empty if there is none.
   *
   * @param kind 1 internal, 2 server, 3 client, 4 producer, 5 consumer
   * @param problem empty unless the status is an error
   * @param attributes those of its resource among them
   */
  public record Received(
      String traceId,
      String id,
      String parentId,
      String state,
      String name,
      int kind,
      long startNanos,
      long endNanos,
      String problem,
      Map<String, String> attributes) {}

  private final List<Received> spans = new CopyOnWriteArrayList<>();
  private final List<ByteString> requests = new CopyOnWriteArrayList<>();
  private final HttpServer server;

  private SpanReceiver(HttpServer server) {
    this.server = server;
  }

  public static SpanReceiver start() {
    return start(0);
  }

  public static SpanReceiver start(int port) {
    try {
      var address = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
      var receiver = new SpanReceiver(HttpServer.create(address, 0));
      receiver.server.createContext("/v1/traces", receiver::take);
      receiver.server.start();
      return receiver;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public int port() {
    return server.getAddress().getPort();
  }

  /** As it is configured. */
  public String endpoint() {
    return "http://127.0.0.1:" + port();
  }

  public List<Received> spans() {
    return List.copyOf(spans);
  }

  public List<Received> spans(String traceId) {
    return spans.stream().filter(span -> span.traceId().equals(traceId)).toList();
  }

  /** Whether these bytes stand in anything that was received. */
  public boolean hasReceived(String text) {
    return requests.stream().anyMatch(request -> request.toStringUtf8().contains(text));
  }

  private void take(HttpExchange exchange) throws IOException {
    try (exchange) {
      var bytes = ByteString.readFrom(body(exchange));
      requests.add(bytes);
      for (var resource : messages(UnknownFieldSet.parseFrom(bytes), RESOURCE_SPANS)) {
        take(resource);
      }
      exchange.sendResponseHeaders(200, -1);
    }
  }

  private static InputStream body(HttpExchange exchange) throws IOException {
    var isZipped = "gzip".equals(exchange.getRequestHeaders().getFirst("Content-Encoding"));
    var body = exchange.getRequestBody().readAllBytes();
    var plain = new ByteArrayInputStream(body);
    return isZipped ? new GZIPInputStream(plain) : plain;
  }

  private void take(UnknownFieldSet resource) throws IOException {
    var common = new TreeMap<String, String>();
    for (var described : messages(resource, RESOURCE)) {
      common.putAll(attributes(described, RESOURCE_ATTRIBUTES));
    }
    for (var scope : messages(resource, SCOPE_SPANS)) {
      for (var span : messages(scope, SPANS)) {
        spans.add(received(span, common));
      }
    }
  }

  private static Received received(UnknownFieldSet span, Map<String, String> common)
      throws IOException {
    var attributes = new TreeMap<>(common);
    attributes.putAll(attributes(span, ATTRIBUTES));
    return new Received(
        hex(span, TRACE_ID),
        hex(span, SPAN_ID),
        hex(span, PARENT_ID),
        bytes(span, STATE).toStringUtf8(),
        bytes(span, NAME).toStringUtf8(),
        span.getField(KIND).getVarintList().get(0).intValue(),
        span.getField(START_NANOS).getFixed64List().get(0),
        span.getField(END_NANOS).getFixed64List().get(0),
        problem(span),
        attributes);
  }

  private static String problem(UnknownFieldSet span) throws IOException {
    for (var status : messages(span, STATUS)) {
      if (status.getField(STATUS_CODE).getVarintList().contains(2L)) {
        return bytes(status, STATUS_MESSAGE).toStringUtf8();
      }
    }
    return "";
  }

  private static Map<String, String> attributes(UnknownFieldSet in, int field) throws IOException {
    var attributes = new TreeMap<String, String>();
    for (var attribute : messages(in, field)) {
      for (var value : messages(attribute, VALUE)) {
        var numbers = value.getField(NUMBER).getVarintList();
        attributes.put(
            bytes(attribute, KEY).toStringUtf8(),
            numbers.isEmpty() ? bytes(value, TEXT).toStringUtf8() : Long.toString(numbers.get(0)));
      }
    }
    return attributes;
  }

  private static List<UnknownFieldSet> messages(UnknownFieldSet in, int field) throws IOException {
    var messages = new ArrayList<UnknownFieldSet>();
    for (var bytes : in.getField(field).getLengthDelimitedList()) {
      messages.add(UnknownFieldSet.parseFrom(bytes));
    }
    return messages;
  }

  private static String hex(UnknownFieldSet span, int field) {
    return HexFormat.of().formatHex(bytes(span, field).toByteArray());
  }

  private static ByteString bytes(UnknownFieldSet span, int field) {
    var values = span.getField(field).getLengthDelimitedList();
    return values.isEmpty() ? ByteString.EMPTY : values.get(0);
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
