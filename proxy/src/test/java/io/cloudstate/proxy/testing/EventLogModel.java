package io.cloudstate.proxy.testing;

import com.google.protobuf.Any;
import com.google.protobuf.ByteString;
import com.google.protobuf.BytesValue;
import com.google.protobuf.DescriptorProtos.FileDescriptorSet;
import com.google.protobuf.Empty;
import com.google.protobuf.ExtensionRegistry;
import com.google.protobuf.InvalidProtocolBufferException;
import io.cloudstate.EventsProto;
import io.cloudstate.protocol.Action.ActionResponse;
import io.cloudstate.protocol.EntityOuterClass.ClientAction;
import io.cloudstate.protocol.EntityOuterClass.Entity;
import io.cloudstate.protocol.EntityOuterClass.EntitySpec;
import io.cloudstate.protocol.EntityOuterClass.Failure;
import io.cloudstate.protocol.EntityOuterClass.Reply;
import io.cloudstate.protocol.EventSourcedOuterClass.EventSourcedReply;
import io.cloudstate.tck.model.EventSourcedEntityOneGrpc;
import io.cloudstate.tck.model.EventSourcedEntityTwoGrpc;
import io.cloudstate.tck.model.Eventlogeventing;
import io.cloudstate.tck.model.Eventlogeventing.EmitEventRequest;
import io.cloudstate.tck.model.Eventlogeventing.EventOne;
import io.cloudstate.tck.model.Eventlogeventing.EventTwo;
import io.cloudstate.tck.model.Eventlogeventing.JsonEvent;
import io.cloudstate.tck.model.Eventlogeventing.ProcessStep;
import io.cloudstate.tck.model.Eventlogeventing.Response;
import io.grpc.ManagedChannel;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * The event log model of the conformance kit: two types of entity that store events, and an action
 * that consumes them. Emits events as a client, and plays the entities for that.
 */
public final class EventLogModel implements AutoCloseable {

  public static final String SUBSCRIBER =
      "cloudstate.tck.model.eventlogeventing.EventLogSubscriberModel";
  public static final String LOG_ONE = "eventlogeventing-one";
  public static final String LOG_TWO = "eventlogeventing-two";
  private static final String ONE = "cloudstate.tck.model.eventlogeventing.EventSourcedEntityOne";
  private static final String TWO = "cloudstate.tck.model.eventlogeventing.EventSourcedEntityTwo";

  private final FakeUserFunction function;
  private final ManagedChannel channel;
  private final Map<String, EntityStream> streams = new HashMap<>();

  /**
   * A client.
   *
   * @param proxy that serves
   */
  public EventLogModel(FakeUserFunction function, TestProxy proxy) {
    this.function = function;
    this.channel = proxy.connect();
  }

  public static EntitySpec spec() {
    return TckModel.spec(
        Eventlogeventing.getDescriptor(),
        TckModel.entity(ONE, LOG_ONE),
        TckModel.entity(TWO, LOG_TWO),
        Entity.newBuilder()
            .setEntityType("cloudstate.action.ActionProtocol")
            .setServiceName(SUBSCRIBER)
            .build());
  }

  /** The same with another consumer group. */
  public static EntitySpec specOfGroup(String group) throws InvalidProtocolBufferException {
    var registry = ExtensionRegistry.newInstance();
    EventsProto.registerAllExtensions(registry);
    var files = FileDescriptorSet.parseFrom(spec().getProto(), registry).toBuilder();
    files.getFileBuilderList().stream()
        .flatMap(file -> file.getServiceBuilderList().stream())
        .flatMap(service -> service.getMethodBuilderList().stream())
        .filter(method -> method.getOptions().hasExtension(EventsProto.eventing))
        .forEach(
            method -> {
              var eventing = method.getOptions().getExtension(EventsProto.eventing).toBuilder();
              eventing.getInBuilder().setConsumerGroup(group);
              method.getOptionsBuilder().setExtension(EventsProto.eventing, eventing.build());
            });
    return spec().toBuilder().setProto(files.build().toByteString()).build();
  }

  /** An event that one method takes, with one answer. */
  public static EventOne eventOne(String text) {
    return EventOne.newBuilder().setStep(step(text)).build();
  }

  /** An event that a method takes that streams its answers. */
  public static EventTwo eventTwo(String text) {
    return EventTwo.newBuilder().addStep(step(text)).addStep(step(text)).build();
  }

  private static ProcessStep.Builder step(String text) {
    return ProcessStep.newBuilder().setReply(Eventlogeventing.Reply.newBuilder().setMessage(text));
  }

  /** As functions store JSON. */
  public static Any json(String text) {
    return Any.newBuilder()
        .setTypeUrl("json.cloudstate.io/Item")
        .setValue(BytesValue.of(ByteString.copyFromUtf8(text)).toByteString())
        .build();
  }

  public void emit(String id, EventOne event) {
    var request = EmitEventRequest.newBuilder().setId(id).setEventOne(event).build();
    var call = EventSourcedEntityOneGrpc.newFutureStub(channel).emitEvent(request);
    store(id, TckModel.any(event), call);
  }

  public void emit(String id, EventTwo event) {
    var request = EmitEventRequest.newBuilder().setId(id).setEventTwo(event).build();
    var call = EventSourcedEntityOneGrpc.newFutureStub(channel).emitEvent(request);
    store(id, TckModel.any(event), call);
  }

  public void emitJson(String id, String text) {
    var request = JsonEvent.newBuilder().setId(id).setMessage(text).build();
    var call = EventSourcedEntityTwoGrpc.newFutureStub(channel).emitJsonEvent(request);
    store(id, json(text), call);
  }

  private void store(String id, Any event, Future<Empty> call) {
    var stream = streams.computeIfAbsent(id, unknown -> opened());
    var command = stream.nextCommand();
    var reply =
        EventSourcedReply.newBuilder()
            .setCommandId(command.getId())
            .setClientAction(
                ClientAction.newBuilder()
                    .setReply(
                        Reply.newBuilder().setPayload(TckModel.any(Empty.getDefaultInstance()))))
            .addEvents(event);
    stream.send(TckModel.out(reply));
    try {
      call.get(Waiting.SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException | ExecutionException | TimeoutException e) {
      throw new AssertionError(e);
    }
  }

  private EntityStream opened() {
    var stream = function.nextStream();
    stream.next(); // init
    return stream;
  }

  /** What the consumer answers when it is done. */
  public static ActionResponse answer() {
    return ActionResponse.newBuilder()
        .setReply(Reply.newBuilder().setPayload(TckModel.any(Response.getDefaultInstance())))
        .build();
  }

  public static ActionResponse failure(String text) {
    return ActionResponse.newBuilder()
        .setFailure(Failure.newBuilder().setDescription(text))
        .build();
  }

  @Override
  public void close() {
    channel.shutdownNow();
  }
}
