package io.cloudstate.tck.suite.model;

import io.cloudstate.protocol.Action.ActionCommand;
import io.cloudstate.protocol.Action.ActionResponse;
import io.cloudstate.protocol.CrdtOuterClass.CrdtStreamIn;
import io.cloudstate.protocol.CrdtOuterClass.CrdtStreamOut;
import io.cloudstate.protocol.EntityOuterClass.Entity;
import io.cloudstate.protocol.EntityOuterClass.EntitySpec;
import io.cloudstate.protocol.EventSourcedOuterClass.EventSourcedReply;
import io.cloudstate.protocol.EventSourcedOuterClass.EventSourcedStreamIn;
import io.cloudstate.protocol.EventSourcedOuterClass.EventSourcedStreamOut;
import io.cloudstate.protocol.ValueEntityOuterClass.ValueEntityReply;
import io.cloudstate.protocol.ValueEntityOuterClass.ValueEntityStreamIn;
import io.cloudstate.protocol.ValueEntityOuterClass.ValueEntityStreamOut;
import io.cloudstate.tck.reference.Model;
import io.cloudstate.tck.reference.ReferenceModel;
import io.cloudstate.tck.reference.Session;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/** The reference model with one thing wrong. */
public final class Mutant implements Model {

  private final Model reference = new ReferenceModel();
  private UnaryOperator<EntitySpec> spec = UnaryOperator.identity();
  private UnaryOperator<Session<EventSourcedStreamIn, EventSourcedStreamOut>> eventSourced =
      UnaryOperator.identity();
  private UnaryOperator<Session<ValueEntityStreamIn, ValueEntityStreamOut>> value =
      UnaryOperator.identity();
  private UnaryOperator<Session<CrdtStreamIn, CrdtStreamOut>> crdt = UnaryOperator.identity();
  private UnaryOperator<Session<ActionCommand, ActionResponse>> action = UnaryOperator.identity();

  private Mutant() {}

  @Override
  public EntitySpec spec() {
    return spec.apply(reference.spec());
  }

  @Override
  public Session<EventSourcedStreamIn, EventSourcedStreamOut> eventSourced() {
    return eventSourced.apply(reference.eventSourced());
  }

  @Override
  public Session<ValueEntityStreamIn, ValueEntityStreamOut> value() {
    return value.apply(reference.value());
  }

  @Override
  public Session<CrdtStreamIn, CrdtStreamOut> crdt() {
    return crdt.apply(reference.crdt());
  }

  @Override
  public Session<ActionCommand, ActionResponse> action() {
    return action.apply(reference.action());
  }

  // --- what is wrong

  public static Mutant ofSpec(UnaryOperator<EntitySpec> change) {
    var mutant = new Mutant();
    mutant.spec = change;
    return mutant;
  }

  /** Changes what is declared of every entity. */
  public static Mutant ofDeclarations(Consumer<Entity.Builder> change) {
    return ofSpec(
        spec -> {
          var changed = spec.toBuilder();
          changed.getEntitiesBuilderList().forEach(change);
          return changed.build();
        });
  }

  public static Mutant ofEventSourced(
      UnaryOperator<Session<EventSourcedStreamIn, EventSourcedStreamOut>> change) {
    var mutant = new Mutant();
    mutant.eventSourced = change;
    return mutant;
  }

  public static Mutant ofEventSourcedReplies(Consumer<EventSourcedReply.Builder> change) {
    return ofEventSourced(
        session ->
            says(
                session,
                message -> {
                  var changed = message.toBuilder();
                  change.accept(changed.getReplyBuilder());
                  return changed.build();
                }));
  }

  public static Mutant ofValue(
      UnaryOperator<Session<ValueEntityStreamIn, ValueEntityStreamOut>> change) {
    var mutant = new Mutant();
    mutant.value = change;
    return mutant;
  }

  public static Mutant ofValueReplies(Consumer<ValueEntityReply.Builder> change) {
    return ofValue(
        session ->
            says(
                session,
                message -> {
                  var changed = message.toBuilder();
                  change.accept(changed.getReplyBuilder());
                  return changed.build();
                }));
  }

  public static Mutant ofCrdt(UnaryOperator<Session<CrdtStreamIn, CrdtStreamOut>> change) {
    var mutant = new Mutant();
    mutant.crdt = change;
    return mutant;
  }

  public static Mutant ofCrdtMessages(Consumer<CrdtStreamOut.Builder> change) {
    return ofCrdt(
        session ->
            says(
                session,
                message -> {
                  var changed = message.toBuilder();
                  change.accept(changed);
                  return changed.build();
                }));
  }

  public static Mutant ofAction(UnaryOperator<Session<ActionCommand, ActionResponse>> change) {
    var mutant = new Mutant();
    mutant.action = change;
    return mutant;
  }

  public static Mutant ofActionResponses(Consumer<ActionResponse.Builder> change) {
    return ofAction(
        session ->
            says(
                session,
                message -> {
                  var changed = message.toBuilder();
                  change.accept(changed);
                  return changed.build();
                }));
  }

  /** The session, each of whose messages is another. */
  public static <I, O> Session<I, O> says(Session<I, O> session, UnaryOperator<O> change) {
    return saysAll(session, messages -> messages.stream().map(change).toList());
  }

  /** The session, whose messages in answer to one are others. */
  public static <I, O> Session<I, O> saysAll(Session<I, O> session, UnaryOperator<List<O>> change) {
    return new Session<>() {
      @Override
      public List<O> onMessage(I message) {
        return change.apply(session.onMessage(message));
      }

      @Override
      public List<O> onCompleted() {
        return change.apply(session.onCompleted());
      }
    };
  }

  /** The session, which is given other messages than were sent. */
  public static <I, O> Session<I, O> hears(Session<I, O> session, UnaryOperator<I> change) {
    return new Session<>() {
      @Override
      public List<O> onMessage(I message) {
        return session.onMessage(change.apply(message));
      }

      @Override
      public List<O> onCompleted() {
        return session.onCompleted();
      }
    };
  }

  /** Its own kind of end. */
  public static <I, O> Session<I, O> endsBy(
      Session<I, O> session, List<O> messages, boolean breaks) {
    return new Session<>() {
      @Override
      public List<O> onMessage(I message) {
        return session.onMessage(message);
      }

      @Override
      public List<O> onCompleted() {
        if (breaks) {
          throw new IllegalStateException("planted: the function breaks at its end");
        }
        return messages;
      }
    };
  }

  public static <T> List<T> reversed(List<T> list) {
    var reversed = new ArrayList<T>();
    list.forEach(each -> reversed.add(0, each));
    return reversed;
  }
}
