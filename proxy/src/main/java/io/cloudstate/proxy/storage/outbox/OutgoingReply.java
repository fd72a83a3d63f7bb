package io.cloudstate.proxy.storage.outbox;

import io.cloudstate.proxy.call.Answer.ClientAction;
import io.cloudstate.proxy.call.Call;
import io.cloudstate.proxy.call.Metadata;
import io.cloudstate.proxy.call.Payload;
import org.jspecify.annotations.Nullable;

/**
 * A reply that is to be published.
 *
 * @param service full name of the service that replied
 * @param key of the entity that did; replies of one are published in order
 */
public record OutgoingReply(
    String topic, String service, String key, Payload payload, Metadata metadata) {

  /**
   * What is to be published of an answer, and is stored with what it changes for that.
   *
   * @param call that is answered: names the topic, if anything is published, and the trace; null if
   *     nobody waits
   */
  public static @Nullable OutgoingReply of(
      @Nullable Call call, String service, String key, ClientAction action) {
    var topic = call == null ? null : call.outTopic();
    if (call == null || topic == null || !(action instanceof ClientAction.Reply reply)) {
      return null;
    }
    var trace = call.trace();
    var metadata = trace == null ? reply.metadata() : trace.inEvent(reply.metadata());
    return new OutgoingReply(topic, service, key, reply.payload(), metadata);
  }
}
