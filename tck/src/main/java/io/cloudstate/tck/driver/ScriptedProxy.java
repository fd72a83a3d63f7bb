package io.cloudstate.tck.driver;

import akka.actor.ActorSystem;
import com.google.protobuf.Message;
import io.cloudstate.protocol.Action.ActionCommand;
import io.cloudstate.protocol.Action.ActionResponse;
import io.cloudstate.protocol.CrdtOuterClass.CrdtStreamIn;
import io.cloudstate.protocol.CrdtOuterClass.CrdtStreamOut;
import io.cloudstate.protocol.EntityOuterClass.Entity;
import io.cloudstate.protocol.EntityOuterClass.EntitySpec;
import io.cloudstate.protocol.EntityOuterClass.ProxyInfo;
import io.cloudstate.protocol.EventSourcedOuterClass.EventSourcedStreamIn;
import io.cloudstate.protocol.EventSourcedOuterClass.EventSourcedStreamOut;
import io.cloudstate.protocol.ValueEntityOuterClass.ValueEntityStreamIn;
import io.cloudstate.protocol.ValueEntityOuterClass.ValueEntityStreamOut;
import io.cloudstate.tck.rule.Exchange;
import io.cloudstate.tck.rule.Mismatch;
import io.cloudstate.tck.rule.NotApplicable;
import io.cloudstate.tck.rule.Patience;
import io.cloudstate.tck.rule.Stage;
import io.grpc.CallOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The proxy that the kit plays in front of a user function. It discovers the function once, and
 * then opens the streams that scripts ask for; services that the function does not offer make a
 * rule not applicable.
 */
public final class ScriptedProxy implements Stage {

  private static final ProxyInfo INFO =
      ProxyInfo.newBuilder()
          .setProtocolMajorVersion(0)
          .setProtocolMinorVersion(2)
          .setProxyName("cloudstate-tck")
          .setProxyVersion("0.1")
          .addSupportedEntityTypes("cloudstate.action.ActionProtocol")
          .addSupportedEntityTypes("cloudstate.valueentity.ValueEntity")
          .addSupportedEntityTypes("cloudstate.eventsourced.EventSourced")
          .addSupportedEntityTypes("cloudstate.crdt.Crdt")
          .build();

  /** By type of entity, what functions of protocol 0.1 do not offer. */
  private static final Map<String, String> NOT_IN_01 =
      Map.of(
          FunctionRpcs.VALUE.service(),
          "protocol 0.1 has no value entities",
          FunctionRpcs.UNARY_ACTION.service(),
          "protocol 0.1 has no actions",
          FunctionRpcs.CRDT.service(),
          "CRDTs of protocol 0.1 have other messages than those of 0.2");

  /**
   * Where the function is.
   *
   * @param command starts the function, which is told its port as {@code PORT}; null if it is
   *     started by somebody else
   * @param log of the function, if the kit starts it
   * @param startTimeout until it has to answer discovery
   */
  public record Settings(
      String host,
      int port,
      @Nullable String command,
      Path log,
      Duration startTimeout,
      Patience patience) {}

  private final ActorSystem system;
  private final GrpcClient client;
  private final @Nullable Program program;
  private final List<ClientCall<?, ?>> calls = new ArrayList<>(); // of the running script
  private EntitySpec spec = EntitySpec.getDefaultInstance();
  private Exchange exchange = new Exchange();
  private int entities;

  private ScriptedProxy(Settings settings) {
    this.system = ActorSystem.create("tck");
    this.client =
        new GrpcClient(
            "proxy", "function", system, settings.host(), settings.port(), settings.patience());
    this.program =
        settings.command() == null
            ? null
            : new Program(
                settings.command(),
                Map.of("PORT", Integer.toString(settings.port())),
                settings.log());
  }

  /**
   * Starts the function if there is a command for it, and discovers it.
   *
   * @throws IllegalStateException if it does not answer in time
   */
  public static ScriptedProxy open(Settings settings) throws IOException {
    var proxy = new ScriptedProxy(settings);
    try {
      if (proxy.program != null) {
        proxy.program.start();
      }
      proxy.discover(settings);
      return proxy;
    } catch (IOException | RuntimeException e) {
      proxy.close();
      throw e;
    }
  }

  private void discover(Settings settings) {
    try {
      spec = specOf(client, settings.startTimeout());
    } catch (Mismatch e) {
      var log = settings.command() == null ? "" : "; its log is " + settings.log();
      throw new IllegalStateException(
          "function at %s:%d does not answer discovery within %s: %s%s"
              .formatted(settings.host(), settings.port(), settings.startTimeout(), e.came(), log),
          e);
    }
  }

  private static EntitySpec specOf(GrpcClient client, Duration startLimit) {
    var options =
        CallOptions.DEFAULT
            .withWaitForReady()
            .withDeadlineAfter(startLimit.toNanos(), TimeUnit.NANOSECONDS);
    var call = client.open(FunctionRpcs.DISCOVER, Map.of(), options);
    call.send(INFO);
    call.complete();
    return call.next(startLimit);
  }

  @Override
  public void begin(Exchange next) {
    exchange = next;
    client.begin(next);
  }

  @Override
  public void verifyNothingMore() {
    for (var call : calls) {
      var unasked = call.unasked();
      if (unasked != null) {
        throw new Mismatch("what comes on " + call.label(), "nothing more", unasked);
      }
    }
  }

  @Override
  public void end() {
    client.end();
    calls.clear();
  }

  @Override
  public void close() {
    client.close();
    if (program != null) {
      program.close();
    }
    system.terminate();
  }

  /** The connection to the function. */
  GrpcClient client() {
    return client;
  }

  /** What the function answered to discovery. */
  public EntitySpec spec() {
    return spec;
  }

  /** An id that no entity of this run has had, such as {@code GCounter-3}. */
  public String freshId(String prefix) {
    return prefix + "-" + ++entities;
  }

  /** Opens a stream of an entity. */
  public ClientCall<EventSourcedStreamIn, EventSourcedStreamOut> eventSourced(String service) {
    return open(service, FunctionRpcs.EVENT_SOURCED);
  }

  /** Opens a stream of an entity. */
  public ClientCall<ValueEntityStreamIn, ValueEntityStreamOut> value(String service) {
    return open(service, FunctionRpcs.VALUE);
  }

  /** Opens a stream of an entity. */
  public ClientCall<CrdtStreamIn, CrdtStreamOut> crdt(String service) {
    return open(service, FunctionRpcs.CRDT);
  }

  /** Opens a call of one shape: one of {@link FunctionRpcs#ACTIONS}. */
  public ClientCall<ActionCommand, ActionResponse> action(
      String service, Rpc<ActionCommand, ActionResponse> shape) {
    return open(service, shape);
  }

  private <I extends Message, O extends Message> ClientCall<I, O> open(
      String service, Rpc<I, O> rpc) {
    var missing = isOfProtocol01() ? NOT_IN_01.get(rpc.service()) : null;
    if (missing != null) {
      throw new NotApplicable(missing);
    }
    var entity = declared(service);
    if (!entity.getEntityType().equals(rpc.service())) {
      throw new Mismatch("type of " + service, rpc.service(), entity.getEntityType());
    }
    var call = client.open(rpc);
    calls.add(call);
    return call;
  }

  /**
   * What the function declares of a service.
   *
   * @throws NotApplicable if it does not offer it
   */
  public Entity declared(String service) {
    var entity = find(service).orElseThrow(() -> notOffered(service));
    exchange.add("function", "proxy", "discovery", Text.of(entity));
    return entity;
  }

  private Optional<Entity> find(String service) {
    return spec.getEntitiesList().stream()
        .filter(entity -> entity.getServiceName().equals(service))
        .findFirst();
  }

  private NotApplicable notOffered(String service) {
    var offered = spec.getEntitiesList().stream().map(Entity::getServiceName).toList();
    var reason = isOfProtocol01() ? "; it speaks protocol 0.1" : "";
    return new NotApplicable(
        "the function does not offer " + service + " (it offers: " + offered + ")" + reason);
  }

  /** Functions of protocol 0.1 declare no version. */
  public boolean isOfProtocol01() {
    var info = spec.getServiceInfo();
    return info.getProtocolMajorVersion() == 0 && info.getProtocolMinorVersion() <= 1;
  }
}
