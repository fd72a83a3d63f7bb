package io.cloudstate.proxy.eventloop;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.EventLoop;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class EventLoopsTest {

  private final EventLoops eventLoops = new EventLoops();

  @AfterEach
  void close() {
    eventLoops.close();
  }

  @Test
  void aLoopWithLittleToDoKeepsWhatBelongsToItsWork() throws Exception {
    for (var loop : eventLoops.all()) {
      assertThat(quietWithTasksWaiting(loop, 0)).isSameAs(loop);
      assertThat(quietWithTasksWaiting(loop, 7)).isSameAs(loop);
    }
  }

  @Test
  void oneWithMuchToDoDoesNot() throws Exception {
    for (var loop : eventLoops.all()) {
      assertThat(quietWithTasksWaiting(loop, 8)).isNull();
    }
  }

  @Test
  void aThreadThatIsNoneIsNeverQuiet() {
    assertThat(eventLoops.quietHere()).isNull();
  }

  private EventLoop quietWithTasksWaiting(EventLoop loop, int tasks) throws Exception {
    return loop.submit(
            () -> {
              for (var i = 0; i < tasks; i++) {
                loop.execute(() -> {});
              }
              return eventLoops.quietHere();
            })
        .get(10, TimeUnit.SECONDS);
  }
}
