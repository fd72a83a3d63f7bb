package io.cloudstate.tck.driver;

import akka.stream.KillSwitch;
import akka.stream.Materializer;
import com.google.protobuf.Message;
import io.cloudstate.tck.rule.Exchange;
import io.cloudstate.tck.rule.Mismatch;
import io.cloudstate.tck.rule.Patience;
import io.grpc.Status;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** One call that the kit makes as a client, of any shape. */
public final class ClientCall<I extends Message, O extends Message> extends Conversation<O, I> {

  private final CompletableFuture<Map<String, List<String>>> headers = new CompletableFuture<>();
  private volatile boolean isCancelled;
  private @Nullable KillSwitch cancellation;

  ClientCall(
      String label,
      String self,
      String other,
      Exchange exchange,
      Patience patience,
      Materializer materializer) {
    super(label, self, other, exchange, patience, materializer);
  }

  /** The one reply, which must be this, and the end in order. */
  public void expectReply(O reply) {
    expect(reply);
    expectCompletion();
  }

  /** The end with a status that is not OK and this description, whatever the code is. */
  public void expectFailure(String description) {
    var ended = expectEnd();
    if (ended.status().isOk() || !Objects.equals(ended.status().getDescription(), description)) {
      throw new Mismatch(
          "end of " + label(),
          "a status that is not OK with \"" + description + "\"",
          ended.text());
    }
  }

  /** The end with this status. */
  public void expectFailure(Status.Code code, String description) {
    var ended = expectFailure(code);
    if (!Objects.equals(ended.status().getDescription(), description)) {
      throw new Mismatch(
          "end of " + label(), "end: " + code + " \"" + description + "\"", ended.text());
    }
  }

  /** The end with this status, whatever its description is. */
  public Signal.Ended<O> expectFailure(Status.Code code) {
    var ended = expectEnd();
    if (ended.status().getCode() != code) {
      throw new Mismatch("end of " + label(), "end: " + code, ended.text());
    }
    return ended;
  }

  /** The client loses interest: the call is cancelled, on the wire too. */
  public void cancel() {
    note("cancelled");
    abandon();
  }

  /** The same without a word of it: the script is over. */
  void abandon() {
    isCancelled = true;
    if (cancellation != null) {
      cancellation.shutdown();
    }
    completeSilently();
  }

  /** Of the reply, names in lower case; they must come. */
  public Map<String, List<String>> headers() {
    try {
      return headers.get(patience().expected().toNanos(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException | ExecutionException e) {
      throw new Mismatch("headers of " + label(), "some", "none");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new Mismatch("headers of " + label(), "some", "interrupted");
    }
  }

  void cancelWith(KillSwitch killSwitch) {
    cancellation = killSwitch;
  }

  boolean isCancelled() {
    return isCancelled;
  }

  void onHeaders(Map<String, List<String>> received) {
    headers.complete(received);
  }
}
