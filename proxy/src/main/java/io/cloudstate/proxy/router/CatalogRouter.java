package io.cloudstate.proxy.router;

import io.cloudstate.proxy.call.Abandonment;
import io.cloudstate.proxy.call.Answer;
import io.cloudstate.proxy.call.Answer.ClientAction;
import io.cloudstate.proxy.call.Answer.SideEffect;
import io.cloudstate.proxy.call.Call;
import io.cloudstate.proxy.call.Failure;
import io.cloudstate.proxy.call.Outcome;
import io.cloudstate.proxy.call.StreamedCall;
import io.cloudstate.proxy.config.ProxySettings;
import io.cloudstate.proxy.discovery.EntityType;
import io.cloudstate.proxy.discovery.MethodDefinition;
import io.cloudstate.proxy.discovery.ServiceCatalog;
import io.cloudstate.proxy.entity.EntityKind;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Routes by the catalog of the user function's services. Thread-safe; nothing here waits.
 *
 * <p>For each answer, in this order (spec/action.md 5): its side effects, one after the other, a
 * synchronous one to its end, an asynchronous one only started; then its client action, a forward
 * being routed like a call. Side effects have no influence on the outcome: whatever becomes of
 * them, the caller gets the client action. When {@link ProxySettings.Routing#maxAsyncEffects()} are
 * running, a further asynchronous effect is waited for like a synchronous one, so that the load
 * comes back to those who make it.
 */
public final class CatalogRouter implements Router {

  private static final Logger log = LoggerFactory.getLogger(CatalogRouter.class);

  private final ProxySettings.Routing settings;
  private final Duration relayTimeout;
  private final Map<EntityType, EntityKind> kinds;
  private final Consumer<String> reports;
  private final LongSupplier nanoTime;
  private final AsyncEffects asyncEffects;

  private volatile Routes routes;

  /**
   * A router that serves nothing yet.
   *
   * @param relayTimeout how long a side effect may take
   * @param kinds what answers the services of each type
   * @param reports takes complaints for the function's developer; returns at once
   * @param nanoTime the clock of {@link Call#deadlineNanos()}
   */
  public CatalogRouter(
      ProxySettings.Routing settings,
      Duration relayTimeout,
      Map<EntityType, EntityKind> kinds,
      Consumer<String> reports,
      LongSupplier nanoTime) {
    this.settings = settings;
    this.relayTimeout = relayTimeout;
    this.kinds = Map.copyOf(kinds);
    this.reports = reports;
    this.nanoTime = nanoTime;
    this.asyncEffects = new AsyncEffects(settings.maxAsyncEffects());
    this.routes = Routes.of(new ServiceCatalog(List.of(), List.of()), this.kinds);
  }

  /** Routes by this catalog from now on; calls that are under way go on by it, too. */
  public void serve(ServiceCatalog catalog) {
    routes = Routes.of(catalog, kinds);
  }

  /** The key of the entity that a call is for; empty if it is for none that is known. */
  public String entityKey(Call call) {
    return find(Hop.first(call)) instanceof Found.Target target ? target.entityId() : "";
  }

  @Override
  public void route(Call call, Consumer<Outcome> whenDone) {
    route(Hop.first(call), whenDone);
  }

  @Override
  public StreamedCall stream(Call call, StreamedCall.Listener<Outcome> listener) {
    return stream(Hop.first(call), listener);
  }

  private void route(Hop hop, Consumer<Outcome> whenDone) {
    var found = find(hop);
    if (found instanceof Found.Refused refused) {
      fail(whenDone, refused.failure());
    } else if (found instanceof Found.Target target && target.route().method().isUnary()) {
      invoke(hop, target, whenDone);
    } else if (found instanceof Found.Target target) {
      var reply = new OneReply(hop, whenDone);
      reply.takeFrom(routed(hop, target, reply));
    } else {
      throw new AssertionError("unhandled: " + found);
    }
  }

  /** A target that is not streamed gives its one reply, when it is requested. */
  StreamedCall stream(Hop hop, StreamedCall.Listener<Outcome> listener) {
    var found = find(hop);
    if (found instanceof Found.Refused refused) {
      listener.onFailed(refused.failure());
      return StreamedCall.ENDED;
    } else if (found instanceof Found.Target target && target.route().method().isUnary()) {
      var reply = new UnaryTarget(listener);
      invoke(hop, target, reply::onOutcome);
      return reply;
    } else if (found instanceof Found.Target target) {
      return routed(hop, target, listener).start();
    }
    throw new AssertionError("unhandled: " + found);
  }

  private RoutedStream routed(
      Hop hop, Found.Target target, StreamedCall.Listener<Outcome> listener) {
    return new RoutedStream(
        this, hop, target.route(), target.entityId(), settings.maxQueuedReplies(), listener);
  }

  /** Where a hop goes to. */
  private sealed interface Found {

    record Target(Route route, String entityId) implements Found {}

    record Refused(Failure failure) implements Found {}
  }

  private Found find(Hop hop) {
    var call = hop.call();
    if (hop.number() > settings.maxHops()) {
      var text =
          "%d forwards and side effects in a row at [%s.%s] (expected: at most %d)"
              .formatted(hop.number(), call.service(), call.method(), settings.maxHops());
      return new Found.Refused(misrouted(hop, text));
    }
    if (hop.ordinal() > settings.maxCommandsPerCall()) {
      return new Found.Refused(tooManyCommands(hop));
    }
    var methods = routes.methods(call.service());
    if (methods == null) {
      return new Found.Refused(unknown(hop, "Service [%s] unknown".formatted(call.service())));
    }
    var route = methods.get(call.method());
    if (route == null) {
      var text = "Service [%s] does not have a command named: [%s]";
      return new Found.Refused(unknown(hop, text.formatted(call.service(), call.method())));
    }
    var scan = route.keys().scan(call.payload().value());
    if (scan instanceof KeyScanner.Scan.Found found) {
      return new Found.Target(route, found.key());
    } else if (scan instanceof KeyScanner.Scan.Rejected rejected) {
      return new Found.Refused(rejected.failure());
    }
    throw new AssertionError("unhandled: " + scan);
  }

  private void invoke(Hop hop, Found.Target target, Consumer<Outcome> whenDone) {
    var route = target.route();
    route
        .kind()
        .invoke(
            route.service(),
            target.entityId(),
            hop.call(),
            answer -> settle(hop, route.method(), answer, whenDone));
  }

  private void settle(Hop hop, MethodDefinition method, Answer answer, Consumer<Outcome> whenDone) {
    if (answer.effects().isEmpty()) {
      act(hop, method, answer.action(), whenDone);
    } else {
      runEffects(hop, answer.effects(), 0, () -> act(hop, method, answer.action(), whenDone));
    }
  }

  private void act(
      Hop hop, MethodDefinition method, ClientAction action, Consumer<Outcome> whenDone) {
    if (action instanceof ClientAction.Reply reply) {
      checkType(hop, method, reply);
      whenDone.accept(new Outcome.Replied(reply.payload(), reply.metadata(), reply.isInOutbox()));
    } else if (action instanceof ClientAction.Fail failed) {
      fail(whenDone, failed.failure());
    } else if (action instanceof ClientAction.Forward forward) {
      route(hop.forwarded(forward.target()), whenDone);
    } else if (action instanceof ClientAction.None) {
      whenDone.accept(new Outcome.Completed());
    } else {
      throw new AssertionError("unhandled: " + action);
    }
  }

  /** Runs the effects from {@code index} on. Loops as long as they end at once, without a stack. */
  void runEffects(Hop hop, List<SideEffect> effects, int index, Runnable whenDone) {
    for (var i = index; i < effects.size(); i++) {
      var effect = runEffect(hop, effects.get(i));
      if (!effect.isDone()) {
        var next = i + 1;
        var unused = effect.whenComplete((done, cause) -> runEffects(hop, effects, next, whenDone));
        return;
      }
    }
    whenDone.run();
  }

  /** Starts an effect; the future ends when the next one may start, and never fails. */
  private CompletableFuture<Void> runEffect(Hop hop, SideEffect effect) {
    var deadline = nanoTime.getAsLong() + relayTimeout.toNanos();
    var ended = new CompletableFuture<Outcome>();
    var next = hop.sideEffect(effect.target(), deadline, new EffectAbandonment(ended));
    route(next, ended::complete);
    var settled =
        ended
            .orTimeout(relayTimeout.toNanos(), TimeUnit.NANOSECONDS)
            .handle((outcome, cause) -> ignore(next, outcome, cause));
    if (effect.synchronous() || settled.isDone() || !asyncEffects.tryStart()) {
      return settled;
    }
    var unused = settled.whenComplete((done, cause) -> asyncEffects.done());
    return CompletableFuture.completedFuture(null);
  }

  /** A failing side effect changes nothing for the caller; it is only worth a line in the log. */
  private @Nullable Void ignore(Hop hop, @Nullable Outcome outcome, @Nullable Throwable cause) {
    var call = hop.call();
    if (outcome instanceof Outcome.Failed failed) {
      log.atDebug()
          .addKeyValue("service", call.service())
          .addKeyValue("command", call.method())
          .log("side effect failed: {}", failed.failure().message());
    } else if (cause != null) {
      log.atWarn()
          .addKeyValue("service", call.service())
          .addKeyValue("command", call.method())
          .log("side effect did not end in time");
    }
    return null;
  }

  /** The reply is delivered all the same: spec/ingress.md 8. */
  void checkType(Hop hop, MethodDefinition method, ClientAction.Reply reply) {
    var actual = reply.payload().typeUrl();
    if (!actual.equals(method.outputTypeUrl())) {
      var text =
          "Warning: %s.%s: Expected reply type_url to be [%s] but was [%s]."
              .formatted(hop.call().service(), hop.call().method(), method.outputTypeUrl(), actual);
      reports.accept(text);
    }
  }

  /** The client named it: the client's mistake. The function did: the function's. */
  private Failure unknown(Hop hop, String text) {
    return hop.from() == null ? new Failure.NotServed(text) : misrouted(hop, text);
  }

  /** Reported for the first command that is too many, not for each that follows. */
  private Failure tooManyCommands(Hop hop) {
    var text = "One call started more than %d commands".formatted(settings.maxCommandsPerCall());
    return hop.ordinal() == settings.maxCommandsPerCall() + 1
        ? misrouted(hop, text)
        : new Failure.Misrouted(text);
  }

  private Failure misrouted(Hop hop, String text) {
    reports.accept(text + hop.trace());
    return new Failure.Misrouted(text);
  }

  private static void fail(Consumer<Outcome> whenDone, Failure failure) {
    whenDone.accept(new Outcome.Failed(failure));
  }

  /** A side effect that took too long: nobody waits for it any more. */
  private record EffectAbandonment(CompletableFuture<Outcome> ended) implements Abandonment {

    @Override
    public boolean getAsBoolean() {
      return ended.isDone();
    }

    @Override
    public void whenAbandoned(Runnable action) {
      var unused =
          ended.whenComplete(
              (outcome, cause) -> {
                if (cause != null) {
                  action.run();
                }
              });
    }
  }
}
