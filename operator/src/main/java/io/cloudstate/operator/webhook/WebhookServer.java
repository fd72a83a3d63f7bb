package io.cloudstate.operator.webhook;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsServer;
import io.cloudstate.operator.http.Servers;
import io.cloudstate.operator.webhook.AdmissionRequest.NotAReview;
import io.cloudstate.operator.webhook.WebhookListener.Outcome;
import java.io.IOException;
import java.time.Duration;
import java.util.Locale;
import java.util.function.Function;
import javax.net.ssl.SSLContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Serves {@code POST /inject}, by TLS alone, to the API server. */
public final class WebhookServer implements AutoCloseable {

  /** The API server takes objects of 3 MiB; an update's review holds two. */
  private static final int MAX_BODY_BYTES = 7 * 1024 * 1024;

  private static final String PATH = "/inject";
  private static final int STOP_SECONDS = 5;
  private static final Logger log = LoggerFactory.getLogger(WebhookServer.class);

  private final Function<AdmissionRequest, Answer> admission;
  private final WebhookListener listener;
  private final HttpsServer server;

  private WebhookServer(
      HttpsServer server, Function<AdmissionRequest, Answer> admission, WebhookListener listener) {
    this.server = server;
    this.admission = admission;
    this.listener = listener;
  }

  /**
   * Serves until it is closed.
   *
   * @param context asks for the certificate with each handshake, so that it may change
   * @throws IOException if the port cannot be had
   */
  public static WebhookServer start(
      int port, SSLContext context, PodAdmission admission, WebhookListener listener)
      throws IOException {
    return start(port, context, admission::answer, listener);
  }

  static WebhookServer start(
      int port,
      SSLContext context,
      Function<AdmissionRequest, Answer> admission,
      WebhookListener listener)
      throws IOException {
    var https = Servers.secure(port, "webhook", context);
    var server = new WebhookServer(https, admission, listener);
    https.createContext("/", server::handle);
    https.start();
    return server;
  }

  public int port() {
    return server.getAddress().getPort();
  }

  private void handle(HttpExchange exchange) throws IOException {
    var started = System.nanoTime();
    var outcome = Outcome.FAILED;
    try {
      outcome = outcome(exchange);
    } catch (RuntimeException e) {
      log.atError().setCause(e).log("a request to the webhook failed");
      Servers.answer(exchange, 500, "the operator failed, its log says why");
    } finally {
      exchange.close();
      listener.answered(outcome, Duration.ofNanos(System.nanoTime() - started));
    }
  }

  private Outcome outcome(HttpExchange exchange) throws IOException {
    if (!exchange.getRequestURI().getPath().equals(PATH)) {
      return bad(exchange, 404, "nothing is here (expected: " + PATH + ")");
    }
    if (!exchange.getRequestMethod().equals("POST")) {
      exchange.getResponseHeaders().set("Allow", "POST");
      return bad(exchange, 405, exchange.getRequestMethod() + " (expected: POST)");
    }
    var type = exchange.getRequestHeaders().getFirst("Content-Type");
    if (type == null || !type.toLowerCase(Locale.ROOT).startsWith("application/json")) {
      return bad(exchange, 415, "Content-Type: " + type + " (expected: application/json)");
    }
    var body = exchange.getRequestBody().readNBytes(MAX_BODY_BYTES + 1);
    if (body.length > MAX_BODY_BYTES) {
      // the rest is not read, which takes the connection with it
      return bad(exchange, 413, "body (expected: at most " + MAX_BODY_BYTES + " bytes)");
    }
    return reviewed(exchange, body);
  }

  private Outcome reviewed(HttpExchange exchange, byte[] body) throws IOException {
    try {
      var request = AdmissionRequest.parse(body);
      var answer = admission.apply(request);
      Servers.answer(exchange, 200, "application/json", request.answered(answer));
      return outcome(answer, request);
    } catch (NotAReview e) {
      return bad(exchange, 400, String.valueOf(e.getMessage()));
    }
  }

  private static Outcome outcome(Answer answer, AdmissionRequest request) {
    if (answer instanceof Answer.Refused refused) {
      log.atInfo()
          .addKeyValue("namespace", request.namespace())
          .addKeyValue("pod", name(request))
          .log("pod refused: {}", refused.message());
      return refused.code() == 503 ? Outcome.FAILED : Outcome.REFUSED;
    }
    return answer instanceof Answer.Patched ? Outcome.INJECTED : Outcome.UNCHANGED;
  }

  /** Pods of a ReplicaSet have no name yet. */
  private static String name(AdmissionRequest request) {
    var metadata = request.object().path("metadata");
    return metadata.path("name").asText(metadata.path("generateName").asText());
  }

  private static Outcome bad(HttpExchange exchange, int status, String message) throws IOException {
    Servers.answer(exchange, status, message);
    return Outcome.BAD_REQUEST;
  }

  /** Waits for the requests under way. */
  @Override
  public void close() {
    Servers.stop(server, STOP_SECONDS);
  }
}
