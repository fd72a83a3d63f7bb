package io.cloudstate.proxy.entity.crdt.data;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.cloudstate.proxy.call.Payload;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

class PayloadMapTest {

  /** Few enough that keys come again; in fours their hashes are one. */
  @Provide
  Arbitrary<List<Integer>> numbers() {
    return Arbitraries.integers().between(0, 200).list().ofMaxSize(300);
  }

  private static Payload key(int number) {
    var url = List.of("AaAa", "AaBB", "BBAa", "BBBB").get(number % 4);
    return new Payload(url, ByteString.copyFromUtf8("k" + number / 4));
  }

  @Property(tries = 300)
  void holdsWhatAHashMapHoldsInOneOrderWhateverItsHistory(
      @ForAll("numbers") List<Integer> put, @ForAll("numbers") List<Integer> removed) {
    var expected = new HashMap<Payload, Integer>();
    var map = PayloadMap.<Integer>empty();
    for (var number : put) {
      expected.put(key(number), number);
      map = map.with(key(number), number);
    }
    for (var number : removed) {
      expected.remove(key(number));
      map = map.without(key(number));
    }
    var rebuilt = PayloadMap.<Integer>empty();
    for (var entry : expected.entrySet()) {
      rebuilt = rebuilt.with(entry.getKey(), entry.getValue());
    }

    assertThat(map.size()).isEqualTo(expected.size());
    assertThat(content(map)).isEqualTo(expected);
    for (var number = 0; number <= 200; number++) {
      assertThat(map.get(key(number))).isEqualTo(expected.get(key(number)));
    }
    assertThat(keys(map)).isEqualTo(keys(rebuilt));
  }

  @Property(tries = 300)
  void tellsWhatDiffers(
      @ForAll("numbers") List<Integer> shared,
      @ForAll("numbers") List<Integer> put,
      @ForAll("numbers") List<Integer> removed) {
    var before = PayloadMap.<Integer>empty();
    for (var number : shared) {
      before = before.with(key(number), number);
    }
    var after = before;
    for (var number : removed) {
      after = after.without(key(number));
    }
    for (var number : put) {
      after = after.with(key(number), -number);
    }
    var patched = new HashMap<>(content(before));
    after.changesFrom(before, false, new Patch(patched));
    assertThat(patched).isEqualTo(content(after));
    assertThat(keys(after)).hasSize(after.size());
  }

  @Test
  void looksOnlyAtWhatChanged() {
    var before = PayloadMap.<Object>empty();
    for (var number = 0; number < 10_000; number++) {
      before = before.with(new Payload("", ByteString.copyFromUtf8("k" + number)), "value");
    }
    var looked = new ArrayList<Payload>();
    var added = new Payload("", ByteString.copyFromUtf8("one more"));
    before
        .with(added, "value")
        .changesFrom(
            before,
            false,
            new PayloadMap.Changes<>() {
              @Override
              public void added(Payload key, Object value) {
                looked.add(key);
              }

              @Override
              public void removed(Payload key, Object value) {
                looked.add(key);
              }

              @Override
              public void changed(Payload key, Object was, Object is) {
                looked.add(key);
              }
            });
    assertThat(looked).containsExactly(added);
  }

  private static Map<Payload, Integer> content(PayloadMap<Integer> map) {
    var content = new HashMap<Payload, Integer>();
    map.forEach(content::put);
    return content;
  }

  private static List<Payload> keys(PayloadMap<Integer> map) {
    var keys = new ArrayList<Payload>();
    map.forEach((key, value) -> keys.add(key));
    return keys;
  }

  private record Patch(Map<Payload, Integer> map) implements PayloadMap.Changes<Integer> {

    @Override
    public void added(Payload key, Integer value) {
      assertThat(map.put(key, value)).isNull();
    }

    @Override
    public void removed(Payload key, Integer value) {
      assertThat(map.remove(key)).isEqualTo(value);
    }

    @Override
    public void changed(Payload key, Integer before, Integer after) {
      assertThat(map.put(key, after)).isEqualTo(before);
    }
  }
}
