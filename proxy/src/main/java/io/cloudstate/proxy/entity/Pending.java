package io.cloudstate.proxy.entity;

import io.cloudstate.proxy.call.Answer;
import io.cloudstate.proxy.call.Call;
import java.util.function.Consumer;

/** A command that waits for its answer, and where the answer goes. */
public final class Pending {

  /** How far it has got, for the metrics. */
  enum Stage {
    /** Its instance has not been loaded yet. */
    NEW,
    /** Its instance waits behind others with it. */
    STASHED,
    /** It is next, or with the function. */
    TAKEN
  }

  private final Call call;
  private final Consumer<Answer> answer;
  private final String entityId;
  private final Home home;

  // of the actor that holds it, and of nobody else; here because nothing is to be made per command
  Stage stage = Stage.NEW;
  long receivedNanos;

  public Pending(Call call, Consumer<Answer> answer) {
    this(call, answer, "", new Home());
  }

  Pending(Call call, Consumer<Answer> answer, String entityId, Home home) {
    this.call = call;
    this.answer = answer;
    this.entityId = entityId;
    this.home = home;
  }

  public Call call() {
    return call;
  }

  public Consumer<Answer> answer() {
    return answer;
  }

  /** Which entity it is for; empty on the entity's node, if that is not the caller's. */
  String entityId() {
    return entityId;
  }

  /** Of its entity's shard. */
  Home home() {
    return home;
  }
}
