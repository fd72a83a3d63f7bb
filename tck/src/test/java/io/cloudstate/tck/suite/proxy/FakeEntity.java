package io.cloudstate.tck.suite.proxy;

import com.google.protobuf.Any;
import com.google.protobuf.Message;
import io.cloudstate.protocol.CrdtOuterClass.CrdtDelta;
import io.cloudstate.protocol.CrdtOuterClass.CrdtInit;
import io.cloudstate.protocol.CrdtOuterClass.CrdtStateAction;
import io.cloudstate.protocol.CrdtOuterClass.CrdtStreamIn;
import io.cloudstate.protocol.CrdtOuterClass.CrdtStreamOut;
import io.cloudstate.protocol.EntityOuterClass.ClientAction;
import io.cloudstate.protocol.EntityOuterClass.Command;
import io.cloudstate.protocol.EntityOuterClass.Entity;
import io.cloudstate.protocol.EntityOuterClass.Failure;
import io.cloudstate.protocol.EntityOuterClass.Metadata;
import io.cloudstate.protocol.EntityOuterClass.SideEffect;
import io.cloudstate.protocol.EntityOuterClass.StreamCancelled;
import io.cloudstate.protocol.EventSourcedOuterClass.EventSourcedEvent;
import io.cloudstate.protocol.EventSourcedOuterClass.EventSourcedInit;
import io.cloudstate.protocol.EventSourcedOuterClass.EventSourcedSnapshot;
import io.cloudstate.protocol.EventSourcedOuterClass.EventSourcedStreamIn;
import io.cloudstate.protocol.EventSourcedOuterClass.EventSourcedStreamOut;
import io.cloudstate.protocol.ValueEntityOuterClass.ValueEntityInit;
import io.cloudstate.protocol.ValueEntityOuterClass.ValueEntityInitState;
import io.cloudstate.protocol.ValueEntityOuterClass.ValueEntityStreamIn;
import io.cloudstate.protocol.ValueEntityOuterClass.ValueEntityStreamOut;
import io.cloudstate.tck.driver.FunctionRpcs;
import io.grpc.Status;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One entity of the fake proxy, of any kind but action. */
final class FakeEntity {

  private record Pending(
      String name,
      Any payload,
      boolean streamed,
      Metadata metadata,
      FakeProxy.Caller caller,
      FakeProxy.@Nullable GrpcCaller client) {}

  /** What outlives the proxy. */
  static final class Stored {
    final List<Any> events = new ArrayList<>();
    @Nullable Any snapshot;
    int snapshotSequence;
    @Nullable Any value;
  }

  private final FakeProxy proxy;
  private final Entity entity;
  private final String id;
  private final ArrayDeque<Pending> queue = new ArrayDeque<>();
  private final Map<Long, Pending> outstanding = new HashMap<>();
  private final Stored stored;
  private FakeProxy.@Nullable Outgoing stream;
  private int streams;
  private boolean isClosing;
  private boolean isRestarting;
  private long nextId;
  private int activity;

  FakeEntity(FakeProxy proxy, Entity entity, String id) {
    this.proxy = proxy;
    this.entity = entity;
    this.id = id;
    this.stored =
        proxy.disk.computeIfAbsent(entity.getServiceName() + "|" + id, key -> new Stored());
  }

  void command(
      String name,
      Any payload,
      boolean streamed,
      Metadata metadata,
      FakeProxy.Caller caller,
      FakeProxy.@Nullable GrpcCaller client) {
    activity++;
    queue.add(new Pending(name, payload, streamed, metadata, caller, client));
    pump();
  }

  private boolean is(String type) {
    return entity.getEntityType().equals(type);
  }

  private void pump() {
    if (isClosing || queue.isEmpty()) {
      return;
    }
    if (stream == null) {
      open();
    }
    var atATime = proxy.has(Fault.TWO_COMMANDS_AT_A_TIME) ? 2 : 1;
    while (!queue.isEmpty() && (is(Protocol.CRDT) || outstanding.size() < atATime)) {
      send(queue.remove());
    }
  }

  private void send(Pending pending) {
    var number = nextId++;
    outstanding.put(number, pending);
    proxy.later(FakeProxy.RELAY_TIMEOUT.toMillis(), () -> giveUp(number, pending));
    var command =
        Command.newBuilder()
            .setEntityId(id)
            .setId(number)
            .setName(pending.name())
            .setPayload(pending.payload())
            .setStreamed(pending.streamed());
    if (proxy.has(Fault.METADATA_TO_ENTITIES)) {
      command.setMetadata(pending.metadata());
    }
    if (pending.streamed() && pending.client() != null) {
      pending.client().whenCancelled(() -> onClientCancelled(number));
    }
    stream()
        .send(
            is(Protocol.EVENT_SOURCED)
                ? EventSourcedStreamIn.newBuilder().setCommand(command).build()
                : is(Protocol.VALUE)
                    ? ValueEntityStreamIn.newBuilder().setCommand(command).build()
                    : CrdtStreamIn.newBuilder().setCommand(command).build());
  }

  private void giveUp(long number, Pending pending) {
    if (pending.equals(outstanding.get(number))
        && !pending.streamed()
        && !proxy.has(Fault.WAITS_FOR_EVER)) {
      pending.caller().end(Status.DEADLINE_EXCEEDED);
    }
  }

  private void onClientCancelled(long number) {
    if (stream != null && !proxy.has(Fault.CRDT_CLIENTS_CANCEL_UNHEARD)) {
      stream()
          .send(
              CrdtStreamIn.newBuilder()
                  .setStreamCancelled(StreamCancelled.newBuilder().setEntityId(id).setId(number))
                  .build());
    }
  }

  private FakeProxy.Outgoing stream() {
    if (stream == null) {
      throw new IllegalStateException("no stream");
    }
    return stream;
  }

  private void open() {
    var number = ++streams;
    var rpc =
        is(Protocol.EVENT_SOURCED)
            ? FunctionRpcs.EVENT_SOURCED
            : is(Protocol.VALUE) ? FunctionRpcs.VALUE : FunctionRpcs.CRDT;
    nextId = proxy.has(Fault.COMMAND_IDS_FROM_ZERO) ? 0 : 1;
    stream =
        proxy
        .new Outgoing(
            rpc,
            bytes -> {
              if (number == streams) {
                onMessage(bytes);
              }
            },
            status -> {
              if (number == streams) {
                onEnd(status);
              }
            });
    load().forEach(stream()::send);
  }

  private List<Message> load() {
    if (is(Protocol.VALUE)) {
      var init = ValueEntityInit.newBuilder().setServiceName(entity.getServiceName());
      init.setEntityId(id);
      if (stored.value != null) {
        init.setState(ValueEntityInitState.newBuilder().setValue(stored.value));
      } else if (!proxy.has(Fault.INIT_WITHOUT_STATE)) {
        init.setState(ValueEntityInitState.getDefaultInstance());
      }
      return List.of(ValueEntityStreamIn.newBuilder().setInit(init).build());
    }
    if (is(Protocol.CRDT)) {
      return List.of(
          CrdtStreamIn.newBuilder()
              .setInit(
                  CrdtInit.newBuilder().setServiceName(entity.getServiceName()).setEntityId(id))
              .build());
    }
    return loadEvents();
  }

  private List<Message> loadEvents() {
    var init =
        EventSourcedInit.newBuilder().setServiceName(entity.getServiceName()).setEntityId(id);
    var from = 0;
    if (stored.snapshot != null && !proxy.has(Fault.FORGETS_SNAPSHOTS)) {
      init.setSnapshot(
          EventSourcedSnapshot.newBuilder()
              .setSnapshot(stored.snapshot)
              .setSnapshotSequence(stored.snapshotSequence));
      from = proxy.has(Fault.ALL_EVENTS_AFTER_SNAPSHOTS) ? 0 : stored.snapshotSequence;
    } else if (proxy.has(Fault.EMPTY_SNAPSHOT_IN_INIT)) {
      init.setSnapshot(EventSourcedSnapshot.getDefaultInstance());
    }
    var messages = new ArrayList<Message>();
    var to = stored.events.size() - (proxy.has(Fault.LOSES_THE_LAST_EVENT) ? 1 : 0);
    for (var i = from; i < to; i++) {
      messages.add(
          EventSourcedStreamIn.newBuilder()
              .setEvent(
                  EventSourcedEvent.newBuilder()
                      .setSequence(proxy.has(Fault.SEQUENCES_FROM_ZERO) ? i : i + 1)
                      .setPayload(stored.events.get(i)))
              .build());
    }
    if (proxy.has(Fault.EVENTS_BACKWARDS)) {
      Collections.reverse(messages);
    }
    messages.add(0, EventSourcedStreamIn.newBuilder().setInit(init).build());
    return messages;
  }

  private void onMessage(byte[] bytes) {
    if (isClosing) {
      return;
    }
    activity++;
    if (bytes.length > FakeProxy.MAX_MESSAGE_BYTES && !proxy.has(Fault.TAKES_REPLIES_OF_ANY_SIZE)) {
      broken("Unexpected entity termination");
      return;
    }
    try {
      if (is(Protocol.EVENT_SOURCED)) {
        onMessage(EventSourcedStreamOut.parseFrom(bytes));
      } else if (is(Protocol.VALUE)) {
        onMessage(ValueEntityStreamOut.parseFrom(bytes));
      } else {
        onMessage(CrdtStreamOut.parseFrom(bytes));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void onMessage(EventSourcedStreamOut message) {
    if (!message.hasReply()) {
      onNoReply(message.hasFailure() ? message.getFailure() : null);
      return;
    }
    var reply = message.getReply();
    var pending = answered(reply.getCommandId());
    if (pending == null) {
      return;
    }
    var failed = reply.getClientAction().hasFailure();
    if (!failed || proxy.has(Fault.STORES_EVENTS_OF_FAILURES)) {
      stored.events.addAll(reply.getEventsList());
      if (reply.hasSnapshot()) {
        stored.snapshot = reply.getSnapshot();
        stored.snapshotSequence = stored.events.size();
      }
    }
    settle(pending, reply.getSideEffectsList(), reply.getClientAction(), true);
    if (failed && reply.getClientAction().getFailure().getRestart()) {
      restart();
    } else {
      goOn();
    }
  }

  private void onMessage(ValueEntityStreamOut message) {
    if (!message.hasReply()) {
      onNoReply(message.hasFailure() ? message.getFailure() : null);
      return;
    }
    var reply = message.getReply();
    var pending = answered(reply.getCommandId());
    if (pending == null) {
      return;
    }
    if (reply.getStateAction().hasUpdate() && !proxy.has(Fault.LOSES_UPDATES)) {
      stored.value = reply.getStateAction().getUpdate().getValue();
    } else if (reply.getStateAction().hasDelete() && !proxy.has(Fault.KEEPS_DELETED_VALUES)) {
      stored.value = null;
    }
    settle(pending, reply.getSideEffectsList(), reply.getClientAction(), true);
    goOn();
  }

  private void onMessage(CrdtStreamOut message) {
    if (message.hasStreamedMessage()) {
      var streamed = message.getStreamedMessage();
      var pending = outstanding.get(streamed.getCommandId());
      if (pending != null) {
        settle(pending, streamed.getSideEffectsList(), streamed.getClientAction(), false);
      }
    } else if (message.hasStreamCancelledResponse()) {
      outstanding.remove(message.getStreamCancelledResponse().getCommandId());
      changed(message.getStreamCancelledResponse().getStateAction());
    } else if (message.hasReply()) {
      var reply = message.getReply();
      var pending = outstanding.get(reply.getCommandId());
      if (pending == null) {
        return;
      }
      if (!reply.getStreamed()) {
        outstanding.remove(reply.getCommandId());
      }
      settle(pending, reply.getSideEffectsList(), reply.getClientAction(), !reply.getStreamed());
      changed(reply.getStateAction());
      goOn();
    }
  }

  private void changed(CrdtStateAction action) {
    if (action.hasDelete() && !proxy.has(Fault.DELETED_CRDTS_STAY)) {
      halfClose();
    } else if (action.hasUpdate() && proxy.has(Fault.ECHOES_CRDT_DELTAS)) {
      CrdtDelta delta = action.getUpdate();
      stream().send(CrdtStreamIn.newBuilder().setDelta(delta).build());
    }
  }

  private @Nullable Pending answered(long number) {
    var pending = outstanding.remove(number);
    if (pending == null && proxy.has(Fault.ANY_REPLY_WILL_DO) && !outstanding.isEmpty()) {
      return outstanding.remove(outstanding.keySet().iterator().next());
    }
    if (pending == null) {
      broken("Unexpected entity reply");
    }
    return pending;
  }

  private void onNoReply(@Nullable Failure failure) {
    if (failure != null) {
      broken(
          proxy.has(Fault.FUNCTIONS_WORDS_TO_CLIENTS)
              ? failure.getDescription()
              : "Unexpected entity failure");
    } else if (!proxy.has(Fault.EMPTY_MESSAGES_IGNORED)) {
      broken("Unexpected entity message");
    }
  }

  private void settle(
      Pending pending, List<SideEffect> effects, ClientAction action, boolean last) {
    proxy.settle(
        effects,
        action.equals(ClientAction.getDefaultInstance()) ? null : action,
        pending.metadata(),
        pending.caller(),
        last);
  }

  private void restart() {
    if (proxy.has(Fault.IGNORES_RESTARTS)) {
      goOn();
      return;
    }
    if (proxy.has(Fault.DROPS_COMMANDS_ON_RESTART)) {
      queue.clear();
    }
    isRestarting = !proxy.has(Fault.RESTARTS_LATE);
    halfClose();
  }

  private void goOn() {
    if (isClosing) {
      return;
    }
    if (proxy.has(Fault.A_STREAM_FOR_EACH_COMMAND)) {
      halfClose();
      return;
    }
    pump();
    var timeout = entity.getPassivationStrategy().getTimeout().getTimeout();
    var at = activity;
    if (timeout > 0 && outstanding.isEmpty() && !proxy.has(Fault.NEVER_PASSIVATES)) {
      proxy.later(timeout, () -> passivate(at));
    }
  }

  private void passivate(int at) {
    if (at == activity && stream != null && !isClosing) {
      if (proxy.has(Fault.CANCELS_WHEN_PASSIVATING)) {
        isClosing = true;
        stream.cancel();
      } else {
        halfClose();
      }
    }
  }

  private void halfClose() {
    isClosing = true;
    stream().halfClose();
  }

  private void onEnd(Status status) {
    if (!isClosing) {
      onBroken(status);
      return;
    }
    stream = null;
    isClosing = false;
    if (isRestarting) {
      isRestarting = false;
      open();
    }
    pump();
  }

  private void onBroken(Status status) {
    if (proxy.has(Fault.FORGETS_EVENTS_WHEN_STREAMS_BREAK)) {
      stored.events.clear();
    }
    if (proxy.has(Fault.FORGETS_VALUES_WHEN_STREAMS_BREAK)) {
      stored.value = null;
    }
    var isUnheard =
        status.isOk()
            ? proxy.has(Fault.HANGS_WHEN_STREAMS_END)
            : proxy.has(Fault.HANGS_WHEN_CONNECTIONS_BREAK)
                || proxy.has(Fault.HANGS_WHILE_THE_FUNCTION_IS_AWAY);
    if (!isUnheard) {
      broken("Unexpected entity termination");
    }
  }

  private void broken(String text) {
    var failing = List.copyOf(outstanding.values());
    outstanding.clear();
    var waiting = List.copyOf(queue);
    queue.clear();
    streams++;
    if (stream != null) {
      stream.cancel();
    }
    stream = null;
    failing.forEach(pending -> pending.caller().end(Status.UNKNOWN.withDescription(text)));
    if (!proxy.has(Fault.QUEUED_COMMANDS_HANG)) {
      waiting.forEach(
          pending -> pending.caller().end(Status.UNKNOWN.withDescription("Entity terminated")));
    }
  }
}
