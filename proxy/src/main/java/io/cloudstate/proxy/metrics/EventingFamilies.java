package io.cloudstate.proxy.metrics;

import io.cloudstate.proxy.eventing.ConsumerCounters;
import io.cloudstate.proxy.eventing.ConsumerHere;
import io.cloudstate.proxy.eventing.PublishMetrics;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.Histogram;
import java.util.List;
import java.util.function.Supplier;
import java.util.function.ToLongFunction;

/** Events that are consumed and published: spec/telemetry.md, known gap 4. */
final class EventingFamilies implements PublishMetrics {

  private static final String PREFIX = "cloudstate_eventing_";
  private static final String TOPIC = "topic";
  private static final String[] CONSUMER = {"service", "group", "source"};

  private final Histogram publishTime;
  private final Counter failedPublications;
  private final Counter relayed;
  private final Counter notRelayed;

  EventingFamilies(Families families) {
    this.publishTime =
        families.times(
            PREFIX + "publish_duration_seconds",
            "How long it took until the broker had an event",
            TOPIC);
    this.failedPublications =
        families.counter(
            PREFIX + "failed_publications_total",
            "Events that the broker did not take, or nobody knows; each attempt counts",
            TOPIC);
    this.relayed =
        families.counter(
            "cloudstate_outbox_relayed_replies_total",
            "Replies that were published and taken out of the outbox, by this node");
    this.notRelayed =
        families.counter(
            "cloudstate_outbox_failed_replies_total",
            "How often one could not be published, and stayed there");
  }

  @Override
  public void published(String topic, long nanos) {
    publishTime.labelValues(topic).observe(Families.seconds(nanos));
  }

  @Override
  public void notPublished(String topic) {
    failedPublications.labelValues(topic).inc();
  }

  @Override
  public void relayed(int replies) {
    relayed.inc(replies);
  }

  @Override
  public void notRelayed(int replies) {
    notRelayed.inc(replies);
  }

  /** What is asked for, and not counted here. */
  static void add(Families families, Node node) {
    var consumers = node.consumers();
    counter(
        families,
        consumers,
        "consumed_events_total",
        "Events that were processed",
        ConsumerCounters::consumed);
    counter(
        families,
        consumers,
        "failed_attempts_total",
        "Attempts to process an event that failed",
        ConsumerCounters::failed);
    counter(
        families,
        consumers,
        "retried_attempts_total",
        "Attempts after an event's first",
        ConsumerCounters::retried);
    counter(
        families,
        consumers,
        "skipped_events_total",
        "Events left out: nobody could process them",
        ConsumerCounters::skipped);
    counter(
        families,
        consumers,
        "dead_lettered_events_total",
        "Events that went to a dead-letter topic instead",
        ConsumerCounters::deadLettered);
    gauge(
        families,
        consumers,
        "lag_events",
        "Events that are stored and not done with, at most, of what this node consumes; as of some"
            + " seconds ago",
        ConsumerHere::lag);
    gauge(
        families,
        consumers,
        "seconds_behind",
        "How long the oldest event has been stored that this node works on; of event logs, as of"
            + " some seconds ago",
        ConsumerHere::secondsBehind);
    gauge(
        families,
        consumers,
        "stopped_parts",
        "Slices of an event log, or topics, that have stopped at an event on this node",
        ConsumerHere::stopped);
    families.gauge(
        "cloudstate_outbox_replies",
        "Replies that are stored and not published yet, up to 100,000; as of some seconds ago, and"
            + " the same on all nodes that share a store",
        callback -> callback.call((double) node.outbox().getAsLong()));
  }

  private static void counter(
      Families families,
      Supplier<List<ConsumerHere>> consumers,
      String name,
      String meaning,
      ToLongFunction<ConsumerCounters> count) {
    families.counter(
        PREFIX + name,
        meaning,
        callback ->
            consumers
                .get()
                .forEach(
                    here ->
                        callback.call((double) count.applyAsLong(here.counters()), labels(here))),
        CONSUMER);
  }

  /** What nobody knows is not told. */
  private static void gauge(
      Families families,
      Supplier<List<ConsumerHere>> consumers,
      String name,
      String meaning,
      ToLongFunction<ConsumerHere> value) {
    families.gauge(
        PREFIX + name,
        meaning,
        callback -> {
          for (var here : consumers.get()) {
            var known = value.applyAsLong(here);
            if (known >= 0) {
              callback.call((double) known, labels(here));
            }
          }
        },
        CONSUMER);
  }

  private static String[] labels(ConsumerHere here) {
    var consumer = here.consumer();
    var source = consumer.source();
    return new String[] {consumer.service(), consumer.group(), source.kind() + " " + source.name()};
  }
}
