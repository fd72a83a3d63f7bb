package io.cloudstate.operator.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import io.cloudstate.operator.reconcile.Teller.News;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.events.v1.Event;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class TellerTest {

  private static final Clock NOON =
      Clock.fixed(Instant.parse("2026-01-01T12:00:00Z"), ZoneOffset.UTC);
  private static final ConfigMap ABOUT =
      new ConfigMapBuilder()
          .withNewMetadata()
          .withName("a")
          .withNamespace("n")
          .withUid("u")
          .endMetadata()
          .build();

  private final List<Event> created = new ArrayList<>();
  private int failures;
  private int code;
  private final Teller teller =
      new Teller(
          event -> {
            if (failures-- > 0) {
              throw new KubernetesClientException("planted", code, null);
            }
            created.add(event);
          },
          "x".repeat(200),
          NOON);

  @Test
  void theSameIsToldOnceWhileItIsTheCaseAndAgainWhenItComesBack() {
    // When
    teller.tell(ABOUT, List.of(news("first", "t1"), news("second", "t1")));
    teller.tell(ABOUT, List.of(news("first", "t1"), news("second", "t1")));
    teller.tell(ABOUT, List.of());
    teller.tell(ABOUT, List.of(news("first", "t2")));
    // Then
    assertThat(created).extracting(Event::getNote).containsExactly("first", "second", "first");
    assertThat(created).extracting(event -> event.getMetadata().getName()).doesNotHaveDuplicates();
  }

  @Test
  void whatAnotherProcessToldIsTold() {
    // Given
    failures = 1;
    code = 409;
    // When
    teller.tell(ABOUT, List.of(news("first", "t1")));
    teller.tell(ABOUT, List.of(news("first", "t1")));
    // Then
    assertThat(created).isEmpty();
  }

  @Test
  void whatCouldNotBeToldIsToldTheNextTime() {
    // Given
    failures = 1;
    code = 403;
    // When
    teller.tell(ABOUT, List.of(news("first", "t1"), news("second", "t1")));
    teller.tell(ABOUT, List.of(news("first", "t1"), news("second", "t1")));
    // Then
    assertThat(created).extracting(Event::getNote).containsExactly("second", "first");
  }

  @Test
  void anEventKeepsTheLimitsOfItsFields() {
    // When
    teller.tell(ABOUT, List.of(news("m".repeat(5000), "t1")));
    // Then
    var event = created.get(0);
    assertThat(event.getNote()).hasSize(1024);
    assertThat(event.getReportingInstance()).hasSize(128);
    assertThat(event.getEventTime().getTime()).isEqualTo("2026-01-01T12:00:00.000000Z");
    assertThat(event.getRegarding().getUid()).isEqualTo("u");
    assertThat(event.getMetadata().getNamespace()).isEqualTo("n");
  }

  private static News news(String message, String since) {
    return new News("Reason", message, since);
  }
}
