package io.cloudstate.proxy.eventing.out;

import io.cloudstate.proxy.eventing.Broker;
import io.cloudstate.proxy.eventing.CloudEvent;
import io.cloudstate.proxy.eventing.EventHandler;
import io.cloudstate.proxy.eventing.Subscription;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Keeps what is to be published until the test says what becomes of it. */
final class ScriptedBroker implements Broker {

  record Publishing(String topic, CloudEvent event, CompletableFuture<Void> end) {

    void confirm() {
      end.complete(null);
    }

    void fail(RuntimeException cause) {
      end.completeExceptionally(cause);
    }
  }

  final List<Publishing> all = new ArrayList<>();

  @Override
  public Subscription subscribe(String topic, String group, EventHandler handler) {
    throw new UnsupportedOperationException("nothing is consumed here");
  }

  @Override
  public CompletionStage<Void> publish(String topic, CloudEvent event) {
    var publishing = new Publishing(topic, event, new CompletableFuture<>());
    all.add(publishing);
    return publishing.end();
  }

  @Override
  public void close() {
    // nothing is open
  }
}
