package io.cloudstate.proxy.storage.jdbc;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.CodedOutputStream;
import io.cloudstate.proxy.call.Metadata;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.sql.SQLException;
import java.util.ArrayList;

/** Metadata as they are stored: keys and texts in turn; bytes are left out, no event has them. */
final class MetadataBytes {

  private static final int ROOM = 256;

  private MetadataBytes() {}

  static byte[] write(Metadata metadata) {
    var bytes = new ByteArrayOutputStream(ROOM);
    var out = CodedOutputStream.newInstance(bytes, ROOM);
    try {
      for (var entry : metadata.entries()) {
        if (entry instanceof Metadata.Entry.Text text) {
          out.writeStringNoTag(text.key());
          out.writeStringNoTag(text.value());
        }
      }
      out.flush();
    } catch (IOException e) {
      throw new AssertionError("memory does not fail", e);
    }
    return bytes.toByteArray();
  }

  static Metadata read(byte[] bytes) throws SQLException {
    var in = CodedInputStream.newInstance(bytes);
    var entries = new ArrayList<Metadata.Entry>();
    try {
      while (!in.isAtEnd()) {
        entries.add(new Metadata.Entry.Text(in.readString(), in.readString()));
      }
    } catch (IOException e) {
      throw new SQLException("metadata of an outgoing reply cannot be read", e);
    }
    return new Metadata(entries);
  }
}
