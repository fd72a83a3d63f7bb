package io.cloudstate.proxy.discovery.eventing;

import com.google.protobuf.Descriptors.MethodDescriptor;
import com.google.protobuf.InvalidProtocolBufferException;
import io.cloudstate.Eventing;
import io.cloudstate.EventsProto;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The {@code cloudstate.eventing} option of one method (spec/eventing.md 1).
 *
 * @param in what calls the method besides its callers
 * @param outTopic where replies are published
 * @param mistakes what is wrong with it; what is wrong is left out of the other two
 */
record EventingOption(Optional<In> in, Optional<String> outTopic, List<String> mistakes) {

  private static final int NUMBER = EventsProto.EVENTING_FIELD_NUMBER;

  /** What the tables of positions have room for. */
  private static final int MAX_NAME = 255;

  /**
   * A subscription.
   *
   * @param group never empty
   */
  record In(String group, EventSource source) {}

  static EventingOption of(MethodDescriptor method, EventingSupport support) {
    try {
      return new Reader(method, support).read(option(method));
    } catch (InvalidProtocolBufferException e) {
      var reason = String.valueOf(e.getMessage());
      return new EventingOption(
          Optional.empty(),
          Optional.empty(),
          List.of(EventingMistakes.unreadable(method.getFullName(), reason)));
    }
  }

  /** A known extension in descriptors of this JVM, an unknown field in those of a function. */
  private static Eventing option(MethodDescriptor method) throws InvalidProtocolBufferException {
    var options = method.getOptions();
    if (options.hasExtension(EventsProto.eventing)) {
      return options.getExtension(EventsProto.eventing);
    }
    var eventing = Eventing.newBuilder();
    for (var part : options.getUnknownFields().getField(NUMBER).getLengthDelimitedList()) {
      eventing.mergeFrom(part);
    }
    return eventing.build();
  }

  /** Reads the option of one method. */
  private static final class Reader {

    private final MethodDescriptor method;
    private final EventingSupport support;
    private final List<String> mistakes = new ArrayList<>();

    Reader(MethodDescriptor method, EventingSupport support) {
      this.method = method;
      this.support = support;
    }

    EventingOption read(Eventing option) {
      var in = option.hasIn() ? in(option.getIn()) : Optional.<In>empty();
      var out = option.hasOut() ? out(option.getOut().getTopic()) : Optional.<String>empty();
      var source = in.map(In::source);
      if (source.isPresent() && source.equals(out.map(EventSource.Topic::new))) {
        mistakes.add(EventingMistakes.sameTopic(name(), out.orElseThrow()));
        return new EventingOption(Optional.empty(), out, mistakes);
      }
      return new EventingOption(in, out, mistakes);
    }

    private Optional<In> in(io.cloudstate.EventSource in) {
      var group = in.getConsumerGroup();
      if (group.length() > MAX_NAME) {
        mistakes.add(EventingMistakes.longName(name(), "consumer_group", group.length(), MAX_NAME));
        return Optional.empty();
      }
      return source(in)
          .map(
              source ->
                  new In(group.isEmpty() ? method.getService().getFullName() : group, source));
    }

    private Optional<EventSource> source(io.cloudstate.EventSource in) {
      var source =
          switch (in.getSourceCase()) {
            case TOPIC -> new EventSource.Topic(in.getTopic());
            case EVENT_LOG -> new EventSource.EventLog(in.getEventLog());
            case SOURCE_NOT_SET -> new EventSource.Topic("");
          };
      if (source.name().isEmpty()) {
        mistakes.add(EventingMistakes.noSource(name()));
      } else if (source.name().length() > MAX_NAME) {
        mistakes.add(
            EventingMistakes.longName(name(), source.kind(), source.name().length(), MAX_NAME));
      } else if (source instanceof EventSource.Topic && !support.topics()) {
        mistakes.add(EventingMistakes.noBroker(name(), source.name()));
      } else if (source instanceof EventSource.EventLog && !support.eventLogs()) {
        mistakes.add(EventingMistakes.noJournal(name(), source.name()));
      } else {
        return Optional.of(source);
      }
      return Optional.empty();
    }

    private Optional<String> out(String topic) {
      if (topic.isEmpty()) {
        mistakes.add(EventingMistakes.noDestination(name()));
      } else if (!support.topics()) {
        mistakes.add(EventingMistakes.noBroker(name(), topic));
      } else {
        return Optional.of(topic);
      }
      return Optional.empty();
    }

    private String name() {
      return method.getFullName();
    }
  }
}
