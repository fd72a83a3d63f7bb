package io.cloudstate.bench.load;

import com.google.protobuf.CodedInputStream;
import io.cloudstate.bench.wire.CounterMessages;
import io.cloudstate.bench.wire.CounterMethods;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.Status;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Callers that have one call open each, and make the next as soon as it is answered, until {@link
 * Keys} has nothing more for them; of a streamed method one call, on which they send the next
 * message as soon as the last is answered. Each stays on one connection, and so on one thread.
 */
final class Callers {

  /** Which counter is called next. */
  interface Keys {

    int NONE = -1;

    /** The index of the next key for this caller, or {@link #NONE}, which ends it for good. */
    int next(int caller);
  }

  /** A failed call is not followed by the next at once: what is down would be called in a loop. */
  private static final long PAUSE_AFTER_FAILURE_MILLIS = 20;

  private static final CallOptions OPTIONS = CallOptions.DEFAULT;

  private final byte[][] commands;
  private final MethodDescriptor<byte[], byte[]> method;
  private final Keys keys;
  private final Errors errors;
  private final List<Lane> lanes = new ArrayList<>();
  private final List<Caller> callers = new ArrayList<>();
  private final CountDownLatch running;
  private final ScheduledExecutorService pauses =
      Executors.newSingleThreadScheduledExecutor(Callers::daemon);
  private volatile boolean recording;
  private volatile String phase = "warm-up";

  /**
   * @param commands one for each key
   */
  Callers(
      List<? extends Channel> channels,
      int number,
      byte[][] commands,
      MethodDescriptor<byte[], byte[]> method,
      Keys keys,
      Errors errors) {
    this.commands = commands;
    this.method = method;
    this.keys = keys;
    this.errors = errors;
    channels.forEach(channel -> lanes.add(new Lane(channel)));
    for (var i = 0; i < number; i++) {
      var lane = lanes.get(i % lanes.size());
      callers.add(
          method.getType() == MethodType.UNARY
              ? new UnaryCaller(i, lane)
              : new StreamedCaller(i, lane));
    }
    running = new CountDownLatch(number);
  }

  void start() {
    callers.forEach(Caller::next);
  }

  /** From now on, or no longer, answers count; {@code phase} is what errors are filed under. */
  void record(boolean recording, String phase) {
    this.phase = phase;
    this.recording = recording;
  }

  /** Waits until all have ended; those that did not are errors. */
  void awaitEnd(long timeoutMillis) throws InterruptedException {
    var ended = running.await(timeoutMillis, TimeUnit.MILLISECONDS);
    pauses.shutdownNow();
    if (!ended) {
      errors.add("not answered within " + timeoutMillis + " ms", running.getCount());
    }
  }

  /** Only after all have ended. */
  LatencyHistogram latencies() {
    var sum = new LatencyHistogram();
    lanes.forEach(lane -> sum.add(lane.latencies));
    return sum;
  }

  /** How many calls were answered, recorded or not. Only after all have ended. */
  long answered() {
    return lanes.stream().mapToLong(lane -> lane.answered).sum();
  }

  /** The sum of all values replied to {@code Read}. Only after all have ended. */
  long sumOfValues() {
    return lanes.stream().mapToLong(lane -> lane.sumOfValues).sum();
  }

  private static Thread daemon(Runnable work) {
    var thread = new Thread(work, "pauses");
    thread.setDaemon(true);
    return thread;
  }

  /** A connection, and what its event loop alone writes. */
  private static final class Lane {

    private final Channel channel;
    private final LatencyHistogram latencies = new LatencyHistogram();
    private long answered;
    private long sumOfValues;

    Lane(Channel channel) {
      this.channel = channel;
    }
  }

  /** What the two ways of calling share. */
  private abstract class Caller extends ClientCall.Listener<byte[]> {

    private final int index;
    private final Lane lane;
    private long calledAt;

    Caller(int index, Lane lane) {
      this.index = index;
      this.lane = lane;
    }

    void next() {
      var key = keys.next(index);
      if (key == Keys.NONE) {
        end();
        return;
      }
      calledAt = System.nanoTime();
      send(commands[key]);
    }

    abstract void send(byte[] command);

    abstract void end();

    ClientCall<byte[], byte[]> newCall() {
      return lane.channel.newCall(method, OPTIONS);
    }

    void answered(byte[] message) {
      var took = System.nanoTime() - calledAt;
      lane.answered++;
      if (recording) {
        lane.latencies.record(took);
      }
      if (method == CounterMethods.READ) {
        try {
          lane.sumOfValues += CounterMessages.readNumber(CodedInputStream.newInstance(message));
        } catch (IOException e) {
          errors.add("unreadable reply: " + e.getMessage(), 1);
        }
      }
    }

    void failed(Status status) {
      errors.add(phase, status.isOk() ? Status.UNKNOWN.withDescription("no reply") : status);
      var ignored = pauses.schedule(this::next, PAUSE_AFTER_FAILURE_MILLIS, TimeUnit.MILLISECONDS);
    }
  }

  private final class UnaryCaller extends Caller {

    private byte @Nullable [] reply;

    UnaryCaller(int index, Lane lane) {
      super(index, lane);
    }

    @Override
    void send(byte[] command) {
      reply = null;
      var call = newCall();
      call.start(this, new Metadata());
      call.request(2); // more than one reply is an error, which gRPC itself finds
      call.sendMessage(command);
      call.halfClose();
    }

    @Override
    void end() {
      running.countDown();
    }

    @Override
    public void onMessage(byte[] message) {
      reply = message;
    }

    @Override
    public void onClose(Status status, Metadata trailers) {
      var message = reply;
      if (status.isOk() && message != null && message.length > 0) {
        answered(message);
        next();
      } else {
        failed(status);
      }
    }
  }

  private final class StreamedCaller extends Caller {

    private @Nullable ClientCall<byte[], byte[]> stream;
    private boolean isEnding;

    StreamedCaller(int index, Lane lane) {
      super(index, lane);
    }

    @Override
    void send(byte[] command) {
      var call = stream;
      if (call == null) {
        call = newCall();
        call.start(this, new Metadata());
        stream = call;
      }
      call.request(1);
      call.sendMessage(command);
    }

    @Override
    void end() {
      isEnding = true;
      if (stream == null) {
        running.countDown();
      } else {
        stream.halfClose();
      }
    }

    @Override
    public void onMessage(byte[] message) {
      answered(message);
      next();
    }

    @Override
    public void onClose(Status status, Metadata trailers) {
      stream = null;
      if (isEnding && status.isOk()) {
        running.countDown();
      } else {
        failed(status);
      }
    }
  }
}
