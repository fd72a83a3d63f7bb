package io.cloudstate.proxy.storage.outbox;

import io.cloudstate.proxy.call.Metadata;
import io.cloudstate.proxy.call.Payload;

/**
 * A reply that is to be published.
 *
 * @param service full name of the service that replied
 * @param key of the entity that did; replies of one are published in order
 */
public record OutgoingReply(
    String topic, String service, String key, Payload payload, Metadata metadata) {}
