package io.cloudstate.proxy.eventing.broker;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class KeyOrderTest {

  private final KeyOrder<String> order = new KeyOrder<>(10, 3);

  @Test
  void eventsOfOneKeyWaitForEachOther() {
    add(10, "a", "a1");
    add(11, "a", "a2");
    add(12, "b", "b1");
    var started = started();
    assertThat(events(started)).containsExactly("a1", "b1");
    order.done(started.get(0));
    assertThat(events(started())).containsExactly("a2");
  }

  @Test
  void onlySoManyAreStarted() {
    for (var n = 0; n < 5; n++) {
      add(10 + n, "k" + n, "e" + n);
    }
    var started = started();
    assertThat(events(started)).containsExactly("e0", "e1", "e2");
    assertThat(order.running()).isEqualTo(3);
    order.done(started.get(1));
    assertThat(events(started())).containsExactly("e3");
  }

  @Test
  void nextIsTheFirstThatIsNotDoneWith() {
    add(10, "a", "a1");
    add(12, "b", "b1"); // 11 is not there
    add(15, "c", "c1");
    var started = started();
    order.done(started.get(1));
    assertThat(order.next()).isEqualTo(10);
    assertThat(order.size()).isEqualTo(3);
    order.done(started.get(0));
    assertThat(order.next()).isEqualTo(13);
    order.done(started.get(2));
    assertThat(order.next()).isEqualTo(16);
    assertThat(order.size()).isZero();
  }

  @Test
  void whatFailedIsNotPassed() {
    add(10, "a", "a1");
    add(11, "b", "b1");
    var started = started();
    order.failed();
    order.done(started.get(1));
    assertThat(order.next()).isEqualTo(10);
    assertThat(order.running()).isZero();
  }

  private void add(long offset, String key, String event) {
    order.add(offset, key, event);
  }

  private List<KeyOrder.Item<String>> started() {
    var started = new ArrayList<KeyOrder.Item<String>>();
    for (var item = order.start(); item != null; item = order.start()) {
      started.add(item);
    }
    return started;
  }

  private static List<String> events(List<KeyOrder.Item<String>> items) {
    return items.stream().map(KeyOrder.Item::event).toList();
  }
}
