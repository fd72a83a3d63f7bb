package io.cloudstate.proxy.discovery;

import com.google.protobuf.InvalidProtocolBufferException;
import io.cloudstate.Eventing;
import io.cloudstate.EventsProto;
import java.util.HashMap;
import java.util.Map;

/** Where replies of methods are published, by full name of the method (spec/eventing.md 1). */
public final class OutTopics {

  private OutTopics() {}

  public static Map<String, String> of(ServiceCatalog catalog) {
    var topics = new HashMap<String, String>();
    for (var service : catalog.services()) {
      for (var method : service.methods().values()) {
        var topic = option(method).getOut().getTopic();
        if (!topic.isEmpty()) {
          topics.put(method.descriptor().getFullName(), topic);
        }
      }
    }
    return topics;
  }

  /** A known extension in descriptors of this JVM, an unknown field in those of a function. */
  private static Eventing option(MethodDefinition method) {
    var options = method.descriptor().getOptions();
    if (options.hasExtension(EventsProto.eventing)) {
      return options.getExtension(EventsProto.eventing);
    }
    var eventing = Eventing.newBuilder();
    try {
      for (var part :
          options
              .getUnknownFields()
              .getField(EventsProto.EVENTING_FIELD_NUMBER)
              .getLengthDelimitedList()) {
        eventing.mergeFrom(part);
      }
    } catch (InvalidProtocolBufferException e) {
      return Eventing.getDefaultInstance();
    }
    return eventing.build();
  }
}
