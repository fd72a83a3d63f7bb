package io.cloudstate.proxy.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import akka.actor.ExtendedActorSystem;
import akka.actor.testkit.typed.javadsl.ActorTestKit;
import akka.discovery.Lookup;
import akka.discovery.ServiceDiscovery;
import com.typesafe.config.ConfigFactory;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import scala.Option;
import scala.concurrent.Future;
import scala.concurrent.duration.FiniteDuration;
import scala.jdk.javaapi.CollectionConverters;
import scala.jdk.javaapi.FutureConverters;

class ContactPointsTest {

  private static final Duration TIMEOUT = Duration.ofSeconds(3);

  private final ActorTestKit system =
      ActorTestKit.create(
          ConfigFactory.parseString(
                  """
                  akka.discovery {
                    cloudstate { class = %s, method = tried }
                    tried.class = "%s"
                  }
                  """
                      .formatted(ContactPoints.class.getName(), Tried.class.getName()))
              .withFallback(ConfigFactory.load()));
  private final ContactPoints points = ContactPoints.of(system.system());

  @AfterEach
  void stop() {
    system.shutdownTestKit();
  }

  @Test
  void nothingIsKnownBeforeTheFirstAnswer() {
    assertThat(points.trouble(2)).isEmpty();
  }

  @Test
  void tellsHowManyThereAreAndHowManyItTakes() throws Exception {
    // When
    var found = points.lookup("three", TIMEOUT).toCompletableFuture().get(3, TimeUnit.SECONDS);
    // Then
    assertThat(found.getAddresses()).hasSize(3);
    await()
        .untilAsserted(
            () ->
                assertThat(points.trouble(4))
                    .hasValue(
                        "contact points found by tried: 3 (expected: 4 or more, all of which answer)"));
  }

  @Test
  void tellsWhyNobodyWasFoundUntilSomebodyIs() {
    // When
    var failed = points.lookup("forbidden", TIMEOUT);
    // Then
    assertThat(failed).failsWithin(TIMEOUT).withThrowableThat().withMessageContaining("no rights");
    await()
        .untilAsserted(
            () ->
                assertThat(points.trouble(2))
                    .hasValue("tried cannot be asked for contact points: no rights"));
    // When
    points.lookup("three", TIMEOUT);
    // Then
    await()
        .untilAsserted(
            () ->
                assertThat(points.trouble(2).orElseThrow())
                    .startsWith("contact points found by tried: 3"));
  }

  /** A way to find others that Akka makes by its name. */
  public static final class Tried extends ServiceDiscovery {

    public Tried(ExtendedActorSystem system) {}

    @Override
    public Future<Resolved> lookup(Lookup query, FiniteDuration timeout) {
      if (query.serviceName().equals("forbidden")) {
        return of(CompletableFuture.failedFuture(new IllegalStateException("no rights")));
      }
      var target = new ResolvedTarget("somewhere", Option.empty(), Option.empty());
      var targets = CollectionConverters.asScala(List.of(target, target, target)).toList();
      return of(CompletableFuture.completedFuture(new Resolved(query.serviceName(), targets)));
    }

    private static Future<Resolved> of(CompletableFuture<Resolved> answer) {
      return FutureConverters.asScala(answer);
    }
  }
}
