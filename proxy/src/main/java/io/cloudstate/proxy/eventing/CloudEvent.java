package io.cloudstate.proxy.eventing;

import com.google.protobuf.ByteString;
import io.cloudstate.proxy.call.TraceContext;
import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * An event in the words of CloudEvents 1.0, as every source gives it and every destination takes it
 * (spec/eventing.md 4).
 *
 * @param id together with the source it names the event: what comes again has the same one
 * @param type may be empty
 * @param contentType of the data
 * @param extensions further attributes by name, without {@code ce-}; in lower case
 * @param data empty if there are none
 */
public record CloudEvent(
    String id,
    String source,
    String type,
    String contentType,
    Optional<String> dataSchema,
    Optional<String> subject,
    Optional<Instant> time,
    Map<String, String> extensions,
    ByteString data) {

  /** The one version of the specification that is spoken. */
  public static final String SPEC_VERSION = "1.0";

  public CloudEvent {
    extensions = Collections.unmodifiableMap(new LinkedHashMap<>(extensions));
  }

  /** The same event with another extension attribute, or another value of it. */
  public CloudEvent with(String extension, String value) {
    var all = new LinkedHashMap<>(extensions);
    all.put(extension, value);
    return new CloudEvent(id, source, type, contentType, dataSchema, subject, time, all, data);
  }

  /** The trace in which it was published; null if it names none. */
  public @Nullable TraceContext trace() {
    var parent = extensions.get(TraceContext.TRACEPARENT);
    return parent == null
        ? null
        : new TraceContext(parent, extensions.getOrDefault(TraceContext.TRACESTATE, ""));
  }

  /** Shows the size of the data, never the data. */
  @Override
  public String toString() {
    return "%s of %s <%d bytes>".formatted(id, source, data.size());
  }
}
