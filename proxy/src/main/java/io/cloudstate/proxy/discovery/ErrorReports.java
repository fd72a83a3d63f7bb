package io.cloudstate.proxy.discovery;

import com.google.protobuf.Empty;
import io.cloudstate.protocol.EntityDiscoveryGrpc;
import io.cloudstate.protocol.EntityOuterClass.UserFunctionError;
import io.grpc.Channel;
import io.grpc.stub.StreamObserver;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells the user function's developer what is wrong with the function, through {@code reportError}.
 * Fire and forget: what becomes of a report is ignored. At most {@value #MAX_UNDER_WAY} are under
 * way at a time; what comes beyond is only logged. Each is logged, too, and shortened to what log
 * and function can bear. Thread-safe, returns at once.
 */
public final class ErrorReports implements Consumer<String> {

  private static final Logger log = LoggerFactory.getLogger(ErrorReports.class);
  private static final int MAX_UNDER_WAY = 100;
  private static final int DEADLINE_SECONDS = 10;

  private final Channel channel;
  private final Semaphore free = new Semaphore(MAX_UNDER_WAY);

  /**
   * Reports through this channel.
   *
   * @param channel to the user function
   */
  public ErrorReports(Channel channel) {
    this.channel = channel;
  }

  @Override
  public void accept(String report) {
    var message = Complaints.shortened(report);
    log.warn("{}", message);
    if (!free.tryAcquire()) {
      log.warn("too many error reports under way, this one is not sent");
      return;
    }
    EntityDiscoveryGrpc.newStub(channel)
        .withDeadlineAfter(DEADLINE_SECONDS, TimeUnit.SECONDS)
        .reportError(
            UserFunctionError.newBuilder().setMessage(message).build(),
            new StreamObserver<>() {
              @Override
              public void onNext(Empty reply) {
                // nothing to learn from it
              }

              @Override
              public void onError(Throwable cause) {
                free.release();
                log.debug("error report not taken by the user function: {}", cause.toString());
              }

              @Override
              public void onCompleted() {
                free.release();
              }
            });
  }
}
