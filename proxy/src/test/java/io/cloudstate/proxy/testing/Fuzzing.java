package io.cloudstate.proxy.testing;

import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Random;

/**
 * Feeds a check with inputs made of good ones: cut, spliced, bits and bytes changed, lengths of all
 * sizes put in. For a moment in each build; {@code -Dfuzz.seconds=3600 -Dfuzz.seed=1} goes on for
 * longer, or from another point. An input that fails is named in base64, to become a test.
 */
public final class Fuzzing {

  /** Throws for an input that is not treated as it should be. */
  public interface Check {
    void accept(byte[] input, Random random) throws Exception;
  }

  private static final Duration TIME =
      Duration.ofMillis(
          (long) (1000 * Double.parseDouble(System.getProperty("fuzz.seconds", "0.3"))));
  private static final long SEED = Long.getLong("fuzz.seed", 0);
  private static final int MAX_INPUT_BYTES = 4096;

  private static final byte[][] INTERESTING = {
    {0},
    {-1},
    {-1, -1, -1, -1, 15},
    {-1, -1, -1, -1, -1, -1, -1, -1, -1, 1},
    {0, 127, -1, -1, -1},
    {0, -1, -1, -1, -1},
    {1, 0, 0, 0, 0},
    {'='},
    {'%', '2', 'F'},
    {'{', '"'},
    {13, 10}
  };

  private Fuzzing() {}

  /** Runs the check on inputs made of these; at least on each of them as it is. */
  public static void check(List<byte[]> good, Check check) {
    var random = new Random(SEED);
    good.forEach(input -> check(input, random, check));
    var end = System.nanoTime() + TIME.toNanos();
    while (System.nanoTime() < end) {
      check(changed(good, random), random, check);
    }
  }

  private static void check(byte[] input, Random random, Check check) {
    try {
      check.accept(input, random);
    } catch (Throwable e) {
      throw new AssertionError("input " + Base64.getEncoder().encodeToString(input), e);
    }
  }

  private static byte[] changed(List<byte[]> good, Random random) {
    var input = good.get(random.nextInt(good.size()));
    for (var n = random.nextInt(6); n >= 0; n--) {
      input = changed(input, good, random);
    }
    return input.length > MAX_INPUT_BYTES ? Arrays.copyOf(input, MAX_INPUT_BYTES) : input;
  }

  private static byte[] changed(byte[] input, List<byte[]> good, Random random) {
    var at = random.nextInt(input.length + 1);
    return switch (random.nextInt(6)) {
      case 0 -> Arrays.copyOf(input, at);
      case 1 -> Arrays.copyOfRange(input, at, input.length);
      case 2 -> spliced(input, at, good.get(random.nextInt(good.size())), at);
      case 3 -> spliced(input, at, INTERESTING[random.nextInt(INTERESTING.length)], at);
      case 4 -> withByte(input, at, (byte) random.nextInt());
      default ->
          withByte(
              input, at, (byte) (at < input.length ? input[at] ^ (1 << random.nextInt(8)) : 0));
    };
  }

  private static byte[] withByte(byte[] input, int at, byte value) {
    var changed = input.clone();
    if (at < changed.length) {
      changed[at] = value;
    }
    return changed;
  }

  /** The beginning of the input, something, and the rest from there. */
  private static byte[] spliced(byte[] input, int end, byte[] middle, int from) {
    var spliced = Arrays.copyOf(input, end + middle.length + input.length - from);
    System.arraycopy(middle, 0, spliced, end, middle.length);
    System.arraycopy(input, from, spliced, end + middle.length, input.length - from);
    return spliced;
  }
}
