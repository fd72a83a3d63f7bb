package io.cloudstate.bench.function;

import com.google.protobuf.ByteString;
import com.google.protobuf.DescriptorProtos.FileDescriptorSet;
import com.google.protobuf.InvalidProtocolBufferException;
import io.cloudstate.EventDestination;
import io.cloudstate.EventSource;
import io.cloudstate.Eventing;
import io.cloudstate.EventsProto;
import io.cloudstate.bench.wire.CounterMethods;
import java.util.Map;

/**
 * What methods publish and consume, which is not the same in every scenario.
 *
 * @param byMethod by the method's simple name
 */
record EventingOptions(Map<String, Eventing> byMethod) {

  /** Nothing. */
  static final EventingOptions NONE = new EventingOptions(Map.of());

  /** The consumer follows the counters' event log. */
  static EventingOptions ofLog() {
    var log = EventSource.newBuilder().setEventLog(CounterMethods.PERSISTENCE_ID);
    return new EventingOptions(Map.of("OnIncremented", Eventing.newBuilder().setIn(log).build()));
  }

  /** The consumer gets what the counters reply from a topic that nothing was ever published to. */
  static EventingOptions ofNewTopic() {
    var topic = "bench-" + Long.toString(System.currentTimeMillis(), Character.MAX_RADIX);
    return new EventingOptions(
        Map.of(
            "Increment",
            Eventing.newBuilder().setOut(EventDestination.newBuilder().setTopic(topic)).build(),
            "OnValue",
            Eventing.newBuilder().setIn(EventSource.newBuilder().setTopic(topic)).build()));
  }

  /** The descriptors with these options. */
  ByteString in(ByteString descriptors) throws InvalidProtocolBufferException {
    var files = FileDescriptorSet.parseFrom(descriptors).toBuilder();
    files.getFileBuilderList().stream()
        .flatMap(file -> file.getServiceBuilderList().stream())
        .flatMap(service -> service.getMethodBuilderList().stream())
        .filter(method -> byMethod.containsKey(method.getName()))
        .forEach(
            method ->
                method
                    .getOptionsBuilder()
                    .setExtension(EventsProto.eventing, byMethod.get(method.getName())));
    return files.build().toByteString();
  }
}
