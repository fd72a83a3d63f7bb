package io.cloudstate.tck.suite.proxy;

import static io.cloudstate.tck.suite.proxy.ActionModel.answer;
import static io.cloudstate.tck.suite.proxy.ActionModel.expectUnary;
import static io.cloudstate.tck.suite.proxy.ActionModel.failed;
import static io.cloudstate.tck.suite.proxy.ActionModel.replied;
import static io.cloudstate.tck.suite.proxy.ActionModel.reply;
import static io.cloudstate.tck.suite.proxy.ActionModel.request;
import static io.cloudstate.tck.suite.proxy.ActionModel.response;

import com.google.protobuf.Message;
import io.cloudstate.tck.driver.HttpApi;
import io.cloudstate.tck.rule.Group;
import io.cloudstate.tck.rule.Mismatch;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Map;

/** gRPC-Web over HTTP/1.1, as browsers speak it. */
final class WebRules {

  private static final String PATH = "/" + ActionModel.MODEL + "/ProcessUnary";
  private static final int TRAILERS = 0x80;
  private static final int HEAD = 5;

  static final Group<ProxyStage> GROUP =
      Group.<ProxyStage>extra("grpc-web", "gRPC-Web")
          .rule(
              "wp1",
              "a gRPC-Web call gets its reply in a frame, and its status in a frame of trailers",
              stage -> call(stage, "application/grpc-web", false))
          .rule(
              "wp2",
              "a gRPC-Web call as text has its bodies in base64",
              stage -> call(stage, "application/grpc-web-text", true))
          .rule(
              "wp3", "a gRPC-Web call that fails has status and text in trailers", WebRules::fails);

  private WebRules() {}

  private static void call(ProxyStage stage, String type, boolean isText) {
    var request = request(reply("one"));
    var call = post(stage, type, isText, request);
    answer(expectUnary(stage, request), replied("one"));
    var body = body(call, isText);
    var expected = frame(response("one"));
    var came = Arrays.copyOf(body, Math.min(expected.length, body.length));
    if (!Arrays.equals(came, expected)) {
      throw new Mismatch(
          "first frame of the response",
          HexFormat.of().formatHex(expected),
          HexFormat.of().formatHex(came));
    }
    expectTrailer(trailers(body, expected.length), "grpc-status:0");
  }

  private static void fails(ProxyStage stage) {
    var request = request(ActionModel.fail("no"));
    var call = post(stage, "application/grpc-web", false, request);
    answer(expectUnary(stage, request), failed("no"));
    var response = call.response();
    var status = response.headers().firstValue("grpc-status").orElse("");
    var came =
        response.body().length == 0
            ? "grpc-status:"
                + status
                + "\ngrpc-message:"
                + response.headers().firstValue("grpc-message").orElse("")
            : trailers(response.body(), 0);
    expectTrailer(came, "grpc-status:2");
    expectTrailer(came, "grpc-message:no");
  }

  private static HttpApi.Call post(ProxyStage stage, String type, boolean isText, Message request) {
    var frame = frame(request);
    return stage
        .http()
        .post(
            PATH,
            isText ? Base64.getEncoder().encode(frame) : frame,
            Map.of("Content-Type", type, "Accept", type, "X-Grpc-Web", "1"));
  }

  private static byte[] body(HttpApi.Call call, boolean isText) {
    call.expectStatus(200);
    var body = call.response().body();
    return isText ? decoded(new String(body, StandardCharsets.US_ASCII)) : body;
  }

  // Each chunk is encoded by itself, so that padding may stand in the middle.
  private static byte[] decoded(String text) {
    var bytes = ByteBuffer.allocate(text.length());
    for (var at = 0; at + 4 <= text.length(); at += 4) {
      bytes.put(decodedGroup(text.substring(at, at + 4)));
    }
    return Arrays.copyOf(bytes.array(), bytes.position());
  }

  private static byte[] decodedGroup(String four) {
    try {
      return Base64.getDecoder().decode(four);
    } catch (IllegalArgumentException e) {
      throw new Mismatch("body of the response", "base64", four);
    }
  }

  private static byte[] frame(Message message) {
    return ByteBuffer.allocate(HEAD + message.getSerializedSize())
        .put((byte) 0)
        .putInt(message.getSerializedSize())
        .put(message.toByteArray())
        .array();
  }

  private static String trailers(byte[] body, int from) {
    if (body.length < from + HEAD || (body[from] & TRAILERS) == 0) {
      throw new Mismatch(
          "frame of trailers", "one at byte " + from, HexFormat.of().formatHex(body));
    }
    return new String(body, from + HEAD, body.length - from - HEAD, StandardCharsets.US_ASCII);
  }

  private static void expectTrailer(String trailers, String expected) {
    var came = trailers.toLowerCase(Locale.ROOT).replace(": ", ":");
    if (came.lines().noneMatch(expected::equals)) {
      throw new Mismatch("trailers of the response", expected, trailers);
    }
  }
}
