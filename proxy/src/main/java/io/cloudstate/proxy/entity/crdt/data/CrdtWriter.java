package io.cloudstate.proxy.entity.crdt.data;

import com.google.protobuf.CodedOutputStream;
import io.cloudstate.proxy.call.Payload;
import io.cloudstate.proxy.storage.replicator.Node;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Writes a CRDT as it travels between nodes, in the encodings of protobuf but without its tags.
 *
 * <pre>
 * crdt    = flags nodes urls entry       flags: 1 = a change
 * nodes   = n { address uid ranges }     in order; ranges = n { gap length }
 * urls    = n { type URL }               in the order in which they come up
 * entry   = whole n { type presence content }
 * dots    = n { node seq }               node: its place in nodes
 * payload = url bytes                    url: its place in urls
 * content = n { dot share }              GCounter
 *         | n { dot added taken }        PNCounter
 *         | whole n { payload dots }     GSet, ORSet
 *         | n { dot timestamp payload }  LWWRegister
 *         | dots                         Flag, Vote
 *         | whole n { payload entry }    ORMap
 * </pre>
 *
 * <p>CRDTs that hold the same are written as the same bytes, on all nodes: Akka compares replicas
 * by the hash of them.
 */
final class CrdtWriter {

  static final int CHANGE = 1;

  private final Map<Node, Integer> nodes = new HashMap<>();
  private final Map<String, Integer> urls = new LinkedHashMap<>();
  private @Nullable Node lastNode;
  private int lastNodePlace;
  private @Nullable String lastUrl;
  private int lastUrlPlace;
  private final ByteArrayOutputStream buffer = new ByteArrayOutputStream();
  private CodedOutputStream out = CodedOutputStream.newInstance(buffer);

  private CrdtWriter() {}

  static byte[] write(Crdt crdt) {
    try {
      return new CrdtWriter().bytes(crdt);
    } catch (IOException impossible) {
      throw new UncheckedIOException(impossible);
    }
  }

  private byte[] bytes(Crdt crdt) throws IOException {
    crdt.context().forEach((node, ranges) -> nodes.put(node, nodes.size()));
    entry(crdt.root());
    out.flush();
    var body = buffer.toByteArray();
    buffer.reset();
    out = CodedOutputStream.newInstance(buffer);
    out.writeUInt32NoTag(crdt.isChange() ? CHANGE : 0);
    context(crdt.context());
    out.writeUInt32NoTag(urls.size());
    for (var url : urls.keySet()) {
      out.writeStringNoTag(url);
    }
    out.write(body, 0, body.length);
    out.flush();
    return buffer.toByteArray();
  }

  private void context(Context context) throws IOException {
    out.writeUInt32NoTag(nodes.size());
    context.forEach(
        (node, ranges) -> {
          try {
            out.writeStringNoTag(node.address());
            out.writeFixed64NoTag(node.uid());
            ranges(ranges);
          } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
          }
        });
  }

  private void ranges(long[] ranges) throws IOException {
    out.writeUInt32NoTag(ranges.length / 2);
    var end = 0L;
    for (var bound : ranges) {
      out.writeUInt64NoTag(bound - end);
      end = bound;
    }
  }

  private void entry(Entry entry) throws IOException {
    out.writeBoolNoTag(entry.isWhole());
    out.writeUInt32NoTag(entry.values().size());
    for (var value : entry.values().values()) {
      out.writeUInt32NoTag(value.type().number());
      dots(value.presence());
      content(value);
    }
  }

  private void content(Value value) throws IOException {
    if (value instanceof GCounter counter) {
      out.writeUInt32NoTag(counter.shares().all().size());
      for (var slot : counter.shares().all()) {
        dot(slot.dot());
        out.writeUInt64NoTag(slot.content());
      }
    } else if (value instanceof PNCounter counter) {
      out.writeUInt32NoTag(counter.tallies().all().size());
      for (var slot : counter.tallies().all()) {
        dot(slot.dot());
        out.writeUInt64NoTag(slot.content().added());
        out.writeUInt64NoTag(slot.content().taken());
      }
    } else if (value instanceof LWWRegister register) {
      out.writeUInt32NoTag(register.writes().all().size());
      for (var slot : register.writes().all()) {
        dot(slot.dot());
        out.writeSInt64NoTag(slot.content().timestamp());
        payload(slot.content().value());
      }
    } else if (value instanceof GSet set) {
      parts(set.elements(), this::dots);
    } else if (value instanceof ORSet set) {
      parts(set.elements(), this::dots);
    } else if (value instanceof Flag flag) {
      dots(flag.on());
    } else if (value instanceof Vote vote) {
      dots(vote.votesFor());
    } else if (value instanceof ORMap map) {
      parts(map.entries(), this::entry);
    } else {
      throw new AssertionError("unhandled: " + value);
    }
  }

  private interface PartWriter<P> {
    void write(P part) throws IOException;
  }

  private <P> void parts(Parts<P> parts, PartWriter<P> writer) throws IOException {
    out.writeBoolNoTag(parts.isWhole());
    out.writeUInt32NoTag(parts.byKey().size());
    parts
        .byKey()
        .forEach(
            (key, part) -> {
              try {
                payload(key);
                writer.write(part);
              } catch (IOException impossible) {
                throw new UncheckedIOException(impossible);
              }
            });
  }

  private void payload(Payload payload) throws IOException {
    out.writeUInt32NoTag(url(payload.typeUrl()));
    out.writeBytesNoTag(payload.value());
  }

  /** Elements of one set mostly have one type, and there may be very many. */
  private int url(String typeUrl) {
    if (!typeUrl.equals(lastUrl)) {
      var next = urls.size();
      var known = urls.putIfAbsent(typeUrl, next);
      lastUrl = typeUrl;
      lastUrlPlace = known == null ? next : known;
    }
    return lastUrlPlace;
  }

  private void dots(Dots dots) throws IOException {
    var all = dots.all();
    out.writeUInt32NoTag(all.size());
    for (var i = 0; i < all.size(); i++) {
      dot(all.get(i));
    }
  }

  private void dot(Dot dot) throws IOException {
    out.writeUInt32NoTag(node(dot));
    out.writeUInt64NoTag(dot.seq());
  }

  private int node(Dot dot) {
    if (!dot.node().equals(lastNode)) {
      var place = nodes.get(dot.node());
      if (place == null) {
        throw new IllegalStateException("dot of a node that is not in the context: " + dot);
      }
      lastNode = dot.node();
      lastNodePlace = place;
    }
    return lastNodePlace;
  }
}
