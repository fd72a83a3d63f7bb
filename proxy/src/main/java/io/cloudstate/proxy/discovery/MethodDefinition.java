package io.cloudstate.proxy.discovery;

import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.MethodDescriptor;
import io.cloudstate.proxy.call.Payload;
import io.cloudstate.proxy.discovery.http.HttpBinding;
import io.cloudstate.proxy.discovery.http.HttpRules;
import java.util.List;

/**
 * One rpc of a user's service.
 *
 * @param descriptor the user's own, from the descriptor set of the spec
 * @param inputTypeUrl type URL of every request payload
 * @param outputTypeUrl type URL expected on every reply payload
 * @param keyFields the input's fields that form the entity key, in order of their position; scalar
 *     or enum, singular, top-level; empty if there is no key
 */
public record MethodDefinition(
    MethodDescriptor descriptor,
    String inputTypeUrl,
    String outputTypeUrl,
    List<FieldDescriptor> keyFields) {

  public MethodDefinition {
    keyFields = List.copyOf(keyFields);
  }

  static MethodDefinition of(MethodDescriptor descriptor, List<FieldDescriptor> keyFields) {
    return new MethodDefinition(
        descriptor,
        Payload.TYPE_URL_PREFIX + descriptor.getInputType().getFullName(),
        Payload.TYPE_URL_PREFIX + descriptor.getOutputType().getFullName(),
        keyFields);
  }

  public String name() {
    return descriptor.getName();
  }

  /** How it is called by HTTP, in order of definition; read anew each time. */
  public List<HttpBinding> httpBindings() {
    return HttpRules.of(descriptor).bindings();
  }

  public boolean isUnary() {
    return !descriptor.isClientStreaming() && !descriptor.isServerStreaming();
  }
}
