package io.cloudstate.proxy.entity;

import static org.assertj.core.api.Assertions.assertThat;

import io.cloudstate.proxy.call.Answer;
import io.cloudstate.proxy.call.Answer.ClientAction;
import io.cloudstate.proxy.call.Call;
import io.cloudstate.proxy.call.Metadata;
import io.cloudstate.proxy.call.Payload;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Which commands count, and from when on: those that find their instance not loaded above all. */
class InstanceMeterTest {

  private static final int MAX_QUEUED = 2;
  private static final Answer DONE = new Answer(new ClientAction.None(), List.of());

  private final List<String> recorded = new ArrayList<>();
  private final InstanceMeter meter = new InstanceMeter(new Recording());
  private final OneByOne session = new OneByOne();

  @Test
  void commandsThatWaitForLoadingCountFromItsEndOn() {
    // Given
    var first = arrives(1);
    session.onCommand(first);
    meter.opened(1);
    var second = arrives(2);
    session.onCommand(second);
    assertThat(recorded).containsExactly("activated");
    // When
    session.onMessage("loaded");
    meter.look(session, 10);
    meter.sent(first, 11);
    meter.answered(first, DONE, 20);
    session.onMessage("reply");
    meter.sent(second, 21);
    meter.answered(second, DONE, 30);
    // Then
    assertThat(recorded)
        .containsExactly(
            "activated",
            "recovered 9",
            "received",
            "received",
            "stashed",
            "completed false 10",
            "unstashed 11",
            "completed false 20");
  }

  @Test
  void commandsNeverCountWhenLoadingFails() {
    // Given
    var command = arrives(1);
    session.onCommand(command);
    meter.opened(1);
    // When
    var steps = session.onLoadTimeout();
    meter.look(session, 5);
    for (var step : steps) {
      if (step instanceof Step.Respond respond) {
        meter.answered(respond.pending(), respond.answer(), 5);
      }
    }
    meter.closed(session.lastEnd(), 6);
    // Then
    assertThat(recorded).containsExactly("activated", "passivated FAILED 5");
  }

  @Test
  void commandThatComesThroughARestartCountsOnce() {
    // Given
    var first = arrives(1);
    session.onCommand(first);
    meter.opened(1);
    session.onMessage("loaded");
    meter.look(session, 2);
    var second = arrives(3);
    session.onCommand(second);
    recorded.clear();
    // When
    session.onMessage("restart");
    meter.answered(first, DONE, 4);
    session.onStreamEnded(false, true, "");
    meter.closed(session.lastEnd(), 5);
    meter.opened(5);
    session.onMessage("loaded");
    meter.look(session, 7);
    meter.sent(second, 7);
    meter.answered(second, DONE, 8);
    // Then
    assertThat(recorded)
        .containsExactly(
            "completed false 2",
            "passivated RESTARTED 4",
            "activated",
            "recovered 2",
            "unstashed 4",
            "completed false 5");
  }

  @Test
  void commandThatFindsTheQueueFullIsRefused() {
    // Given
    for (var i = 0; i < MAX_QUEUED; i++) {
      session.onCommand(arrives(1));
    }
    // When
    arrives(2);
    // Then
    assertThat(recorded).containsExactly("refused");
  }

  @Test
  void whatWasNeverOpenedDoesNotEnd() {
    meter.closed(Ending.PASSIVATED, 1);
    assertThat(recorded).isEmpty();
  }

  private Pending arrives(long now) {
    var call = new Call("Service", "Method", Payload.NONE, Metadata.EMPTY, Call.noDeadline(0));
    var command = new Pending(call, answer -> {});
    meter.arrived(session, command, now);
    return command;
  }

  /** Does not store anything. */
  private static final class OneByOne extends EntitySession<String> {

    private record Sent(long id) implements Step.OfKind {}

    OneByOne() {
      super("id", MAX_QUEUED, () -> 0, new Violations("entity"));
    }

    @Override
    protected Step command(long id, Call call) {
      return new Sent(id);
    }

    @Override
    protected List<Step> onOutput(String message) {
      return switch (message) {
        case "loaded" -> loaded();
        case "restart" -> restart(DONE);
        default -> answered(DONE);
      };
    }

    @Override
    protected void unload() {}
  }

  private final class Recording implements EntityMetrics {
    @Override
    public void activated() {
      recorded.add("activated");
    }

    @Override
    public void recovered(long nanos) {
      recorded.add("recovered " + nanos);
    }

    @Override
    public void passivated(Ending ending, long nanos) {
      recorded.add("passivated " + ending + " " + nanos);
    }

    @Override
    public void received() {
      recorded.add("received");
    }

    @Override
    public void stashed() {
      recorded.add("stashed");
    }

    @Override
    public void unstashed(long nanos) {
      recorded.add("unstashed " + nanos);
    }

    @Override
    public void refused() {
      recorded.add("refused");
    }

    @Override
    public void completed(boolean isFailed, long nanos) {
      recorded.add("completed " + isFailed + " " + nanos);
    }
  }
}
