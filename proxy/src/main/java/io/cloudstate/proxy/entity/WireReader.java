package io.cloudstate.proxy.entity;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.UnsafeByteOperations;
import com.google.protobuf.WireFormat;
import io.cloudstate.proxy.call.Answer;
import io.cloudstate.proxy.call.Answer.ClientAction;
import io.cloudstate.proxy.call.Answer.SideEffect;
import io.cloudstate.proxy.call.Answer.Target;
import io.cloudstate.proxy.call.Call;
import io.cloudstate.proxy.call.Metadata;
import io.cloudstate.proxy.call.Payload;
import io.cloudstate.proxy.call.TraceContext;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads messages between nodes, as {@link WireFields} says. Payloads are not copied: they keep the
 * bytes they were read from.
 */
final class WireReader {

  /** A command from another node. */
  record Command(long number, String sender, Call call) {}

  private long number;
  private long node = Home.UNKNOWN;
  private String sender = "";
  private @Nullable Long nanosLeft;
  private String service = "";
  private String method = "";
  private String typeUrl = "";
  private ByteString value = ByteString.EMPTY;
  private List<Metadata.Entry> metadata = List.of();
  private int action;
  private int failure;
  private @Nullable String text;
  private int grpcCode;
  private List<SideEffect> effects = List.of();
  private boolean isSynchronous;
  private String key = "";
  private @Nullable String outTopic;
  private boolean isInOutbox;
  private String traceparent = "";
  private String tracestate = "";

  private WireReader() {}

  static Command command(byte[] bytes, long nowNanos) throws IOException {
    var read = read(UnsafeByteOperations.unsafeWrap(bytes));
    var left = read.nanosLeft;
    var call =
        new Call(
                read.service,
                read.method,
                read.payload(),
                read.metadata(),
                left == null ? Call.noDeadline(nowNanos) : nowNanos + left)
            .publishedTo(read.outTopic)
            .traced(read.trace());
    return new Command(read.number, read.sender, call);
  }

  static RemoteAnswers.Answered answer(byte[] bytes) throws IOException {
    var read = read(UnsafeByteOperations.unsafeWrap(bytes));
    return new RemoteAnswers.Answered(
        read.number, read.node, new Answer(read.action(), read.effects));
  }

  private ClientAction action() throws IOException {
    return switch (action) {
      case WireFields.NONE -> new ClientAction.None();
      case WireFields.REPLY -> new ClientAction.Reply(payload(), metadata(), isInOutbox);
      case WireFields.FORWARD -> new ClientAction.Forward(target());
      case WireFields.FAIL -> new ClientAction.Fail(WireFailure.of(failure, text(), grpcCode));
      default -> throw new IOException("action " + action + " (expected: 0 to 3)");
    };
  }

  private static WireReader read(ByteString bytes) throws IOException {
    var in = bytes.newCodedInput();
    in.enableAliasing(true);
    var reader = new WireReader();
    for (var tag = in.readTag(); tag != 0; tag = in.readTag()) {
      reader.field(tag, in);
    }
    return reader;
  }

  private void field(int tag, CodedInputStream in) throws IOException {
    switch (WireFormat.getTagFieldNumber(tag)) {
      case WireFields.NUMBER -> number = in.readInt64();
      case WireFields.NODE -> node = in.readFixed64();
      case WireFields.SENDER -> sender = in.readString();
      case WireFields.NANOS_LEFT -> nanosLeft = in.readSInt64();
      case WireFields.SERVICE -> service = in.readString();
      case WireFields.METHOD -> method = in.readString();
      case WireFields.TYPE_URL -> typeUrl = in.readString();
      case WireFields.VALUE -> value = in.readBytes();
      case WireFields.METADATA -> metadata = plus(metadata, read(in.readBytes()).entry());
      case WireFields.ACTION -> action = in.readInt32();
      case WireFields.FAILURE -> failure = in.readInt32();
      case WireFields.TEXT -> text = in.readString();
      case WireFields.GRPC_CODE -> grpcCode = in.readInt32();
      case WireFields.EFFECT -> effects = plus(effects, read(in.readBytes()).effect());
      case WireFields.SYNCHRONOUS -> isSynchronous = in.readBool();
      case WireFields.KEY -> key = in.readString();
      case WireFields.OUT_TOPIC -> outTopic = in.readString();
      case WireFields.IN_OUTBOX -> isInOutbox = in.readBool();
      case WireFields.TRACEPARENT -> traceparent = in.readString();
      case WireFields.TRACESTATE -> tracestate = in.readString();
      default -> in.skipField(tag);
    }
  }

  private Metadata.Entry entry() {
    return text == null
        ? new Metadata.Entry.Binary(key, value)
        : new Metadata.Entry.Text(key, text);
  }

  private SideEffect effect() {
    return new SideEffect(target(), isSynchronous);
  }

  private Target target() {
    return new Target(service, method, payload(), metadata());
  }

  private Payload payload() {
    return new Payload(typeUrl, value);
  }

  private Metadata metadata() {
    return metadata.isEmpty() ? Metadata.EMPTY : new Metadata(metadata);
  }

  private @Nullable TraceContext trace() {
    return traceparent.isEmpty() ? null : new TraceContext(traceparent, tracestate);
  }

  private String text() {
    return text == null ? "" : text;
  }

  private static <T> List<T> plus(List<T> list, T element) {
    var longer = list.isEmpty() ? new ArrayList<T>() : list;
    longer.add(element);
    return longer;
  }
}
