package io.cloudstate.proxy.discovery.eventing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import com.google.protobuf.ByteString;
import com.google.protobuf.DescriptorProtos.DescriptorProto;
import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.DescriptorProtos.MethodDescriptorProto;
import com.google.protobuf.DescriptorProtos.MethodOptions;
import com.google.protobuf.DescriptorProtos.ServiceDescriptorProto;
import com.google.protobuf.Descriptors.DescriptorValidationException;
import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.Descriptors.MethodDescriptor;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.UnknownFieldSet;
import io.cloudstate.EventDestination;
import io.cloudstate.EventSource;
import io.cloudstate.Eventing;
import io.cloudstate.EventsProto;
import io.cloudstate.tck.model.Eventlogeventing;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Each row of the table of spec/eventing.md 3, and the choice of 4.2. */
class EventingPlanTest {

  private static final EventingSupport ALL = new EventingSupport(true, true);

  @Test
  void methodsOfOneSourceAndGroupAreOneConsumer() {
    var plan =
        plan(
            rpc("One", "A", in(log("carts"))),
            rpc("Two", "B", in(log("carts").setConsumerGroup("test.Things"))),
            rpc("Three", "A", in(log("carts").setConsumerGroup("other"))),
            rpc("Four", "A", in(topic("orders")).setOut(out("billed"))),
            rpc("Five", "A", Eventing.newBuilder()));
    assertThat(plan.mistakes()).isEmpty();
    assertThat(plan.consumers())
        .extracting(EventConsumer::id, EventingPlanTest::methods)
        .containsExactly(
            tuple("test.Things:test.Things:event_log:carts", List.of("One", "Two")),
            tuple("test.Things:other:event_log:carts", List.of("Three")),
            tuple("test.Things:test.Things:topic:orders", List.of("Four")));
    assertThat(plan.consumers().get(2).methods().get(0).outTopic()).contains("billed");
    assertThat(plan.readsEventLogs()).isTrue();
  }

  @Test
  void outWithoutInOnlyPublishes() {
    var plan = plan(rpc("One", "A", Eventing.newBuilder().setOut(out("billed"))));
    assertThat(plan.mistakes()).isEmpty();
    assertThat(plan.consumers()).isEmpty();
    assertThat(plan.outTopics()).isEqualTo(Map.of("test.Things.One", "billed"));
  }

  @Test
  void methodsWithEqualInputTypesAreAMistakeOfTheirConsumerOnly() {
    var plan =
        plan(
            rpc("One", "A", in(log("carts"))),
            rpc("Two", "A", in(log("carts").setConsumerGroup("test.Things"))),
            rpc("Three", "A", in(log("other"))));
    assertThat(plan.mistakes())
        .containsExactly(
            "Eventing: methods [test.Things.One] and [test.Things.Two] both take [test.A] from the"
                + " event_log [carts] as group [test.Things] (expected: different input types, or"
                + " different consumer groups)");
    assertThat(plan.consumers())
        .extracting(EventConsumer::id)
        .containsExactly("test.Things:test.Things:event_log:other");
  }

  @Test
  void oneTopicAsInAndOutIsAMistake() {
    var plan =
        plan(rpc("One", "A", in(topic("t")).setOut(out("t"))), rpc("Two", "A", in(topic("other"))));
    assertThat(plan.mistakes())
        .containsExactly(
            "Eventing: method [test.Things.One] has the topic [t] as in and as out (expected: two"
                + " topics)");
    assertThat(plan.consumers()).hasSize(1);
  }

  @Test
  void inWithoutSourceAndOutWithoutDestinationAreMistakes() {
    var plan =
        plan(
            rpc("One", "A", in(EventSource.newBuilder())),
            rpc("Two", "A", in(EventSource.newBuilder().setTopic(""))),
            rpc("Three", "A", Eventing.newBuilder().setOut(EventDestination.newBuilder())),
            rpc("Four", "A", in(log("carts")).setOut(EventDestination.newBuilder())));
    assertThat(plan.mistakes())
        .containsExactly(
            "Eventing: method [test.Things.One] has an in without a source (expected: topic or"
                + " event_log)",
            "Eventing: method [test.Things.Two] has an in without a source (expected: topic or"
                + " event_log)",
            "Eventing: method [test.Things.Three] has an out without a destination (expected:"
                + " topic)",
            "Eventing: method [test.Things.Four] has an out without a destination (expected:"
                + " topic)");
    assertThat(plan.consumers()).isEmpty();
    assertThat(plan.outTopics()).isEmpty();
  }

  @Test
  void whatIsNotConfiguredIsAMistake() {
    var methods =
        List.of(
            rpc("One", "A", in(topic("orders"))),
            rpc("Two", "A", Eventing.newBuilder().setOut(out("billed"))),
            rpc("Three", "A", in(log("carts"))));
    assertThat(EventingPlan.of(file(methods), EventingSupport.NONE).mistakes())
        .containsExactly(
            "Eventing: method [test.Things.One] uses the topic [orders], but this proxy has no"
                + " broker (expected: one is configured)",
            "Eventing: method [test.Things.Two] uses the topic [billed], but this proxy has no"
                + " broker (expected: one is configured)",
            "Eventing: method [test.Things.Three] uses the event log [carts], but this proxy has no"
                + " store that keeps journals (expected: one is configured)");
  }

  @Test
  void namesThatNoTableHoldsAreMistakes() {
    var plan =
        plan(
            rpc("One", "A", in(log("x".repeat(256)))),
            rpc("Two", "A", in(log("carts").setConsumerGroup("x".repeat(256)))));
    assertThat(plan.mistakes())
        .containsExactly(
            "Eventing: method [test.Things.One] has a event_log of 256 characters (expected: <= 255)",
            "Eventing: method [test.Things.Two] has a consumer_group of 256 characters (expected: <="
                + " 255)");
  }

  @Test
  void optionThatCannotBeReadIsAMistakeOfItsMethodOnly() {
    // the form of protocol 0.1 had plain texts here
    var broken =
        MethodOptions.newBuilder()
            .setUnknownFields(
                UnknownFieldSet.newBuilder()
                    .addField(
                        EventsProto.EVENTING_FIELD_NUMBER,
                        UnknownFieldSet.Field.newBuilder()
                            .addLengthDelimited(ByteString.copyFromUtf8("\n\005topic"))
                            .build())
                    .build())
            .build();
    var plan =
        plan(
            rpc("One", "A", Eventing.newBuilder()).toBuilder().setOptions(broken).build(),
            rpc("Two", "A", in(log("carts"))));
    assertThat(plan.mistakes())
        .singleElement()
        .asString()
        .startsWith(
            "Eventing: the cloudstate.eventing option of [test.Things.One] cannot be read:");
    assertThat(plan.consumers()).hasSize(1);
  }

  @Test
  void optionIsReadFromDescriptorsThatDoNotKnowIt() throws InvalidProtocolBufferException {
    var known = rpc("One", "A", in(log("carts")));
    var unknown = MethodDescriptorProto.parseFrom(known.toByteString()); // without extensions
    assertThat(unknown.getOptions().getUnknownFields().hasField(1081)).isTrue();
    assertThat(plan(unknown).consumers()).hasSize(1);
  }

  @Test
  void methodIsChosenByType() {
    var subscriber =
        Eventlogeventing.getDescriptor().findServiceByName("EventLogSubscriberModel").getMethods();
    var plan = EventingPlan.of(subscriber, ALL);
    var one = plan.consumers().get(0);
    var two = plan.consumers().get(1);
    var prefix = "cloudstate.tck.model.eventlogeventing.";
    assertThat(chosen(one, "type.googleapis.com/" + prefix + "EventOne"))
        .contains("ProcessEventOne");
    assertThat(chosen(one, "example.com/" + prefix + "EventTwo")).contains("ProcessEventTwo");
    assertThat(chosen(one, "json.cloudstate.io/" + prefix + "EventOne")).isEmpty();
    assertThat(chosen(one, "type.googleapis.com/pkg.Other")).isEmpty();
    for (var any : List.of("json.cloudstate.io/X", "p.cloudstate.io/string", "a.b/pkg.Other", "")) {
      assertThat(chosen(two, any)).contains("ProcessAnyEvent");
    }
  }

  private static Optional<String> chosen(EventConsumer consumer, String typeUrl) {
    return consumer.method(typeUrl).map(method -> method.descriptor().getName());
  }

  private static List<String> methods(EventConsumer consumer) {
    return consumer.methods().stream().map(method -> method.descriptor().getName()).toList();
  }

  private static EventingPlan plan(MethodDescriptorProto... methods) {
    return EventingPlan.of(file(Arrays.asList(methods)), ALL);
  }

  private static Eventing.Builder in(EventSource.Builder source) {
    return Eventing.newBuilder().setIn(source);
  }

  private static EventSource.Builder log(String name) {
    return EventSource.newBuilder().setEventLog(name);
  }

  private static EventSource.Builder topic(String name) {
    return EventSource.newBuilder().setTopic(name);
  }

  private static EventDestination.Builder out(String topic) {
    return EventDestination.newBuilder().setTopic(topic);
  }

  private static MethodDescriptorProto rpc(String name, String input, Eventing.Builder eventing) {
    return MethodDescriptorProto.newBuilder()
        .setName(name)
        .setInputType(".test." + input)
        .setOutputType(".test.A")
        .setOptions(MethodOptions.newBuilder().setExtension(EventsProto.eventing, eventing.build()))
        .build();
  }

  private static List<MethodDescriptor> file(List<MethodDescriptorProto> methods) {
    var file =
        FileDescriptorProto.newBuilder()
            .setName("test.proto")
            .setPackage("test")
            .addMessageType(DescriptorProto.newBuilder().setName("A"))
            .addMessageType(DescriptorProto.newBuilder().setName("B"))
            .addService(ServiceDescriptorProto.newBuilder().setName("Things").addAllMethod(methods))
            .build();
    try {
      return FileDescriptor.buildFrom(file, new FileDescriptor[0])
          .getServices()
          .get(0)
          .getMethods();
    } catch (DescriptorValidationException e) {
      throw new AssertionError(e);
    }
  }
}
