package io.cloudstate.proxy.cluster;

import akka.actor.ExtendedActorSystem;
import akka.actor.typed.ActorSystem;
import akka.discovery.Discovery;
import akka.discovery.Lookup;
import akka.discovery.ServiceDiscovery;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import scala.concurrent.Future;
import scala.concurrent.duration.FiniteDuration;
import scala.jdk.javaapi.FutureConverters;

/**
 * Where the nodes of a cluster that is not there yet find each other: one of Akka's ways, which is
 * asked again and again, and what came of it the last time, for those who ask why this node waits.
 * Akka makes it by its name in {@link AkkaSettings}.
 */
public final class ContactPoints extends ServiceDiscovery {

  static final String NAME = "cloudstate";

  /** Where the settings say which of Akka's ways it is. */
  static final String METHOD = "akka.discovery." + NAME + ".method";

  private sealed interface Outcome {
    record Found(int count) implements Outcome {}

    record Failed(String reason) implements Outcome {}
  }

  private final ExtendedActorSystem system;
  private final String method;
  private volatile @Nullable Outcome last;

  public ContactPoints(ExtendedActorSystem system) {
    this.system = system;
    this.method = system.settings().config().getString(METHOD);
  }

  /** The one of this node, whose formation is by contact points. */
  static ContactPoints of(ActorSystem<?> system) {
    return (ContactPoints) Discovery.get(system).loadServiceDiscovery(NAME);
  }

  @Override
  public Future<Resolved> lookup(Lookup query, FiniteDuration timeout) {
    var answer = Discovery.get(system).loadServiceDiscovery(method).lookup(query, timeout);
    FutureConverters.asJava(answer).whenComplete(this::note);
    return answer;
  }

  private void note(@Nullable Resolved resolved, @Nullable Throwable failure) {
    last =
        resolved == null
            ? new Outcome.Failed(reason(failure))
            : new Outcome.Found(resolved.getAddresses().size());
  }

  private static String reason(@Nullable Throwable failure) {
    if (failure == null) {
      return "no answer";
    }
    var message = failure.getMessage();
    return message == null ? failure.toString() : message;
  }

  /**
   * What is wrong or missing, as of the last answer; empty before the first one.
   *
   * @param required how many of them it takes to begin a cluster
   */
  Optional<String> trouble(int required) {
    var known = last;
    if (known == null) {
      return Optional.empty();
    }
    if (known instanceof Outcome.Failed failed) {
      return Optional.of(
          "%s cannot be asked for contact points: %s".formatted(method, failed.reason()));
    }
    if (known instanceof Outcome.Found found) {
      return Optional.of(
          "contact points found by %s: %d (expected: %d or more, all of which answer)"
              .formatted(method, found.count(), required));
    }
    throw new AssertionError("unhandled: " + known);
  }
}
