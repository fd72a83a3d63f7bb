package io.cloudstate.proxy.call;

import com.google.protobuf.ByteString;
import java.util.List;

/**
 * Key/value pairs that travel beside a message; order is kept and keys may repeat. Keys compare
 * without case.
 */
public record Metadata(List<Entry> entries) {

  public static final Metadata EMPTY = new Metadata(List.of());

  public Metadata {
    entries = List.copyOf(entries);
  }

  public boolean isEmpty() {
    return entries.isEmpty();
  }

  /** One pair. */
  public sealed interface Entry {
    String key();

    record Text(String key, String value) implements Entry {}

    record Binary(String key, ByteString value) implements Entry {}
  }

  /** Shows the keys, never the values. */
  @Override
  public String toString() {
    return entries.stream().map(Entry::key).toList().toString();
  }
}
