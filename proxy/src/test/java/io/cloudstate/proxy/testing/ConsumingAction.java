package io.cloudstate.proxy.testing;

import com.google.protobuf.Any;
import com.google.protobuf.AnyProto;
import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.DescriptorProtos.MethodDescriptorProto;
import com.google.protobuf.DescriptorProtos.MethodOptions;
import com.google.protobuf.DescriptorProtos.ServiceDescriptorProto;
import com.google.protobuf.Empty;
import com.google.protobuf.EmptyProto;
import com.google.protobuf.InvalidProtocolBufferException;
import io.cloudstate.EventSource;
import io.cloudstate.Eventing;
import io.cloudstate.EventsProto;
import io.cloudstate.protocol.Action.ActionCommand;
import io.cloudstate.protocol.Action.ActionResponse;
import io.cloudstate.protocol.ActionProtocolGrpc;
import io.cloudstate.protocol.EntityOuterClass.MetadataEntry;
import io.cloudstate.tck.model.Eventsourced.Response;
import io.grpc.stub.StreamObserver;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * The action of an {@link AppendingFunction} that consumes the log of its lists and the topic that
 * their replies are published to, and keeps the numbers that it gets, by list, as they come.
 */
public final class ConsumingAction extends ActionProtocolGrpc.ActionProtocolImplBase {

  static final String SERVICE = "appending.Consumers";

  private final Map<String, Queue<Integer>> fromLog = new ConcurrentHashMap<>();
  private final Map<String, Queue<Integer>> fromTopic = new ConcurrentHashMap<>();

  /** What has come from the event log: the places of the texts. */
  public Map<String, List<Integer>> fromLog() {
    return copy(fromLog);
  }

  /** What has come from the topic: the lengths of the lists. */
  public Map<String, List<Integer>> fromTopic() {
    return copy(fromTopic);
  }

  private static Map<String, List<Integer>> copy(Map<String, Queue<Integer>> all) {
    var copy = new HashMap<String, List<Integer>>();
    all.forEach((list, numbers) -> copy.put(list, List.copyOf(numbers)));
    return copy;
  }

  /** Its service: an action with a method for each source. */
  static FileDescriptorProto file(String log, String topic) {
    return FileDescriptorProto.newBuilder()
        .setName("appending/consumers.proto")
        .setPackage("appending")
        .setSyntax("proto3")
        .addDependency(AnyProto.getDescriptor().getName())
        .addDependency(EmptyProto.getDescriptor().getName())
        .addService(
            ServiceDescriptorProto.newBuilder()
                .setName("Consumers")
                .addMethod(method("FromLog", EventSource.newBuilder().setEventLog(log)))
                .addMethod(method("FromTopic", EventSource.newBuilder().setTopic(topic))))
        .build();
  }

  private static MethodDescriptorProto method(String name, EventSource.Builder source) {
    var eventing = Eventing.newBuilder().setIn(source).build();
    return MethodDescriptorProto.newBuilder()
        .setName(name)
        .setInputType("." + Any.getDescriptor().getFullName())
        .setOutputType("." + Empty.getDescriptor().getFullName())
        .setOptions(MethodOptions.newBuilder().setExtension(EventsProto.eventing, eventing))
        .build();
  }

  @Override
  public void handleUnary(ActionCommand command, StreamObserver<ActionResponse> proxy) {
    if (command.getName().equals("FromLog")) {
      keep(fromLog, of(command, "ce-subject"), of(command, "ce-sequence"));
    } else {
      keep(fromTopic, of(command, "ce-partitionkey"), message(command));
    }
    proxy.onNext(ActionResponse.getDefaultInstance());
    proxy.onCompleted();
  }

  /** What a mere read is answered is no number. */
  private static void keep(Map<String, Queue<Integer>> all, String list, String number) {
    if (!number.isEmpty() && Character.isDigit(number.charAt(0))) {
      all.computeIfAbsent(list, unknown -> new ConcurrentLinkedQueue<>())
          .add(Integer.parseInt(number));
    }
  }

  private static String message(ActionCommand command) {
    try {
      return command.getPayload().unpack(Response.class).getMessage();
    } catch (InvalidProtocolBufferException e) {
      throw new AssertionError(e);
    }
  }

  private static String of(ActionCommand command, String key) {
    return command.getMetadata().getEntriesList().stream()
        .filter(entry -> entry.getKey().equals(key))
        .map(MetadataEntry::getStringValue)
        .findFirst()
        .orElse("");
  }
}
