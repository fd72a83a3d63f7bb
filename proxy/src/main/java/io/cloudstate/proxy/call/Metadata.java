package io.cloudstate.proxy.call;

import com.google.protobuf.ByteString;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Key/value pairs that travel beside a message; order is kept and keys may repeat. Keys compare
 * without case. Immutable as seen from outside.
 */
public final class Metadata {

  public static final Metadata EMPTY = new Metadata(List.of());

  private final @Nullable Supplier<List<Entry>> source;
  private @Nullable List<Entry> entries; // immutable lists are safe to share without a lock

  public Metadata(List<Entry> entries) {
    this.source = null;
    this.entries = List.copyOf(entries);
  }

  private Metadata(Supplier<List<Entry>> source) {
    this.source = source;
  }

  /**
   * Metadata that cost nothing until somebody asks for them.
   *
   * @param source gives the same entries each time, on any thread, and may be asked more than once
   */
  public static Metadata lazily(Supplier<List<Entry>> source) {
    return new Metadata(source);
  }

  public List<Entry> entries() {
    var known = entries;
    if (known == null) {
      known = source == null ? List.of() : List.copyOf(source.get());
      entries = known;
    }
    return known;
  }

  public boolean isEmpty() {
    return entries().isEmpty();
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Metadata metadata && entries().equals(metadata.entries());
  }

  @Override
  public int hashCode() {
    return entries().hashCode();
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
    return entries().stream().map(Entry::key).toList().toString();
  }
}
