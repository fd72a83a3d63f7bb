package io.cloudstate.proxy.entity.crdt;

import akka.actor.typed.ActorSystem;
import akka.actor.typed.Behavior;
import io.cloudstate.proxy.call.Answer;
import io.cloudstate.proxy.call.Call;
import io.cloudstate.proxy.call.Failure;
import io.cloudstate.proxy.call.Payload;
import io.cloudstate.proxy.call.StreamedCall;
import io.cloudstate.proxy.discovery.EntityType;
import io.cloudstate.proxy.discovery.ServiceCatalog;
import io.cloudstate.proxy.discovery.ServiceDefinition;
import io.cloudstate.proxy.entity.EntityKind;
import io.cloudstate.proxy.entity.Sight;
import io.cloudstate.proxy.entity.crdt.data.View;
import io.cloudstate.proxy.storage.replicator.Node;
import io.cloudstate.proxy.storage.replicator.Replica.Subscription;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * CRDT entities as the router sees them: takes each command to the instance on this node, which is
 * loaded from the replicated store on demand. Thread-safe.
 *
 * <p>Implements spec/crdt.md 2, 3 and 12.
 */
public final class CrdtKind implements EntityKind {

  private static final Logger log = LoggerFactory.getLogger(CrdtKind.class);

  /** Every key is kept in memory on every node. */
  private static final int MAX_KEY_LENGTH = 1024;

  private static final long STOP_SECONDS = 10;

  private final ActorSystem<?> system;
  private final CrdtEnvironment environment;
  private final Map<String, ServiceDefinition> services = new ConcurrentHashMap<>();
  private final Map<String, LocalEntities> entities = new ConcurrentHashMap<>();
  private final Subscription membership;
  private volatile View view;

  public CrdtKind(ActorSystem<?> system, CrdtEnvironment environment) {
    this.system = system;
    this.environment = environment;
    var replica = environment.replica();
    this.view = new View(replica.self(), Set.of(replica.self()));
    this.membership = replica.subscribeToMembers(this::onMembers);
  }

  /**
   * Takes commands for the catalog's CRDT services from now on. Instances that are loaded keep what
   * they were loaded with until they are loaded again.
   */
  public void serve(ServiceCatalog catalog) {
    for (var service : catalog.services()) {
      if (service.type() == EntityType.CRDT) {
        services.put(service.name(), service);
        entities.computeIfAbsent(service.name(), this::entities);
      }
    }
  }

  /**
   * Unloads all entities, each when its outstanding commands are answered. Ends after ten seconds
   * at the latest.
   */
  public CompletionStage<Void> stop() {
    membership.close();
    var stopped =
        entities.values().stream()
            .map(LocalEntities::stop)
            .map(CompletionStage::toCompletableFuture)
            .toArray(CompletableFuture<?>[]::new);
    return CompletableFuture.allOf(stopped)
        .orTimeout(STOP_SECONDS, TimeUnit.SECONDS)
        .exceptionally(this::notStoppedInTime);
  }

  @Override
  public int maxKeyLength(ServiceDefinition service) {
    return MAX_KEY_LENGTH;
  }

  @Override
  public void invoke(
      ServiceDefinition service, String entityId, Call call, Consumer<Answer> answer) {
    var served = entities.get(service.name());
    if (served == null) {
      answer.accept(Answer.failed(notServedYet(service)));
    } else {
      served.invoke(entityId, Exchange.unary(call, answer));
    }
  }

  @Override
  public StreamedCall stream(
      ServiceDefinition service,
      String entityId,
      Call call,
      StreamedCall.Listener<Answer> listener) {
    var served = entities.get(service.name());
    if (served == null) {
      listener.onFailed(notServedYet(service));
      return StreamedCall.ENDED;
    }
    var exchange = Exchange.streamed(call, listener);
    served.invoke(entityId, exchange);
    return new Streamed(served, entityId, exchange);
  }

  @Override
  public CompletionStage<Optional<Sight>> look(ServiceDefinition service, String entityId) {
    var served = entities.get(service.name());
    return served == null
        ? CompletableFuture.completedFuture(Optional.empty())
        : served.look(entityId);
  }

  private LocalEntities entities(String serviceName) {
    var maxWaiting = environment.shared().entities().maxQueuedCommands();
    return new LocalEntities(system, (id, local) -> entity(serviceName, id, local), maxWaiting);
  }

  private Behavior<CrdtEntity.Message> entity(
      String serviceName, String entityId, LocalEntities local) {
    var service = services.get(serviceName);
    if (service == null) {
      throw new AssertionError("not served: " + serviceName);
    }
    return CrdtEntity.create(environment, service, entityId, view, local);
  }

  private void onMembers(Set<Node> members) {
    var today = new View(environment.replica().self(), members);
    view = today;
    entities.values().forEach(local -> local.lookFrom(today));
  }

  private Void notStoppedInTime(Throwable cause) {
    var left = entities.values().stream().mapToInt(LocalEntities::loaded).sum();
    log.atWarn().addKeyValue("entities", left).log("not all CRDT entities stopped in time");
    return null;
  }

  private static Failure notServedYet(ServiceDefinition service) {
    return new Failure.NotServed("Service [%s] is not served yet".formatted(service.name()));
  }

  /** Elements come as the CRDT changes, and not as they are asked for. */
  private record Streamed(LocalEntities entities, String entityId, Exchange exchange)
      implements StreamedCall {

    @Override
    public void request(int replies) {}

    @Override
    public void send(Payload request) {}

    @Override
    public void halfClose() {}

    @Override
    public void cancel() {
      entities.clientGone(entityId, exchange);
    }
  }
}
