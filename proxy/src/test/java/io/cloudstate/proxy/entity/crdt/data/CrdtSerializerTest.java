package io.cloudstate.proxy.entity.crdt.data;

import static io.cloudstate.proxy.entity.crdt.data.Deltas.entry;
import static io.cloudstate.proxy.entity.crdt.data.Deltas.flag;
import static io.cloudstate.proxy.entity.crdt.data.Deltas.gcounter;
import static io.cloudstate.proxy.entity.crdt.data.Deltas.gset;
import static io.cloudstate.proxy.entity.crdt.data.Deltas.mapAdded;
import static io.cloudstate.proxy.entity.crdt.data.Deltas.orset;
import static io.cloudstate.proxy.entity.crdt.data.Deltas.pncounter;
import static io.cloudstate.proxy.entity.crdt.data.Deltas.register;
import static io.cloudstate.proxy.entity.crdt.data.Deltas.vote;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cloudstate.protocol.CrdtOuterClass.CrdtClock;
import io.cloudstate.protocol.CrdtOuterClass.CrdtDelta;
import io.cloudstate.protocol.CrdtOuterClass.ORMapDelta;
import io.cloudstate.proxy.storage.replicator.Node;
import io.cloudstate.proxy.storage.replicator.Replicated;
import io.cloudstate.proxy.storage.replicator.Traffic;
import java.io.NotSerializableException;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class CrdtSerializerTest {

  private static final Node A = new Node("akka://cloudstate@10.0.0.1:2552", -1);
  private static final Node B = new Node("akka://cloudstate@10.0.0.2:2552", 2);
  private static final View VIEW = new View(A, Set.of(A, B));

  /**
   * What {@link #everything} was written as by the first release. Never change it: nodes of that
   * release are in the cluster while the next one takes over.
   */
  private static final String RECORDED =
      "AAIfYWtrYTovL2Nsb3Vkc3RhdGVAMTAuMC4wLjE6MjU1Mv//////////AQESH2Fra2E6Ly9jbG91ZHN0"
          + "YXRlQDEwLjAuMC4yOjI1NTICAAAAAAAAAAIBBAMAAS90eXBlLmdvb2dsZWFwaXMuY29tL2dvb2dsZS5w"
          + "cm90b2J1Zi5TdHJpbmdWYWx1ZQEBBwIAEwEDAQoABGZsYWcBAgQBAQUBAQABZgEBBAYBAA0BAAwAA21h"
          + "cAEBBwEAEgEBAAZuZXN0ZWQBAQEBABEBABABAARnc2V0AQEDAQAHAQIAAWEBAAUAAWIBAAYACHJlZ2lz"
          + "dGVyAQEFAQALAQAKCQABZAAFb3JzZXQBAQQBAAkBAQABYwEACAAIZ2NvdW50ZXIBAQEBAAIBAAGsAgAE"
          + "Z29uZQEBAwEBAgEBAAFlAQEBAAlwbmNvdW50ZXIBAQIBAAQBAAMABwAEbGF0ZQEBBgEBCAAABHZvdGUB"
          + "AQgBAA8BAA4=";

  private final Traffic traffic = new Traffic();
  private final CrdtSerializer serializer = new CrdtSerializer(traffic);

  @Test
  void recordedBytesAreReadAndStillWritten() throws Exception {
    var read = serializer.fromBinary(Base64.getDecoder().decode(RECORDED), "1");

    assertThat(((Crdt) ((Replicated<?>) read).value()).initialDelta(VIEW))
        .isEqualTo(everything().initialDelta(VIEW));
    assertThat(serializer.manifest(read)).isEqualTo("1");
    assertThat(Base64.getEncoder().encodeToString(serializer.toBinary(read))).isEqualTo(RECORDED);
    assertThat(Base64.getEncoder().encodeToString(bytes(everything()))).isEqualTo(RECORDED);
  }

  @Test
  void anElementOfALargeSetTakesFewBytesBesideItsOwn() {
    var elements = IntStream.range(0, 100_000).mapToObj("%06d"::formatted).toArray(String[]::new);
    var size = bytes(written(Optional.empty(), A, orset(elements)).value()).length;
    // six of the element, one each for type, length, number of dots and node, three for the count
    assertThat(size).isLessThan(100_000 * 13 + 200);
  }

  @Test
  void whatCannotBeReadSaysSo() {
    assertThatThrownBy(() -> serializer.fromBinary(new byte[] {0, 9, 9}, "1"))
        .isInstanceOf(NotSerializableException.class)
        .hasMessage("CRDT of 3 bytes");
    assertThatThrownBy(() -> serializer.fromBinary(new byte[0], "2"))
        .isInstanceOf(NotSerializableException.class)
        .hasMessage("CRDT of form '2' (expected: '1')");
  }

  @Test
  void bytesAreCounted() throws Exception {
    // When
    var bytes = bytes(everything());
    serializer.fromBinary(bytes, "1");
    serializer.fromBinary(bytes, "1");
    // Then
    assertThat(traffic.writtenBytes()).isEqualTo(bytes.length);
    assertThat(traffic.readBytes()).isEqualTo(2L * bytes.length);
  }

  private byte[] bytes(Crdt crdt) {
    return serializer.toBinary(new Replicated<>(crdt));
  }

  /** All types, two nodes, a gap, an entry in conflict. */
  private static Crdt everything() {
    var ours =
        written(
                Optional.empty(),
                A,
                Deltas.map(
                    ORMapDelta.newBuilder()
                        .addAdded(entry("gcounter", gcounter(300)))
                        .addAdded(entry("pncounter", pncounter(-7)))
                        .addAdded(entry("gset", gset("a", "b")))
                        .addAdded(entry("orset", orset("c")))
                        .addAdded(entry("register", register("d", CrdtClock.CUSTOM, -5)))
                        .addAdded(entry("flag", flag(true)))
                        .addAdded(entry("vote", vote(true)))
                        .addAdded(entry("map", mapAdded("nested", gcounter(1))))))
            .value();
    var theirs = written(Optional.empty(), B, mapAdded("gone", gset("e"))).value();
    theirs = written(Optional.of(theirs), B, mapAdded("flag", orset("f"))).value();
    var lost = written(Optional.of(theirs), B, mapAdded("lost", flag(true))).value();
    var late = written(Optional.of(lost), B, mapAdded("late", flag(false)));
    return ours.merge(theirs).merge(late.change());
  }

  private static Applied.Changed written(Optional<Crdt> before, Node node, CrdtDelta delta) {
    return (Applied.Changed) Crdt.write(before, delta, node, 1000);
  }

  /** Every prefix of the bytes ends too early, and none of them in another way than that. */
  @Test
  void cutBytesAreNotRead() {
    var bytes = Base64.getDecoder().decode(RECORDED);
    for (var length : List.of(0, 1, bytes.length / 2, bytes.length - 1)) {
      assertThatThrownBy(() -> serializer.fromBinary(Arrays.copyOf(bytes, length), "1"))
          .isInstanceOf(NotSerializableException.class);
    }
  }
}
