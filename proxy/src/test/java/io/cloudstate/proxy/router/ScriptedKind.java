package io.cloudstate.proxy.router;

import io.cloudstate.proxy.call.Answer;
import io.cloudstate.proxy.call.Call;
import io.cloudstate.proxy.call.Payload;
import io.cloudstate.proxy.call.StreamedCall;
import io.cloudstate.proxy.discovery.ServiceDefinition;
import io.cloudstate.proxy.entity.EntityKind;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A kind that plays what the test says: a service either answers each command at once with what it
 * was given, or leaves it waiting for the test to answer. Thread-safe; answers on the thread it is
 * called on.
 */
final class ScriptedKind implements EntityKind {

  private static final int MAX_KEY_LENGTH = 100;

  /** A streamed command, as the kind holds it. */
  static final class Streamed implements StreamedCall {

    final Call call;
    final StreamedCall.Listener<Answer> listener;
    final List<Payload> requests = new ArrayList<>();
    int requestedReplies;
    boolean isHalfClosed;
    boolean isCancelled;

    private Streamed(Call call, StreamedCall.Listener<Answer> listener) {
      this.call = call;
      this.listener = listener;
    }

    /** Gives answers, whether they were requested or not. */
    void answer(Answer... answers) {
      for (var answer : answers) {
        listener.onNext(answer);
      }
    }

    @Override
    public void request(int replies) {
      requestedReplies += replies;
    }

    @Override
    public void send(Payload request) {
      requests.add(request);
    }

    @Override
    public void halfClose() {
      isHalfClosed = true;
    }

    @Override
    public void cancel() {
      isCancelled = true;
    }
  }

  private final List<Streamed> streams = new ArrayList<>();
  private final Map<String, Answer> prepared = new HashMap<>();
  private final Map<String, Deque<Consumer<Answer>>> waiting = new HashMap<>();
  private final List<Call> calls = new ArrayList<>();
  private final List<String> keys = new ArrayList<>();

  /** From now on commands for this service are answered at once. */
  synchronized void answers(String service, Answer answer) {
    prepared.put(service, answer);
  }

  /** Answers the service's longest waiting command. */
  void answer(String service, Answer answer) {
    take(service, true).accept(answer);
  }

  /** Answers the service's command that came last. */
  void answerLast(String service, Answer answer) {
    take(service, false).accept(answer);
  }

  synchronized int waiting(String service) {
    return queue(service).size();
  }

  /** Every command that came, in order. */
  synchronized List<Call> calls() {
    return List.copyOf(calls);
  }

  /** The services of those commands. */
  synchronized List<String> started() {
    return calls.stream().map(Call::service).toList();
  }

  /** The keys of those commands. */
  synchronized List<String> keys() {
    return List.copyOf(keys);
  }

  @Override
  public int maxKeyLength(ServiceDefinition service) {
    return MAX_KEY_LENGTH;
  }

  @Override
  public void invoke(
      ServiceDefinition service, String entityId, Call call, Consumer<Answer> answer) {
    var atOnce = start(entityId, call, answer);
    if (atOnce != null) {
      answer.accept(atOnce);
    }
  }

  private synchronized @Nullable Answer start(
      String entityId, Call call, Consumer<Answer> whenAnswered) {
    calls.add(call);
    keys.add(entityId);
    var answer = prepared.get(call.service());
    if (answer == null) {
      queue(call.service()).add(whenAnswered);
    }
    return answer;
  }

  private synchronized Consumer<Answer> take(String service, boolean first) {
    var queue = queue(service);
    return first ? queue.removeFirst() : queue.removeLast();
  }

  private Deque<Consumer<Answer>> queue(String service) {
    return waiting.computeIfAbsent(service, name -> new ArrayDeque<>());
  }

  @Override
  public StreamedCall stream(
      ServiceDefinition service,
      String entityId,
      Call call,
      StreamedCall.Listener<Answer> listener) {
    var stream = new Streamed(call, listener);
    synchronized (this) {
      calls.add(call);
      keys.add(entityId);
      streams.add(stream);
    }
    return stream;
  }

  /** Every streamed command that came, in order. */
  synchronized List<Streamed> streams() {
    return List.copyOf(streams);
  }
}
