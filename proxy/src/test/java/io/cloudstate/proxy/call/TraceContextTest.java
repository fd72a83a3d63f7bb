package io.cloudstate.proxy.call;

import static org.assertj.core.api.Assertions.assertThat;

import io.cloudstate.proxy.call.Metadata.Entry.Text;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TraceContextTest {

  private static final String TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
  private static final String PARENT = "00-" + TRACE + "-00f067aa0ba902b7-01";
  private static final TraceContext CONTEXT = new TraceContext(PARENT, "a=b");

  @Test
  void takesThePlaceOfWhatTheMetadataHadBefore() {
    var metadata =
        new Metadata(
            List.of(
                new Text("one", "1"), new Text("TraceParent", "x"), new Text("tracestate", "y")));
    assertThat(CONTEXT.in(metadata).entries())
        .containsExactly(
            new Text("one", "1"), new Text("traceparent", PARENT), new Text("tracestate", "a=b"));
  }

  @Test
  void standsAloneWithoutAStateThatIsEmpty() {
    assertThat(new TraceContext(PARENT, "").alone().entries())
        .containsExactly(new Text("traceparent", PARENT));
  }

  @Test
  void eventKeepsTheTraceThatItNames() {
    var own = new Metadata(List.of(new Text("ce-traceparent", "x")));
    assertThat(CONTEXT.inEvent(own)).isSameAs(own);
    assertThat(CONTEXT.inEvent(Metadata.EMPTY).entries())
        .containsExactly(new Text("ce-traceparent", PARENT), new Text("ce-tracestate", "a=b"));
  }

  @Test
  void laterStepOfTheSameTraceIsTakenOver() {
    var later = "00-" + TRACE + "-00000000000000aa-01";
    assertThat(CONTEXT.orLaterIn(new Metadata(List.of(new Text("traceparent", later)))))
        .isEqualTo(new TraceContext(later, ""));
  }

  @Test
  void knowsItsIdsAndWhetherAnybodyFollowsIt() {
    assertThat(CONTEXT.traceId()).isEqualTo(TRACE);
    assertThat(CONTEXT.spanId()).isEqualTo("00f067aa0ba902b7");
    assertThat(CONTEXT.isFollowed()).isTrue();
    for (var other : List.of("", PARENT.replace("-01", "-00"), PARENT.replace("-01", "-0x"))) {
      assertThat(new TraceContext(other, "").isFollowed()).as(other).isFalse();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "nonsense", "00-00000000000000000000000000000001-00000000000000aa-01"})
  void anythingElseIsNot(String named) {
    assertThat(CONTEXT.orLaterIn(new Metadata(List.of(new Text("traceparent", named)))))
        .isSameAs(CONTEXT);
  }
}
