package io.cloudstate.tck.suite.proxy;

import akka.actor.ActorSystem;
import com.google.protobuf.Empty;
import com.google.protobuf.Message;
import io.cloudstate.protocol.EntityOuterClass.Entity;
import io.cloudstate.protocol.EntityOuterClass.EntitySpec;
import io.cloudstate.protocol.EntityOuterClass.ProxyInfo;
import io.cloudstate.protocol.EventSourcedOuterClass.EventSourcedStreamOut;
import io.cloudstate.tck.driver.FunctionRpcs;
import io.cloudstate.tck.driver.FunctionServer;
import io.cloudstate.tck.driver.GrpcClient;
import io.cloudstate.tck.driver.HttpApi;
import io.cloudstate.tck.driver.Program;
import io.cloudstate.tck.driver.Rpc;
import io.cloudstate.tck.driver.ScriptedProxy;
import io.cloudstate.tck.driver.Signal;
import io.cloudstate.tck.rule.Exchange;
import io.cloudstate.tck.rule.Mismatch;
import io.cloudstate.tck.rule.NotApplicable;
import io.cloudstate.tck.rule.Patience;
import io.cloudstate.tck.rule.Stage;
import io.cloudstate.tck.suite.model.Evened;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A client in front of the proxy under test and a user function behind it. The function answers
 * discovery by itself; all else is up to the scripts. Or the function is a real one, and the kit
 * between it and the proxy passes on what they say to each other; then scripts look on.
 */
public final class ProxyStage implements Stage {

  private static final Duration BETWEEN_ATTEMPTS = Duration.ofMillis(20);
  private static final int CONNECT_MILLIS = 200;

  /**
   * How long a function stays before it goes away again, so that proxies do not take it for one
   * that crashes as soon as it has come, and stay away longer and longer.
   */
  public static final Duration STAY = Duration.ofMillis(1200);

  /**
   * Where everything is.
   *
   * @param host of the proxy under test
   * @param port of the proxy under test
   * @param listen on which the kit plays the function
   * @param program the proxy, if the kit starts it; null if somebody else does
   * @param startTimeout until it has to serve
   * @param stay how long the function serves before it goes away again
   * @param limits of the proxy under test, for the rules that are about them
   */
  public record Settings(
      String host,
      int port,
      int listen,
      @Nullable Program program,
      Duration startTimeout,
      Duration stay,
      Patience patience,
      Limits limits) {}

  /**
   * What the proxy under test is set to.
   *
   * @param relayTimeout until a command that the function does not answer fails; null if not told
   * @param maxRequestBytes of a message that the proxy takes from a client; null if not told
   * @param maxReplyBytes of a message that the proxy takes from its function; null if not told
   */
  public record Limits(
      @Nullable Duration relayTimeout,
      @Nullable Integer maxRequestBytes,
      @Nullable Integer maxReplyBytes) {}

  private final Settings settings;
  private final ActorSystem system;
  private final FunctionServer function;
  private final GrpcClient client;
  private final HttpApi http;
  private final @Nullable Program program;
  private final @Nullable ScriptedProxy real;
  private final List<ProxyInfo> discoveries = new CopyOnWriteArrayList<>();
  private final BlockingQueue<String> reports = new LinkedBlockingQueue<>();
  private final String run = Long.toString(System.currentTimeMillis(), Character.MAX_RADIX);
  private final EntitySpec usual;
  private volatile EntitySpec spec;
  private boolean isFunctionAway;
  private long backSinceNanos = System.nanoTime();
  private int ids;

  private ProxyStage(Settings settings, EntitySpec spec, @Nullable ScriptedProxy real) {
    this.settings = settings;
    this.real = real;
    this.usual = spec;
    this.spec = spec;
    this.system = ActorSystem.create("tck");
    this.function =
        new FunctionServer(
            system, "0.0.0.0", settings.listen(), settings.patience(), FunctionRpcs.ALL);
    this.client =
        new GrpcClient(
            "client", "proxy", system, settings.host(), settings.port(), settings.patience());
    this.http = new HttpApi(settings.host(), settings.port(), settings.patience());
    this.program = settings.program();
    if (real == null) {
      playDiscovery();
    } else {
      function.relayTo(real, Evened::out);
      function.always(FunctionRpcs.DISCOVER, call -> call.whenReceived(discoveries::add));
      function.always(
          FunctionRpcs.REPORT_ERROR,
          call -> call.whenReceived(error -> reports.add(error.getMessage())));
    }
  }

  private void playDiscovery() {
    function.always(
        FunctionRpcs.DISCOVER,
        call ->
            call.whenReceived(
                info -> {
                  discoveries.add(info);
                  call.send(this.spec);
                  call.complete();
                }));
    function.always(
        FunctionRpcs.REPORT_ERROR,
        call ->
            call.whenReceived(
                error -> {
                  reports.add(error.getMessage());
                  call.send(Empty.getDefaultInstance());
                  call.complete();
                }));
  }

  /**
   * Starts the function, then the proxy if there is a command for it, and waits until it serves.
   *
   * @throws IllegalStateException if it does not in time
   */
  public static ProxyStage open(Settings settings, EntitySpec spec) throws IOException {
    return opened(new ProxyStage(settings, spec, null));
  }

  /**
   * The same between the proxy and a real function, which is closed with the stage.
   *
   * @throws IllegalStateException if the proxy does not serve in time
   */
  public static ProxyStage intercept(Settings settings, ScriptedProxy function) throws IOException {
    return opened(new ProxyStage(settings, function.spec(), function));
  }

  private static ProxyStage opened(ProxyStage stage) throws IOException {
    try {
      stage.function.start();
      if (stage.program != null) {
        stage.program.start();
      }
      stage.awaitServing();
      return stage;
    } catch (IOException | RuntimeException e) {
      stage.close();
      throw e;
    }
  }

  public FunctionServer function() {
    return function;
  }

  public GrpcClient client() {
    return client;
  }

  public HttpApi http() {
    return http;
  }

  public Patience patience() {
    return settings.patience();
  }

  /** An id that no entity has had before, in this run or an earlier one. */
  public String newId() {
    return "entity-" + run + "-" + ++ids;
  }

  /** The same for a CRDT, whose type its id begins with. */
  public String newId(String type) {
    return type + "-" + run + "-" + ++ids;
  }

  /** What the function serves. */
  public List<Entity> services() {
    return usual.getEntitiesList();
  }

  /** A real function offers these, or the rule does not apply. */
  void expectOffered(List<Entity> services) {
    if (real != null) {
      services.forEach(service -> real.declared(service.getServiceName()));
    }
  }

  /** What the function serves unless a rule has it come back as another one. */
  EntitySpec usualSpec() {
    return usual;
  }

  public Limits limits() {
    return settings.limits();
  }

  /** What the proxy has said of itself so far, once for each discovery. */
  public List<ProxyInfo> discoveries() {
    return discoveries;
  }

  /** The next error that the proxy reports, of which there must be one with this text in it. */
  public void expectReport(String text) {
    try {
      var report = reports.poll(settings.patience().expected().toMillis(), TimeUnit.MILLISECONDS);
      if (report == null || !report.contains(text)) {
        throw new Mismatch(
            "error that the proxy reports", "\"…" + text + "…\"", report == null ? "none" : report);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new Mismatch("error that the proxy reports", text, "interrupted");
    }
  }

  /** {@code kill -9} of the proxy and a new start; returns when it serves. */
  public void killAndRestartProxy() throws IOException {
    if (program == null) {
      throw new NotApplicable("needs --command, to kill the proxy and start it again");
    }
    program.kill();
    program.start();
    awaitServing();
  }

  /** The function goes away, breaking its connections. */
  void stopFunction() {
    isFunctionAway = true;
    function.stop();
  }

  /** The function that went away comes back as it was, and the proxy has to ask for its spec. */
  private void startFunction() {
    var before = discoveries.size();
    function.start();
    isFunctionAway = false;
    awaitDiscovery(before);
  }

  /** The function goes away and comes back as it was, and the proxy has to ask for its spec. */
  void restartFunction() {
    restartFunction(usual);
  }

  /** The same with another spec, from now until the end of the rule. */
  void restartFunction(EntitySpec next) {
    stayAWhile();
    var before = discoveries.size();
    spec = next;
    function.restart();
    awaitDiscovery(before);
  }

  private void stayAWhile() {
    while (System.nanoTime() - backSinceNanos < settings.stay().toNanos()) {
      pause();
    }
  }

  /**
   * Calls an action or event sourced entity, which the function answers by itself, until the proxy
   * serves it.
   */
  <I extends Message, O extends Message> void awaitServed(Rpc<I, O> rpc, I request) {
    function.always(
        FunctionRpcs.UNARY_ACTION,
        call ->
            call.whenReceived(
                command -> {
                  call.send(ActionModel.replied("").build());
                  call.complete();
                }));
    function.always(
        FunctionRpcs.EVENT_SOURCED,
        stream ->
            stream.whenReceived(
                message -> {
                  if (message.hasCommand()) {
                    var reply =
                        EventSourcedModel.reply(message.getCommand().getId(), "", List.of());
                    stream.send(EventSourcedStreamOut.newBuilder().setReply(reply).build());
                  }
                }));
    try {
      var until = System.nanoTime() + settings.patience().expected().toNanos();
      var ended = endOf(rpc, request);
      while (!ended.status().isOk() && System.nanoTime() < until) {
        pause();
        ended = endOf(rpc, request);
      }
      if (!ended.status().isOk()) {
        throw new Mismatch(
            "end of " + rpc.path() + " for " + settings.patience().expected(), "OK", ended.text());
      }
    } finally {
      function.leaveToScripts(FunctionRpcs.UNARY_ACTION);
      function.leaveToScripts(FunctionRpcs.EVENT_SOURCED);
    }
  }

  private <I extends Message, O extends Message> Signal.Ended<O> endOf(Rpc<I, O> rpc, I request) {
    var call = client.open(rpc);
    call.whenReceived(reply -> {});
    call.send(request);
    call.complete();
    return call.expectEnd();
  }

  @Override
  public void begin(Exchange exchange) {
    if (real != null) {
      real.begin(exchange);
    }
    function.begin(exchange);
    client.begin(exchange);
    http.begin(exchange);
    reports.clear();
  }

  @Override
  public void verifyNothingMore() {
    function.verifyNothingMore();
    var report = real == null ? null : reports.peek();
    if (report != null) {
      throw new Mismatch("error that the proxy reports", "none", report);
    }
  }

  @Override
  public void end() {
    client.end();
    function.end();
    if (isFunctionAway) {
      startFunction();
    } else if (!spec.equals(usual)) {
      restartFunction(usual);
      awaitServed(ActionModel.UNARY, ActionModel.request());
    }
  }

  @Override
  public void close() {
    if (program != null) {
      program.close();
    }
    client.close();
    function.close();
    if (real != null) {
      real.close();
    }
    system.terminate();
  }

  private void awaitServing() {
    var discoveriesBefore = discoveries.size();
    var until = System.nanoTime() + settings.startTimeout().toNanos();
    while (!accepts() || (discoveriesBefore == 0 && discoveries.isEmpty())) {
      if (program != null && !program.isRunning()) {
        throw new IllegalStateException("the proxy has ended; it wrote to " + program.log());
      }
      if (System.nanoTime() > until) {
        throw new IllegalStateException(
            String.format(
                "no proxy serves at %s:%d after %s, with its function at port %d; it has called"
                    + " discover %d times",
                settings.host(),
                settings.port(),
                settings.startTimeout(),
                settings.listen(),
                discoveries.size()));
      }
      pause();
    }
  }

  private void awaitDiscovery(int before) {
    var until = System.nanoTime() + settings.patience().expected().toNanos();
    while (discoveries.size() == before) {
      if (System.nanoTime() > until) {
        throw new Mismatch(
            "calls of discover after the function came back",
            "1",
            "none within " + settings.patience().expected());
      }
      pause();
    }
    backSinceNanos = System.nanoTime();
  }

  private static void pause() {
    try {
      TimeUnit.NANOSECONDS.sleep(BETWEEN_ATTEMPTS.toNanos());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  private boolean accepts() {
    try (var socket = new Socket()) {
      socket.connect(new InetSocketAddress(settings.host(), settings.port()), CONNECT_MILLIS);
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  /** What a proxy is told that the kit starts. */
  public static Map<String, String> environment(int port, int listen) {
    return Map.of(
        "HTTP_PORT", Integer.toString(port),
        "USER_FUNCTION_HOST", "127.0.0.1",
        "USER_FUNCTION_PORT", Integer.toString(listen));
  }
}
