package io.cloudstate.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.DescriptorProtos.FileDescriptorSet;
import com.google.protobuf.DescriptorProtos.MethodOptions;
import com.google.protobuf.InvalidProtocolBufferException;
import io.cloudstate.EventDestination;
import io.cloudstate.EventSource;
import io.cloudstate.Eventing;
import io.cloudstate.EventsProto;
import io.cloudstate.protocol.Action.ActionCommand;
import io.cloudstate.protocol.Action.ActionResponse;
import io.cloudstate.protocol.EntityOuterClass.Entity;
import io.cloudstate.protocol.EntityOuterClass.EntitySpec;
import io.cloudstate.protocol.EntityOuterClass.MetadataEntry;
import io.cloudstate.protocol.EntityOuterClass.Reply;
import io.cloudstate.proxy.testing.EventLogModel;
import io.cloudstate.proxy.testing.FakeUserFunction;
import io.cloudstate.proxy.testing.FreePort;
import io.cloudstate.proxy.testing.ManagementPort;
import io.cloudstate.proxy.testing.TckModel;
import io.cloudstate.proxy.testing.TestProxy;
import io.cloudstate.tck.model.EventLogSubscriberModelGrpc;
import io.cloudstate.tck.model.Eventlogeventing.Response;
import io.grpc.ManagedChannel;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** A reply is published to a topic, and a method of the same function consumes it. */
class TopicIT {

  private static final String TOPIC = "answers";
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
    await().untilAsserted(() -> assertThat(view()).contains("\"failed\":1", "\"consumed\":1"));
    assertThat(function.hasFurtherAction()).isFalse();
  }

  private static String view() {
    return new ManagementPort("127.0.0.1", MANAGEMENT).get("/admin/consumers").body();
  }

  /** The action of the event log model alone, with other options. */
  static EntitySpec spec() throws InvalidProtocolBufferException {
    return spec(
        Map.of(
            "ProcessEventOne",
            Eventing.newBuilder().setOut(EventDestination.newBuilder().setTopic(TOPIC)).build(),
            "ProcessAnyEvent",
            Eventing.newBuilder().setIn(EventSource.newBuilder().setTopic(TOPIC)).build()));
  }

  /**
   * The same with others.
   *
   * @param options of methods, by their names
   */
  static EntitySpec spec(Map<String, Eventing> options) throws InvalidProtocolBufferException {
    var spec = EventLogModel.spec();
    var files = FileDescriptorSet.parseFrom(spec.getProto());
    var changed = FileDescriptorSet.newBuilder();
    files.getFileList().forEach(file -> changed.addFile(changed(file, options)));
    return spec.toBuilder()
        .setProto(changed.build().toByteString())
        .clearEntities()
        .addEntities(
            Entity.newBuilder()
                .setEntityType("cloudstate.action.ActionProtocol")
                .setServiceName(EventLogModel.SUBSCRIBER))
        .build();
  }

  private static FileDescriptorProto changed(
      FileDescriptorProto file, Map<String, Eventing> options) {
    var changed = file.toBuilder();
    for (var service : changed.getServiceBuilderList()) {
      for (var method : service.getMethodBuilderList()) {
        method.setOptions(options(options.get(method.getName())));
      }
    }
    return changed.build();
  }

  private static MethodOptions options(@Nullable Eventing eventing) {
    return eventing == null
        ? MethodOptions.getDefaultInstance()
        : MethodOptions.newBuilder().setExtension(EventsProto.eventing, eventing).build();
  }

  private static ActionResponse answer(Response payload) {
    return ActionResponse.newBuilder()
        .setReply(Reply.newBuilder().setPayload(TckModel.any(payload)))
        .build();
  }

  private static Map<String, String> metadata(ActionCommand command) {
    return command.getMetadata().getEntriesList().stream()
        .collect(Collectors.toMap(MetadataEntry::getKey, MetadataEntry::getStringValue));
  }
}
