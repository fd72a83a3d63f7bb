package io.cloudstate.tck.driver;

import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.Empty;
import com.google.protobuf.Message;
import com.google.protobuf.TextFormat;
import com.google.protobuf.TypeRegistry;
import io.cloudstate.tck.model.Action;
import io.cloudstate.tck.model.Crdt;
import io.cloudstate.tck.model.Eventlogeventing;
import io.cloudstate.tck.model.Eventsourced;
import io.cloudstate.tck.model.valueentity.Valueentity;
import java.util.List;

/** Messages as text for readers: what is wrapped in an Any is shown in full. */
public final class Text {

  private static final int MAX_BYTES = 1 << 16;

  private static final List<FileDescriptor> MODELS =
      List.of(
          Action.getDescriptor(),
          Crdt.getDescriptor(),
          Eventlogeventing.getDescriptor(),
          Eventsourced.getDescriptor(),
          Valueentity.getDescriptor(),
          Empty.getDescriptor().getFile());

  private static final TextFormat.Printer PRINTER =
      TextFormat.printer().usingTypeRegistry(registry()).escapingNonAscii(false);

  private Text() {}

  /**
   * Over several lines, without the last line's end; {@code {}} if nothing is set. Of a large
   * message only its size is told: nobody reads it, and writing it takes time that rules count.
   */
  public static String of(Message message) {
    var name = message.getDescriptorForType().getName();
    if (message.getSerializedSize() > MAX_BYTES) {
      return name + " { " + message.getSerializedSize() + " bytes }";
    }
    var text = PRINTER.printToString(message).strip();
    return text.isEmpty() ? name + " {}" : name + " {\n  " + text.replace("\n", "\n  ") + "\n}";
  }

  private static TypeRegistry registry() {
    var registry = TypeRegistry.newBuilder();
    for (var file : MODELS) {
      registry.add(file.getMessageTypes());
    }
    return registry.build();
  }
}
