package io.cloudstate.proxy.eventing;

import io.cloudstate.proxy.call.Failure;
import io.cloudstate.proxy.call.Metadata;
import io.cloudstate.proxy.call.Outcome;
import io.cloudstate.proxy.call.Payload;
import io.cloudstate.proxy.call.Span;
import io.cloudstate.proxy.call.TraceContext;
import io.cloudstate.proxy.config.EventingSettings;
import io.cloudstate.proxy.config.EventingSettings.FailurePolicy;
import io.cloudstate.proxy.discovery.eventing.EventConsumer;
import io.cloudstate.proxy.discovery.eventing.EventConsumer.Subscriber;
import io.cloudstate.proxy.router.Router;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes the events of one consumer to its methods, from whichever source they come: chooses the
 * method, waits for everything that comes of it, publishes what is to be published, tries again
 * when it fails, and in the end does what the consumer's policy says. A failure reply is a failure
 * (spec/eventing.md, gaps 8 to 10).
 *
 * <p>Attempts that fail because something is away are not the event's fault: they are repeated for
 * as long as that lasts, and count for nothing.
 */
final class ConsumerHandler implements EventHandler {

  /**
   * What every consumer needs.
   *
   * @param router takes the calls; it publishes nothing by itself
   * @param nanoTime the clock of the calls' deadlines
   * @param traces null if no event is followed
   */
  record Environment(
      Router router,
      Optional<Broker> broker,
      EventingSettings settings,
      Clock clock,
      LongSupplier nanoTime,
      @Nullable ConsumerTraces traces) {}

  private static final Logger log = LoggerFactory.getLogger(ConsumerHandler.class);

  private final EventConsumer consumer;
  private final Environment environment;
  private final FailurePolicy policy;
  private final ConsumerCounters counters;
  private final Set<Delivery> backingOff = ConcurrentHashMap.newKeySet();
  private final Set<String> toSkip = ConcurrentHashMap.newKeySet();
  private volatile Optional<String> lastError = Optional.empty();
  private volatile boolean isStopping;

  /**
   * A handler for the events of one source.
   *
   * @param counters of the consumer, of which there may be several handlers
   */
  ConsumerHandler(EventConsumer consumer, Environment environment, ConsumerCounters counters) {
    this.consumer = consumer;
    this.environment = environment;
    this.counters = counters;
    this.policy = environment.settings().onFailureOf(consumer.group());
  }

  EventConsumer consumer() {
    return consumer;
  }

  /** What the last attempt failed with that failed. */
  Optional<String> lastError() {
    return lastError;
  }

  /** Makes no further attempts: what is under way may end, what waits for one fails at once. */
  void stop() {
    isStopping = true;
    backingOff.forEach(Delivery::run);
  }

  /** Takes the event, when it comes the next time, for done. */
  void skipOnce(String eventId) {
    toSkip.add(eventId);
  }

  @Override
  public CompletionStage<Void> handle(CloudEvent event) {
    if (!toSkip.isEmpty() && toSkip.remove(event.id())) {
      return CompletableFuture.completedFuture(skipped(event, "as it was told to"));
    }
    var payload = EventPayloads.payload(event);
    var method = consumer.method(payload.typeUrl());
    var delivery = new Delivery(event, payload, method.orElse(null));
    delivery.run();
    return delivery.end;
  }

  /** Counts and logs an event that nobody has processed, in a line of its own. */
  private @Nullable Void skipped(CloudEvent event, String why) {
    counters.skipped.increment();
    log.atWarn()
        .addKeyValue("consumer", consumer.id())
        .addKeyValue("event", event.id())
        .log("event skipped, {}", why);
    return null;
  }

  /** One event, from the first attempt to the last. */
  private final class Delivery implements Runnable {

    private final CloudEvent event;
    private final Payload payload;
    private final Metadata metadata;
    private final @Nullable Subscriber method;
    private final CompletableFuture<Void> end = new CompletableFuture<>();
    private int failures; // that count
    private int backoffs;

    Delivery(CloudEvent event, Payload payload, @Nullable Subscriber method) {
      this.event = event;
      this.payload = payload;
      this.metadata = EventPayloads.metadata(event);
      this.method = method;
    }

    /** An attempt, at first and after each time of backing off; at most one at a time. */
    @Override
    public void run() {
      var isAgain = backingOff.remove(this);
      if (isStopping) {
        end.completeExceptionally(new ConsumerStopped(consumer.id() + " is shutting down"));
      } else if (method == null) {
        failed(new Failure.NotServed("no method takes [%s]".formatted(payload.typeUrl())), false);
      } else if (isAgain || backoffs == 0) {
        if (isAgain) {
          counters.retried.increment();
        }
        attempt(method);
      }
    }

    private void attempt(Subscriber subscriber) {
      var settings = environment.settings();
      var span = begin(subscriber);
      var trace = span == null ? null : span.context();
      new Attempt(
              subscriber, payload, metadata, trace, replied -> publish(subscriber, replied, trace))
          .run(environment.router(), settings.callTimeout(), environment.nanoTime().getAsLong())
          .whenComplete(
              (failure, bug) -> {
                var problem =
                    bug == null ? failure.orElse(null) : new Failure.BadReply(String.valueOf(bug));
                end(span, problem);
                if (problem == null) {
                  counters.consumed.increment();
                  end.complete(null);
                } else {
                  failed(problem, true);
                }
              });
    }

    private @Nullable Span begin(Subscriber subscriber) {
      var traces = environment.traces();
      return traces == null
          ? null
          : traces.begin(consumer, subscriber.descriptor().getFullName(), event.trace());
    }

    private static void end(@Nullable Span span, @Nullable Failure problem) {
      if (span == null) {
        return;
      }
      if (problem == null) {
        span.answered();
      } else {
        span.failed(problem);
      }
    }

    private CompletionStage<Optional<Failure>> publish(
        Subscriber subscriber, Outcome.Replied replied, @Nullable TraceContext trace) {
      var broker = environment.broker();
      if (subscriber.outTopic().isEmpty()
          || broker.isEmpty()
          || replied.payload().equals(Payload.NONE)) {
        return CompletableFuture.completedFuture(Optional.empty());
      }
      try {
        var reply =
            EventPayloads.event(
                replied.payload(),
                trace == null ? replied.metadata() : trace.inEvent(replied.metadata()),
                consumer.service(),
                UUID.randomUUID().toString(),
                environment.clock().instant());
        return broker
            .get()
            .publish(subscriber.outTopic().get(), reply)
            .handle((published, cause) -> published(cause));
      } catch (MalformedEvent e) {
        return CompletableFuture.completedFuture(
            Optional.of(new Failure.BadReply(String.valueOf(e.getMessage()))));
      }
    }

    private Optional<Failure> published(@Nullable Throwable cause) {
      if (cause == null) {
        counters.published.increment();
        return Optional.empty();
      }
      return Optional.of(new Failure.StorageFailed("reply not published: " + cause.getMessage()));
    }

    private void failed(Failure failure, boolean mayHelp) {
      counters.failed.increment();
      lastError = Optional.of("event %s: %s".formatted(event.id(), failure.message()));
      var counts = !isAway(failure);
      failures += counts ? 1 : 0;
      if (isStopping) {
        end.completeExceptionally(new ConsumerStopped(consumer.id() + " is shutting down"));
      } else if (counts && (!mayHelp || failures > environment.settings().retries().max())) {
        giveUp(failure.message());
      } else {
        log.atDebug()
            .addKeyValue("consumer", consumer.id())
            .addKeyValue("event", event.id())
            .log("attempt {} failed: {}", backoffs + 1, failure.message());
        backOff(this);
      }
    }

    private void backOff(Runnable then) {
      var delay = delay(backoffs++);
      backingOff.add(this);
      if (isStopping) {
        run();
      } else {
        CompletableFuture.delayedExecutor(delay.toMillis(), TimeUnit.MILLISECONDS)
            .execute(
                () -> {
                  if (backingOff.contains(this)) {
                    then.run();
                  }
                });
      }
    }

    private Duration delay(int times) {
      var retries = environment.settings().retries();
      var delay = retries.minBackoff().multipliedBy(1L << Math.min(times, 20));
      return delay.compareTo(retries.maxBackoff()) < 0 ? delay : retries.maxBackoff();
    }

    private void giveUp(String why) {
      if (policy instanceof FailurePolicy.Skip) {
        end.complete(skipped(event, "after %d attempts: %s".formatted(failures, why)));
      } else if (policy instanceof FailurePolicy.DeadLetter letter
          && environment.broker().isPresent()) {
        deadLetter(environment.broker().get(), letter.topic(), why);
      } else {
        log.atError()
            .addKeyValue("consumer", consumer.id())
            .addKeyValue("event", event.id())
            .log(
                "the consumer stops at an event, after {} attempts, until it is told to resume or"
                    + " skip: {}",
                failures,
                why);
        end.completeExceptionally(
            new ConsumerStopped("stopped at event %s: %s".formatted(event.id(), why)));
      }
    }

    private void deadLetter(Broker broker, String topic, String why) {
      broker
          .publish(topic, letter(why))
          .whenComplete(
              (published, cause) -> {
                if (cause == null) {
                  counters.deadLettered.increment();
                  log.atWarn()
                      .addKeyValue("consumer", consumer.id())
                      .addKeyValue("event", event.id())
                      .log("event sent to {}, after {} attempts: {}", topic, failures, why);
                  end.complete(null);
                } else if (isStopping) {
                  end.completeExceptionally(new ConsumerStopped("shutting down"));
                } else {
                  lastError = Optional.of(topic + " takes no events: " + cause.getMessage());
                  backOff(() -> againDeadLetter(broker, topic, why));
                }
              });
    }

    private void againDeadLetter(Broker broker, String topic, String why) {
      if (backingOff.remove(this)) {
        deadLetter(broker, topic, why);
      }
    }

    /** The event as it is, and beside it who has failed with it. */
    private CloudEvent letter(String why) {
      return event.with("failedconsumer", consumer.id()).with("failure", why);
    }
  }

  /** Whether it would have failed with any event. */
  private static boolean isAway(Failure failure) {
    return failure instanceof Failure.UserFunctionUnavailable
        || failure instanceof Failure.StorageFailed
        || failure instanceof Failure.NodeLost
        || failure instanceof Failure.EntityMoves
        || failure instanceof Failure.Overloaded;
  }
}
