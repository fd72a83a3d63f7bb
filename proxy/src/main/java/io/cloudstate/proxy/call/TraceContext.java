package io.cloudstate.proxy.call;

import io.cloudstate.proxy.call.Metadata.Entry;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Which trace a call belongs to, and what of it was the last step, in the words of W3C Trace
 * Context. What is not followed has one, too: whoever is called next shall know that.
 *
 * @param traceparent as the header of that name; 55 characters, unless a later version has more
 * @param tracestate as the header of that name; empty if there is none
 */
public record TraceContext(String traceparent, String tracestate) {

  public static final String TRACEPARENT = "traceparent";
  public static final String TRACESTATE = "tracestate";

  private static final String OF_EVENTS = "ce-";
  private static final int TRACE_ID_FROM = 3;
  private static final int TRACE_ID_TO = 35;
  private static final int SPAN_ID_FROM = 36;
  private static final int SPAN_ID_TO = 52;
  private static final int LENGTH = 55;

  /** Whether anybody gets to see the trace. */
  public boolean isFollowed() {
    return traceparent.length() >= LENGTH
        && Character.digit(traceparent.charAt(LENGTH - 1), 16) % 2 == 1;
  }

  public String traceId() {
    return traceparent.substring(TRACE_ID_FROM, TRACE_ID_TO);
  }

  public String spanId() {
    return traceparent.substring(SPAN_ID_FROM, SPAN_ID_TO);
  }

  /** What is called within this call, with metadata that may name a later step of the trace. */
  public TraceContext orLaterIn(Metadata metadata) {
    var named = text(metadata, TRACEPARENT);
    return named.length() == LENGTH
            && named.regionMatches(
                TRACE_ID_FROM, traceparent, TRACE_ID_FROM, TRACE_ID_TO - TRACE_ID_FROM)
        ? new TraceContext(named, text(metadata, TRACESTATE))
        : this;
  }

  /** As metadata, with nothing else. */
  public Metadata alone() {
    return new Metadata(entries(""));
  }

  /** The same metadata, with this in the place of any other. */
  public Metadata in(Metadata metadata) {
    var entries = new ArrayList<Entry>(metadata.entries().size() + 2);
    for (var entry : metadata.entries()) {
      var key = entry.key().toLowerCase(Locale.ROOT);
      if (!key.equals(TRACEPARENT) && !key.equals(TRACESTATE)) {
        entries.add(entry);
      }
    }
    entries.addAll(entries(""));
    return new Metadata(entries);
  }

  /** Metadata of a reply that becomes an event, with this as attributes unless it names its own. */
  public Metadata inEvent(Metadata reply) {
    if (!text(reply, OF_EVENTS + TRACEPARENT).isEmpty()) {
      return reply;
    }
    var entries = new ArrayList<>(reply.entries());
    entries.addAll(entries(OF_EVENTS));
    return new Metadata(entries);
  }

  private List<Entry> entries(String prefix) {
    var parent = new Entry.Text(prefix + TRACEPARENT, traceparent);
    return tracestate.isEmpty()
        ? List.of(parent)
        : List.of(parent, new Entry.Text(prefix + TRACESTATE, tracestate));
  }

  private static String text(Metadata metadata, String key) {
    for (var entry : metadata.entries()) {
      if (entry instanceof Entry.Text text && text.key().equalsIgnoreCase(key)) {
        return text.value();
      }
    }
    return "";
  }
}
