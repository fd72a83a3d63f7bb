package io.cloudstate.operator.webhook;

import java.time.Duration;

/** Is told of each request to the webhook, from any of its threads. */
public interface WebhookListener {

  enum Outcome {
    INJECTED,
    UNCHANGED,
    /** The pod has to be changed. */
    REFUSED,
    /** The answer could not be known. */
    FAILED,
    /** What came was no review. */
    BAD_REQUEST
  }

  void answered(Outcome outcome, Duration duration);

  /** One that nobody listens to. */
  static WebhookListener none() {
    return (outcome, duration) -> {};
  }
}
