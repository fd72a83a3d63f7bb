package io.cloudstate.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.DescriptorProtos.FileDescriptorSet;
import com.google.protobuf.DescriptorProtos.MethodOptions;
import com.google.protobuf.Empty;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import io.cloudstate.EventDestination;
import io.cloudstate.EventSource;
import io.cloudstate.Eventing;
import io.cloudstate.EventsProto;
import io.cloudstate.protocol.Action.ActionCommand;
import io.cloudstate.protocol.Action.ActionResponse;
import io.cloudstate.protocol.EntityOuterClass.ClientAction;
import io.cloudstate.protocol.EntityOuterClass.Command;
import io.cloudstate.protocol.EntityOuterClass.Entity;
import io.cloudstate.protocol.EntityOuterClass.EntitySpec;
import io.cloudstate.protocol.EntityOuterClass.MetadataEntry;
import io.cloudstate.protocol.EntityOuterClass.Reply;
import io.cloudstate.protocol.EventSourcedOuterClass.EventSourcedReply;
import io.cloudstate.protocol.EventSourcedOuterClass.EventSourcedStreamOut;
import io.cloudstate.proxy.testing.EventLogModel;
import io.cloudstate.proxy.testing.FakeUserFunction;
import io.cloudstate.proxy.testing.ManagementPort;
import io.cloudstate.proxy.testing.ScriptedStream;
import io.cloudstate.proxy.testing.TckModel;
import io.cloudstate.proxy.testing.TestProxy;
import io.cloudstate.tck.model.EventLogSubscriberModelGrpc;
import io.cloudstate.tck.model.EventSourcedEntityTwoGrpc;
import io.cloudstate.tck.model.Eventlogeventing.EffectRequest;
import io.cloudstate.tck.model.Eventlogeventing.EmitEventRequest;
import io.cloudstate.tck.model.Eventlogeventing.JsonEvent;
import io.cloudstate.tck.model.Eventlogeventing.Response;
import io.cloudstate.testing.FreePort;
import io.grpc.ManagedChannel;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Replies are published to topics, and methods of the same function consume them. */
class TopicIT {

  private static final String TOPIC = "answers";
  private static final String COMMANDS = "commands";
  private static final String STREAMED = "streamed";
  private static final int MANAGEMENT = FreePort.find();

  private static FakeUserFunction function;
  private static TestProxy proxy;
  private static ManagedChannel channel;

  @BeforeAll
  static void start() throws InvalidProtocolBufferException {
    function = FakeUserFunction.start(spec());
    proxy =
        TestProxy.start(
            function.port(),
            Map.of(
                "eventing.support", "in-process",
                "eventing.retries.min-backoff", "10ms",
                "management.port", Integer.toString(MANAGEMENT)));
    channel = proxy.connect();
  }

  @AfterAll
  static void stop() {
    channel.shutdownNow();
    proxy.close();
    function.close();
  }

  @Test
  void whatAMethodPublishesAnotherConsumesUntilItIsDoneWithIt() throws Exception {
    // Given
    var published = Response.newBuilder().setId("one").setMessage("to all").build();
    var request = EventLogModel.eventOne("text");
    // When
    var reply = EventLogSubscriberModelGrpc.newFutureStub(channel).processEventOne(request);
    var called = function.nextAction();
    assertThat(called.next().getName()).isEqualTo("ProcessEventOne");
    called.answer(answer(published));
    // Then
    assertThat(reply.get(30, TimeUnit.SECONDS)).isEqualTo(published);
    var first = function.nextAction();
    var event = first.next();
    assertThat(event.getName()).isEqualTo("ProcessAnyEvent");
    assertThat(event.getPayload()).isEqualTo(TckModel.any(published));
    assertThat(metadata(event))
        .containsEntry("ce-source", EventLogModel.SUBSCRIBER)
        .containsEntry("ce-type", Response.getDescriptor().getFullName())
        .containsEntry("Content-Type", "application/protobuf")
        .containsKeys("ce-id", "ce-time");
    // When
    first.answer(EventLogModel.failure("not now"));
    // Then
    var second = function.nextAction();
    assertThat(second.next()).isEqualTo(event);
    second.answer(answer(Response.getDefaultInstance()));
    await()
        .untilAsserted(
            () -> assertThat(consumer(TOPIC)).contains("\"failed\":1", "\"consumed\":1"));
    assertThat(function.hasFurtherAction()).isFalse();
  }

  /** It is a command like a client's: the event has to have the entity's key. */
  @Test
  void entityIsCalledWithAnEventThatHasItsKey() throws Exception {
    // Given
    var command =
        EmitEventRequest.newBuilder()
            .setId("one")
            .setEventOne(EventLogModel.eventOne("text"))
            .build();
    // When
    var reply =
        EventLogSubscriberModelGrpc.newFutureStub(channel)
            .effect(EffectRequest.getDefaultInstance());
    function.nextAction().answer(answer(command));
    reply.get(30, TimeUnit.SECONDS);
    // Then
    var stream = function.nextStream();
    assertThat(stream.next().getInit().getEntityId()).isEqualTo("one");
    var received = stream.nextCommand();
    assertThat(received.getName()).isEqualTo("EmitEvent");
    assertThat(received.getPayload()).isEqualTo(TckModel.any(command));
    stream.send(reply(received, Empty.getDefaultInstance()));
    await()
        .untilAsserted(
            () -> assertThat(consumer("EventSourcedEntityOne")).contains("\"consumed\":1"));
  }

  /** The call is of the method's shape, and the one message has the metadata. */
  @Test
  void methodThatTakesAStreamGetsTheEventAsItsOnlyMessage() throws Exception {
    // Given
    var event = EventLogModel.eventTwo("text");
    // When
    var reply =
        EventSourcedEntityTwoGrpc.newFutureStub(channel)
            .emitJsonEvent(JsonEvent.newBuilder().setId("two").build());
    var stream = function.nextStream();
    stream.next(); // init
    stream.send(reply(stream.nextCommand(), event));
    reply.get(30, TimeUnit.SECONDS);
    // Then
    var call = function.nextAction();
    assertThat(call.rpc()).isEqualTo("handleStreamedIn");
    var opening = call.next();
    assertThat(opening.getName()).isEqualTo("ProcessEventTwo");
    assertThat(opening.hasPayload()).isFalse();
    var message = call.next();
    assertThat(message.getPayload()).isEqualTo(TckModel.any(event));
    assertThat(metadata(message)).containsEntry("ce-partitionkey", "two").containsKey("ce-id");
    assertThat(call.awaitEnd()).isEqualTo(ScriptedStream.End.HALF_CLOSED);
    call.answer(answer(Response.getDefaultInstance()));
    await().untilAsserted(() -> assertThat(consumer(STREAMED)).contains("\"consumed\":1"));
  }

  private static EventSourcedStreamOut reply(Command command, Message payload) {
    return TckModel.out(
        EventSourcedReply.newBuilder()
            .setCommandId(command.getId())
            .setClientAction(
                ClientAction.newBuilder()
                    .setReply(Reply.newBuilder().setPayload(TckModel.any(payload)))));
  }

  /** The part of the view about the consumer with this word in its id. */
  private static String consumer(String word) {
    var view = view();
    return Stream.of(view.split("(?=\"id\":)"))
        .filter(part -> part.split(",", 2)[0].contains(word))
        .findFirst()
        .orElseThrow(() -> new AssertionError("no consumer " + word + ": " + view));
  }

  private static String view() {
    return new ManagementPort("127.0.0.1", MANAGEMENT).get("/admin/consumers").body();
  }

  /** The event log model with other options, and a method that takes a stream. */
  static EntitySpec spec() throws InvalidProtocolBufferException {
    return changed(
        Map.of(
            "ProcessEventOne", out(TOPIC),
            "ProcessAnyEvent", in(TOPIC),
            "Effect", out(COMMANDS),
            "EmitEvent", in(COMMANDS),
            "EmitJsonEvent", out(STREAMED),
            "ProcessEventTwo", in(STREAMED)),
        Set.of("ProcessEventTwo"));
  }

  /**
   * The action of the event log model alone, with other options.
   *
   * @param options of methods, by their names
   */
  static EntitySpec spec(Map<String, MethodOptions> options) throws InvalidProtocolBufferException {
    return changed(options, Set.of()).toBuilder()
        .clearEntities()
        .addEntities(
            Entity.newBuilder()
                .setEntityType("cloudstate.action.ActionProtocol")
                .setServiceName(EventLogModel.SUBSCRIBER))
        .build();
  }

  private static EntitySpec changed(Map<String, MethodOptions> options, Set<String> streamed)
      throws InvalidProtocolBufferException {
    var spec = EventLogModel.spec();
    var files = FileDescriptorSet.parseFrom(spec.getProto());
    var changed = FileDescriptorSet.newBuilder();
    files.getFileList().forEach(file -> changed.addFile(changed(file, options, streamed)));
    return spec.toBuilder().setProto(changed.build().toByteString()).build();
  }

  private static FileDescriptorProto changed(
      FileDescriptorProto file, Map<String, MethodOptions> options, Set<String> streamed) {
    var changed = file.toBuilder();
    for (var service : changed.getServiceBuilderList()) {
      for (var method : service.getMethodBuilderList()) {
        var name = method.getName();
        method.setOptions(options.getOrDefault(name, MethodOptions.getDefaultInstance()));
        if (streamed.contains(name)) {
          method.setClientStreaming(true).setServerStreaming(false);
        }
      }
    }
    return changed.build();
  }

  static MethodOptions in(String topic) {
    return options(Eventing.newBuilder().setIn(EventSource.newBuilder().setTopic(topic)));
  }

  static MethodOptions out(String topic) {
    return options(Eventing.newBuilder().setOut(EventDestination.newBuilder().setTopic(topic)));
  }

  static MethodOptions options(Eventing.Builder eventing) {
    return MethodOptions.newBuilder().setExtension(EventsProto.eventing, eventing.build()).build();
  }

  private static ActionResponse answer(Message payload) {
    return ActionResponse.newBuilder()
        .setReply(Reply.newBuilder().setPayload(TckModel.any(payload)))
        .build();
  }

  private static Map<String, String> metadata(ActionCommand command) {
    return command.getMetadata().getEntriesList().stream()
        .collect(Collectors.toMap(MetadataEntry::getKey, MetadataEntry::getStringValue));
  }
}
