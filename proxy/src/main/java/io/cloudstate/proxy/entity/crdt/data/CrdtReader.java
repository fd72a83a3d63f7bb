package io.cloudstate.proxy.entity.crdt.data;

import com.google.protobuf.CodedInputStream;
import io.cloudstate.proxy.call.Payload;
import io.cloudstate.proxy.entity.crdt.data.LWWRegister.Write;
import io.cloudstate.proxy.entity.crdt.data.PNCounter.Tally;
import io.cloudstate.proxy.entity.crdt.data.Slots.Slot;
import io.cloudstate.proxy.storage.replicator.Node;
import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;

/** Reads what {@link CrdtWriter} writes. */
final class CrdtReader {

  private final CodedInputStream in;
  private final List<Node> nodes = new ArrayList<>();
  private final List<String> urls = new ArrayList<>();

  private CrdtReader(byte[] bytes) {
    in = CodedInputStream.newInstance(bytes);
  }

  static Crdt read(byte[] bytes) throws IOException {
    return new CrdtReader(bytes).crdt();
  }

  private Crdt crdt() throws IOException {
    var flags = in.readUInt32();
    var context = context();
    var count = in.readUInt32();
    for (var i = 0; i < count; i++) {
      urls.add(in.readString());
    }
    return new Crdt(entry(), context, (flags & CrdtWriter.CHANGE) != 0);
  }

  private Context context() throws IOException {
    var all = new HashMap<Node, long[]>();
    var count = in.readUInt32();
    for (var i = 0; i < count; i++) {
      var node = new Node(in.readString(), in.readFixed64());
      nodes.add(node);
      all.put(node, ranges());
    }
    return Context.of(all);
  }

  private long[] ranges() throws IOException {
    var bounds = new long[in.readUInt32() * 2];
    var end = 0L;
    for (var i = 0; i < bounds.length; i++) {
      end += in.readUInt64();
      bounds[i] = end;
    }
    return bounds;
  }

  private Entry entry() throws IOException {
    var isWhole = in.readBool();
    var values = new EnumMap<CrdtType, Value>(CrdtType.class);
    var count = in.readUInt32();
    for (var i = 0; i < count; i++) {
      var type = CrdtType.ofNumber(in.readUInt32());
      values.put(type, value(type, dots()));
    }
    return new Entry(values, isWhole);
  }

  private Value value(CrdtType type, Dots presence) throws IOException {
    return switch (type) {
      case GCOUNTER -> new GCounter(presence, slots(in::readUInt64));
      case PNCOUNTER ->
          new PNCounter(presence, slots(() -> new Tally(in.readUInt64(), in.readUInt64())));
      case GSET -> new GSet(presence, parts(this::dots));
      case ORSET -> new ORSet(presence, parts(this::dots));
      case LWWREGISTER -> new LWWRegister(presence, slots(this::write));
      case FLAG -> new Flag(presence, dots());
      case ORMAP -> new ORMap(presence, parts(this::entry));
      case VOTE -> new Vote(presence, dots());
    };
  }

  private Write write() throws IOException {
    var timestamp = in.readSInt64();
    return new Write(payload(), timestamp);
  }

  private interface PartReader<P> {
    P read() throws IOException;
  }

  private <V> Slots<V> slots(PartReader<V> reader) throws IOException {
    var count = in.readUInt32();
    var slots = new ArrayList<Slot<V>>();
    for (var i = 0; i < count; i++) {
      slots.add(new Slot<>(dot(), reader.read()));
    }
    return slots.isEmpty() ? Slots.none() : new Slots<>(slots);
  }

  private <P> Parts<P> parts(PartReader<P> reader) throws IOException {
    var isWhole = in.readBool();
    var parts = PayloadMap.<P>empty();
    var count = in.readUInt32();
    for (var i = 0; i < count; i++) {
      parts = parts.with(payload(), reader.read());
    }
    return new Parts<>(parts, isWhole);
  }

  private Payload payload() throws IOException {
    var url = urls.get(in.readUInt32());
    return new Payload(url, in.readBytes());
  }

  private Dots dots() throws IOException {
    var count = in.readUInt32();
    if (count == 0) {
      return Dots.NONE;
    }
    if (count == 1) {
      return Dots.of(dot());
    }
    var dots = new ArrayList<Dot>();
    for (var i = 0; i < count; i++) {
      dots.add(dot());
    }
    return new Dots(dots);
  }

  private Dot dot() throws IOException {
    var node = nodes.get(in.readUInt32());
    return new Dot(node, in.readUInt64());
  }
}
