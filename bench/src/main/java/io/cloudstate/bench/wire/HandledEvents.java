package io.cloudstate.bench.wire;

import java.nio.ByteBuffer;

/**
 * What a function has handled of its events since it was last asked.
 *
 * @param emitted how many it has emitted in all
 * @param handled how many of them it has got, in all
 * @param micros how long each took that was handled since, or the first {@link #MOST} of them
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record HandledEvents(long emitted, long handled, int[] micros) {

  /** More would not go into a message. */
  public static final int MOST = 1_000_000;

  public byte[] bytes() {
    var buffer = ByteBuffer.allocate(2 * Long.BYTES + micros.length * Integer.BYTES);
    buffer.putLong(emitted).putLong(handled).asIntBuffer().put(micros);
    return buffer.array();
  }

  /** Reads what {@link #bytes} wrote. */
  public static HandledEvents of(byte[] bytes) {
    var buffer = ByteBuffer.wrap(bytes);
    var emitted = buffer.getLong();
    var handled = buffer.getLong();
    var micros = new int[buffer.remaining() / Integer.BYTES];
    buffer.asIntBuffer().get(micros);
    return new HandledEvents(emitted, handled, micros);
  }
}
