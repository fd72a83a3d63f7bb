package io.cloudstate.proxy.discovery;

import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.AbstractBehavior;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Behaviors;
import akka.actor.typed.javadsl.Receive;
import akka.actor.typed.javadsl.TimerScheduler;
import io.cloudstate.protocol.EntityDiscoveryGrpc;
import io.cloudstate.protocol.EntityOuterClass.EntitySpec;
import io.cloudstate.protocol.EntityOuterClass.ProxyInfo;
import io.cloudstate.proxy.config.ProxySettings;
import io.cloudstate.proxy.discovery.eventing.EventingSupport;
import io.cloudstate.proxy.userfunction.UserFunction;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the proxy's idea of what the user function serves up to date. Asks once per connection: at
 * the start, and whenever the connection was lost and is back, because then the function may be
 * another one. A spec that is not valid, or that cannot take the place of the one being served, is
 * reported to the function and asked for again with back-off; what is served stays.
 *
 * <pre>
 *   DISCONNECTED ──connected──► ASKING ──valid──► KNOWN
 *     ▲  ▲                       │  ▲               │
 *     │  └────────lost───────────┤  └──── retry ─┐  │
 *     │                          └── not valid ──┘  │
 *     └───────────────────lost──────────────────────┘
 * </pre>
 *
 * Implements spec/discovery.md 1 to 5.
 */
public final class Discovery extends AbstractBehavior<Discovery.Message> {

  private static final Logger log = LoggerFactory.getLogger(Discovery.class);
  private static final int ASK_DEADLINE_SECONDS = 10;

  /** A connection that is lost sooner is made again with back-off only. */
  private static final Duration LASTING = Duration.ofSeconds(1);

  public sealed interface Message {}

  private enum Connected implements Message {
    INSTANCE
  }

  private enum Lost implements Message {
    INSTANCE
  }

  private enum Retry implements Message {
    INSTANCE
  }

  // Answers carry the number of the question: those of an earlier connection are late.
  private record Answered(int question, EntitySpec spec) implements Message {}

  private record NotAnswered(int question, Throwable cause) implements Message {}

  private final TimerScheduler<Message> timers;
  private final UserFunction userFunction;
  private final ProxyInfo proxyInfo;
  private final SpecReader reader;
  private final Backoff backoff;
  private final Consumer<String> reports;
  private final Consumer<ServiceCatalog> serve;
  private final LongSupplier nanoTime;

  private boolean isConnected;
  private long connectedSinceNanos;
  private int question;
  private @Nullable EntitySpec servedSpec;
  private @Nullable ServiceCatalog served;
  private List<String> reported = List.of();

  /**
   * Starts asking at once and goes on until it is stopped.
   *
   * @param supported the types of entity that this proxy serves
   * @param eventing what can be consumed and published
   * @param proxyVersion announced to the function
   * @param reports takes what is wrong with a spec; returns at once
   * @param serve takes each catalog that is to be served from then on; called by the actor
   * @param nanoTime a clock, to tell connections that last from those that do not
   */
  public static Behavior<Message> create(
      UserFunction userFunction,
      ProxySettings.Discovery settings,
      Set<EntityType> supported,
      EventingSupport eventing,
      String proxyVersion,
      Consumer<String> reports,
      Consumer<ServiceCatalog> serve,
      LongSupplier nanoTime) {
    return Behaviors.setup(
        context ->
            Behaviors.withTimers(
                timers ->
                    new Discovery(
                        context,
                        timers,
                        userFunction,
                        proxyInfo(supported, proxyVersion),
                        new SpecReader(supported, eventing, settings.compatibilityCheck()),
                        new Backoff(settings),
                        reports,
                        serve,
                        nanoTime)));
  }

  private Discovery(
      ActorContext<Message> context,
      TimerScheduler<Message> timers,
      UserFunction userFunction,
      ProxyInfo proxyInfo,
      SpecReader reader,
      Backoff backoff,
      Consumer<String> reports,
      Consumer<ServiceCatalog> serve,
      LongSupplier nanoTime) {
    super(context);
    this.timers = timers;
    this.userFunction = userFunction;
    this.proxyInfo = proxyInfo;
    this.reader = reader;
    this.backoff = backoff;
    this.reports = reports;
    this.serve = serve;
    this.nanoTime = nanoTime;
    var self = context.getSelf();
    log.atInfo()
        .addKeyValue("address", userFunction.address())
        .log("connecting to the user function");
    userFunction.watch(
        new UserFunction.ConnectionListener() {
          @Override
          public void onConnected() {
            self.tell(Connected.INSTANCE);
          }

          @Override
          public void onLost() {
            self.tell(Lost.INSTANCE);
          }
        });
    userFunction.connect();
    retryLater();
  }

  @Override
  public Receive<Message> createReceive() {
    return newReceiveBuilder()
        .onMessage(Connected.class, connected -> onConnected())
        .onMessage(Lost.class, lost -> onLost())
        .onMessage(Retry.class, retry -> onRetry())
        .onMessage(Answered.class, this::onAnswered)
        .onMessage(NotAnswered.class, this::onNotAnswered)
        .build();
  }

  private Behavior<Message> onConnected() {
    isConnected = true;
    connectedSinceNanos = nanoTime.getAsLong();
    reported = List.of(); // whoever listens now may be another one
    ask();
    return this;
  }

  private Behavior<Message> onLost() {
    isConnected = false;
    question++;
    log.atWarn()
        .addKeyValue("address", userFunction.address())
        .log("connection to the user function lost, trying to get it back");
    if (nanoTime.getAsLong() - connectedSinceNanos >= LASTING.toNanos()) {
      userFunction.connect(); // at once, but not to a function that drops what it accepts
    }
    retryLater();
    return this;
  }

  private Behavior<Message> onRetry() {
    if (isConnected) {
      ask();
    } else {
      log.atDebug()
          .addKeyValue("address", userFunction.address())
          .log("the user function is not there yet");
      userFunction.connect();
      retryLater();
    }
    return this;
  }

  private Behavior<Message> onNotAnswered(NotAnswered failed) {
    if (failed.question() == question) {
      log.atWarn()
          .addKeyValue("address", userFunction.address())
          .log("discovery failed, trying again: {}", failed.cause().toString());
      retryLater();
    }
    return this;
  }

  private Behavior<Message> onAnswered(Answered answered) {
    if (answered.question() != question) {
      return this;
    }
    if (answered.spec().equals(servedSpec)) {
      log.info("the user function is back and serves what it served before");
      backoff.reset();
      return this;
    }
    try {
      onSpec(answered.spec());
    } catch (RuntimeException e) {
      log.error("reading the spec failed by a bug, trying again", e);
      retryLater();
    }
    return this;
  }

  private void onSpec(EntitySpec spec) {
    var result = reader.read(spec);
    if (result instanceof SpecResult.Valid valid) {
      Complaints.of(valid.warnings()).forEach(log::warn);
      Complaints.of(valid.oddities()).forEach(reports);
      takeOver(spec, valid.catalog());
    } else if (result instanceof SpecResult.Invalid invalid) {
      refuse(invalid.mistakes());
    } else {
      throw new AssertionError("unhandled: " + result);
    }
  }

  private void takeOver(EntitySpec spec, ServiceCatalog catalog) {
    if (served != null) {
      var obstacles = Takeover.obstacles(served, catalog);
      if (!obstacles.isEmpty()) {
        refuse(obstacles);
        return;
      }
    }
    var info = spec.getServiceInfo();
    log.atInfo()
        .addKeyValue("function", info.getServiceName() + " " + info.getServiceVersion())
        .addKeyValue("runtime", info.getServiceRuntime())
        .addKeyValue(
            "library", info.getSupportLibraryName() + " " + info.getSupportLibraryVersion())
        .addKeyValue("services", catalog.services().stream().map(ServiceDefinition::name).toList())
        .log("user function discovered");
    backoff.reset();
    reported = List.of();
    servedSpec = spec;
    served = catalog;
    serve.accept(catalog);
  }

  /** Known gaps: many mistakes are reported, once each time they change, and we do not give up. */
  private void refuse(List<String> mistakes) {
    var complaints = Complaints.of(mistakes);
    if (!complaints.equals(reported)) {
      log.atError()
          .addKeyValue("mistakes", mistakes.size())
          .log("the user function cannot be served as it is");
      complaints.forEach(reports);
      reported = complaints;
    }
    retryLater();
  }

  private void ask() {
    timers.cancel(Retry.INSTANCE);
    question++;
    var number = question;
    ActorRef<Message> self = getContext().getSelf();
    EntityDiscoveryGrpc.newStub(userFunction.channel())
        .withDeadlineAfter(ASK_DEADLINE_SECONDS, TimeUnit.SECONDS)
        .discover(
            proxyInfo,
            new StreamObserver<>() {
              @Override
              public void onNext(EntitySpec spec) {
                self.tell(new Answered(number, spec));
              }

              @Override
              public void onError(Throwable cause) {
                self.tell(new NotAnswered(number, cause));
              }

              @Override
              public void onCompleted() {
                // the answer was the only message
              }
            });
  }

  private void retryLater() {
    timers.startSingleTimer(Retry.INSTANCE, backoff.next());
  }

  private static ProxyInfo proxyInfo(Set<EntityType> supported, String version) {
    return ProxyInfo.newBuilder()
        .setProtocolMajorVersion(ProtocolVersion.CURRENT.major())
        .setProtocolMinorVersion(ProtocolVersion.CURRENT.minor())
        .setProxyName("cloudstate-proxy")
        .setProxyVersion(version)
        .addAllSupportedEntityTypes(
            supported.stream().map(EntityType::protocolService).sorted().toList())
        .build();
  }
}
