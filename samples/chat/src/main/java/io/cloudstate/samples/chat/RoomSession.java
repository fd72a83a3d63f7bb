package io.cloudstate.samples.chat;

import com.example.chat.People;
import com.example.chat.WatchRequest;
import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import io.cloudstate.protocol.CrdtOuterClass.CrdtDelta;
import io.cloudstate.protocol.CrdtOuterClass.CrdtInit;
import io.cloudstate.protocol.CrdtOuterClass.CrdtReply;
import io.cloudstate.protocol.CrdtOuterClass.CrdtStateAction;
import io.cloudstate.protocol.CrdtOuterClass.CrdtStreamCancelledResponse;
import io.cloudstate.protocol.CrdtOuterClass.CrdtStreamIn;
import io.cloudstate.protocol.CrdtOuterClass.CrdtStreamOut;
import io.cloudstate.protocol.CrdtOuterClass.CrdtStreamedMessage;
import io.cloudstate.protocol.EntityOuterClass.ClientAction;
import io.cloudstate.protocol.EntityOuterClass.Command;
import io.cloudstate.protocol.EntityOuterClass.Failure;
import io.cloudstate.protocol.EntityOuterClass.Reply;
import io.cloudstate.protocol.EntityOuterClass.StreamCancelled;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * One stream's conversation about one room. The proxy hands over the value once, in {@code init},
 * and then every change that others make; replies and answers to cancellations say what we change.
 * A {@code Watch} stays open after its reply: whoever has one open is in the room, and is sent a
 * message whenever other people are there than before. Plain messages in, plain messages out; not
 * thread-safe.
 */
final class RoomSession {

  private final SortedMap<Long, String> watches = new TreeMap<>(); // command id -> user id
  private final Room room = new Room();
  private boolean initialized;
  private String roomId = "";
  private List<String> lastTold = List.of();

  /**
   * Takes the proxy's next message, and returns the answer if it wants one, followed by what the
   * watchers are to be told. A stream-level failure is the last answer: the proxy broke the
   * protocol, or the value is not ours.
   */
  List<CrdtStreamOut> onMessage(CrdtStreamIn message) {
    return switch (message.getMessageCase()) {
      case INIT -> onInit(message.getInit());
      case DELTA -> onDelta(message.getDelta());
      case DELETE -> List.of(); // we never ask for it; the proxy ends the stream by itself
      case COMMAND -> onCommand(message.getCommand());
      case STREAM_CANCELLED -> onCancelled(message.getStreamCancelled());
      case MESSAGE_NOT_SET ->
          List.of(
              streamFailure(
                  0, "empty message (expected: init, delta, command or stream_cancelled)"));
    };
  }

  private List<CrdtStreamOut> onInit(CrdtInit init) {
    if (initialized) {
      return List.of(streamFailure(0, "second init for " + init.getEntityId()));
    }
    initialized = true;
    roomId = init.getEntityId();
    return init.hasDelta() ? onDelta(init.getDelta()) : List.of();
  }

  private List<CrdtStreamOut> onDelta(CrdtDelta delta) {
    if (!initialized) {
      return List.of(streamFailure(0, "delta before init"));
    }
    try {
      room.apply(delta);
    } catch (InvalidProtocolBufferException e) {
      return List.of(streamFailure(0, "delta is not readable: " + e.getMessage()));
    }
    return tellWatchers(0);
  }

  private List<CrdtStreamOut> onCommand(Command command) {
    if (!initialized) {
      return List.of(streamFailure(command.getId(), "command " + command.getId() + " before init"));
    }
    if (!command.getEntityId().equals(roomId)) {
      return List.of(
          streamFailure(
              command.getId(),
              "command for " + command.getEntityId() + " (expected: " + roomId + ")"));
    }
    return switch (command.getName()) {
      case "Watch" -> watch(command);
      case "WhoIsThere" -> answer(command, false);
      default ->
          refuse(
              command, "Unknown command " + command.getName() + ": a room knows Watch, WhoIsThere");
    };
  }

  private List<CrdtStreamOut> watch(Command command) {
    var payload = command.getPayload();
    WatchRequest request;
    try {
      request = payload.unpack(WatchRequest.class);
    } catch (InvalidProtocolBufferException e) {
      return refuse(command, "Cannot read Watch from " + payload.getTypeUrl());
    }
    if (request.getUserId().isBlank()) {
      return refuse(command, "Cannot enter " + roomId + ": the user is empty");
    }
    watches.put(command.getId(), request.getUserId());
    return answer(command, true);
  }

  /** The client has gone. This is the only way out of the room. */
  private List<CrdtStreamOut> onCancelled(StreamCancelled cancelled) {
    watches.remove(cancelled.getId());
    var response = CrdtStreamCancelledResponse.newBuilder().setCommandId(cancelled.getId());
    room.voteFor(watching()).ifPresent(change -> response.setStateAction(update(change)));
    return followedByNews(
        CrdtStreamOut.newBuilder().setStreamCancelledResponse(response).build(), 0);
  }

  private List<CrdtStreamOut> answer(Command command, boolean streamed) {
    var reply = CrdtReply.newBuilder().setCommandId(command.getId()).setStreamed(streamed);
    room.voteFor(watching()).ifPresent(change -> reply.setStateAction(update(change)));
    reply.setClientAction(people());
    return followedByNews(CrdtStreamOut.newBuilder().setReply(reply).build(), command.getId());
  }

  private static List<CrdtStreamOut> refuse(Command command, String reason) {
    var failure = Failure.newBuilder().setCommandId(command.getId()).setDescription(reason);
    return List.of(
        CrdtStreamOut.newBuilder()
            .setReply(
                CrdtReply.newBuilder()
                    .setCommandId(command.getId())
                    .setClientAction(ClientAction.newBuilder().setFailure(failure)))
            .build());
  }

  private List<CrdtStreamOut> followedByNews(CrdtStreamOut first, long commandId) {
    var messages = new ArrayList<CrdtStreamOut>();
    messages.add(first);
    messages.addAll(tellWatchers(commandId));
    return messages;
  }

  /** A message for each watcher but the one whose reply says the same; none without news. */
  private List<CrdtStreamOut> tellWatchers(long repliedCommandId) {
    var present = room.present();
    if (present.equals(lastTold)) {
      return List.of();
    }
    lastTold = present;
    return watches.keySet().stream()
        .filter(commandId -> commandId != repliedCommandId)
        .map(
            commandId ->
                CrdtStreamOut.newBuilder()
                    .setStreamedMessage(
                        CrdtStreamedMessage.newBuilder()
                            .setCommandId(commandId)
                            .setClientAction(people()))
                    .build())
        .toList();
  }

  private Set<String> watching() {
    return Set.copyOf(watches.values());
  }

  private ClientAction people() {
    var people = People.newBuilder().addAllUserIds(room.present()).build();
    return ClientAction.newBuilder()
        .setReply(Reply.newBuilder().setPayload(Any.pack(people)))
        .build();
  }

  private static CrdtStateAction update(CrdtDelta change) {
    return CrdtStateAction.newBuilder().setUpdate(change).build();
  }

  private static CrdtStreamOut streamFailure(long commandId, String description) {
    return CrdtStreamOut.newBuilder()
        .setFailure(Failure.newBuilder().setCommandId(commandId).setDescription(description))
        .build();
  }
}
