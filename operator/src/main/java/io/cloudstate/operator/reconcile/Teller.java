package io.cloudstate.operator.reconcile;

import io.cloudstate.operator.desired.Fingerprint;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.MicroTime;
import io.fabric8.kubernetes.api.model.ObjectReferenceBuilder;
import io.fabric8.kubernetes.api.model.events.v1.Event;
import io.fabric8.kubernetes.api.model.events.v1.EventBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.Clock;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells users by Events what is wrong with a resource. The same is told once: an Event's name is
 * made of what it says and since when, so that neither the next pass nor the next leader says it
 * again.
 */
final class Teller {

  /** What is to be told, and what makes it another matter than the last time. */
  record News(String reason, String message, String since) {}

  private static final Logger log = LoggerFactory.getLogger(Teller.class);
  private static final int LONGEST_NOTE = 1024;
  private static final String CONTROLLER = "cloudstate.io/operator";
  private static final DateTimeFormatter MICROS =
      DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSSSSS'Z'").withZone(ZoneOffset.UTC);

  private final Consumer<Event> create;
  private final String instance;
  private final Clock clock;
  private final Map<Ref, Set<String>> told = new ConcurrentHashMap<>();

  Teller(Consumer<Event> create, String instance, Clock clock) {
    this.create = create;
    this.instance = instance.length() > 128 ? instance.substring(0, 128) : instance;
    this.clock = clock;
  }

  /** All that is wrong now, about a resource that nobody else tells of at the same time. */
  void tell(HasMetadata about, List<News> all) {
    var ref = Ref.of(about);
    var before = told.getOrDefault(ref, Set.of());
    var names = new HashSet<String>();
    for (var news : all) {
      var event = event(about, news);
      var name = event.getMetadata().getName();
      if (before.contains(name) || isCreated(event)) {
        names.add(name);
      }
    }
    if (names.isEmpty()) {
      told.remove(ref);
    } else {
      told.put(ref, names);
    }
  }

  void forget(Ref ref) {
    told.remove(ref);
  }

  private boolean isCreated(Event event) {
    try {
      create.accept(event);
      return true;
    } catch (KubernetesClientException e) {
      if (e.getCode() != 409) {
        log.atWarn()
            .addKeyValue("event", event.getReason())
            .addKeyValue("namespace", event.getMetadata().getNamespace())
            .setCause(e)
            .log("event not created");
      }
      return e.getCode() == 409;
    }
  }

  private Event event(HasMetadata about, News news) {
    var metadata = about.getMetadata();
    var id =
        Fingerprint.of(List.of(metadata.getUid(), news.reason(), news.message(), news.since()));
    return new EventBuilder()
        .withNewMetadata()
        .withName(metadata.getName() + "." + id)
        .withNamespace(metadata.getNamespace())
        .endMetadata()
        .withEventTime(new MicroTime(MICROS.format(clock.instant())))
        .withType("Warning")
        .withReason(news.reason())
        .withNote(
            news.message().length() > LONGEST_NOTE
                ? news.message().substring(0, LONGEST_NOTE)
                : news.message())
        .withAction("Reconcile")
        .withReportingController(CONTROLLER)
        .withReportingInstance(instance)
        .withRegarding(
            new ObjectReferenceBuilder()
                .withApiVersion(about.getApiVersion())
                .withKind(about.getKind())
                .withNamespace(metadata.getNamespace())
                .withName(metadata.getName())
                .withUid(metadata.getUid())
                .withResourceVersion(metadata.getResourceVersion())
                .build())
        .build();
  }
}
