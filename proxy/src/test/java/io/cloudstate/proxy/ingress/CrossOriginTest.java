package io.cloudstate.proxy.ingress;

import static org.assertj.core.api.Assertions.assertThat;

import com.linecorp.armeria.client.WebClient;
import com.linecorp.armeria.common.AggregatedHttpResponse;
import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpMethod;
import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.RequestHeaders;
import io.cloudstate.proxy.call.Failure;
import io.cloudstate.proxy.config.ProxySettings.Connections;
import io.cloudstate.proxy.config.ProxySettings.Cors;
import io.cloudstate.proxy.config.ProxySettings.Serving;
import io.cloudstate.proxy.testing.TestEventLoops;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What browsers are told about pages of other sites. */
class CrossOriginTest {

  private static final String SITE = "https://app.example.com";
  private static final String ADD_ITEM = "/" + TestCatalogs.CART + "/AddItem";
  private static final Cors SOME =
      new Cors(
          List.of(SITE, "http://localhost:8000"),
          List.of("x-grpc-web", "content-type"),
          List.of("x-answer"),
          Duration.ofMinutes(7));
  private static final Cors ANY =
      new Cors(List.of("*"), List.of("*"), List.of("*"), Duration.ofMinutes(10));

  private final FakeRouter router = new FakeRouter();
  private @Nullable Ingress running;

  @AfterEach
  void stop() {
    ingress().stop();
  }

  @ParameterizedTest
  @ValueSource(strings = {"h1c", "h2c"})
  void browsersAreToldWhatAnAllowedSiteMayDo(String protocol) throws Exception {
    serve(SOME);
    var response = preflight(protocol, SITE);
    assertThat(response.status().code()).isEqualTo(200);
    assertThat(response.headers().get("access-control-allow-origin")).isEqualTo(SITE);
    assertThat(response.headers().get("access-control-allow-methods"))
        .contains("POST", "GET", "PUT", "PATCH", "DELETE");
    assertThat(response.headers().get("access-control-allow-headers"))
        .isEqualTo("content-type,x-grpc-web");
    assertThat(response.headers().get("access-control-max-age")).isEqualTo("420");
    assertThat(response.headers().get("vary")).isEqualTo("origin");
    assertThat(router.isUntouched()).isTrue();
  }

  @Test
  void otherSitesAreToldNothing() throws Exception {
    serve(SOME);
    for (var origin : List.of("https://evil.example.com", "http://app.example.com", "null")) {
      assertThat(preflight("h1c", origin).headers().contains("access-control-allow-origin"))
          .isFalse();
      assertThat(call(origin).headers().contains("access-control-allow-origin")).isFalse();
    }
  }

  @Test
  void withoutASettingNobodyIsToldAnything() throws Exception {
    serve(Cors.NONE);
    assertThat(preflight("h1c", SITE).status().code()).isEqualTo(404);
    assertThat(call(SITE).headers().names().toString()).doesNotContain("access-control");
  }

  @Test
  void repliesSayWhatMayBeSeenOfThem() throws Exception {
    serve(SOME);
    var response = call(SITE);
    assertThat(response.headers().get("access-control-allow-origin")).isEqualTo(SITE);
    assertThat(response.headers().get("access-control-expose-headers", "").split(","))
        .containsExactlyInAnyOrder("grpc-status", "grpc-message", "x-answer");
  }

  @Test
  void failuresAndWhatIsNotFoundSayItToo() throws Exception {
    serve(SOME);
    router.fails(new Failure.Refused("no"));
    assertThat(call(SITE).headers().get("access-control-allow-origin")).isEqualTo(SITE);
    router.does(routed -> {});
    var timedOut = call(SITE);
    assertThat(timedOut.headers().get("grpc-status")).isEqualTo("4");
    assertThat(timedOut.headers().get("access-control-allow-origin")).isEqualTo(SITE);
    var notFound = execute("h1c", RequestHeaders.of(HttpMethod.GET, "/none", "origin", SITE));
    assertThat(notFound.status().code()).isEqualTo(404);
    assertThat(notFound.headers().get("access-control-allow-origin")).isEqualTo(SITE);
  }

  @Test
  void anySiteMayBeAllowedAnything() throws Exception {
    serve(ANY);
    var preflight = preflight("h1c", "https://who.knows");
    assertThat(preflight.headers().get("access-control-allow-origin")).isEqualTo("*");
    assertThat(preflight.headers().get("access-control-allow-headers"))
        .isEqualTo("x-grpc-web,x-mine");
    assertThat(preflight.headers().get("access-control-allow-credentials")).isNull();
    assertThat(call(SITE).headers().get("access-control-expose-headers", "").split(","))
        .containsExactlyInAnyOrder("grpc-status", "grpc-message", "*");
  }

  @Test
  void healthAndReflectionMayBeCalledToo() throws Exception {
    serve(SOME);
    var response =
        execute(
            "h1c",
            RequestHeaders.of(
                HttpMethod.OPTIONS,
                "/grpc.health.v1.Health/Check",
                "origin",
                SITE,
                "access-control-request-method",
                "POST"));
    assertThat(response.headers().get("access-control-allow-origin")).isEqualTo(SITE);
  }

  private AggregatedHttpResponse preflight(String protocol, String origin) throws Exception {
    return execute(
        protocol,
        RequestHeaders.builder(HttpMethod.OPTIONS, ADD_ITEM)
            .add("origin", origin)
            .add("access-control-request-method", "POST")
            .add("access-control-request-headers", "x-grpc-web,x-mine")
            .build());
  }

  private AggregatedHttpResponse call(String origin) throws Exception {
    return execute(
        "h1c",
        RequestHeaders.of(
            HttpMethod.POST, ADD_ITEM, "origin", origin, "content-type", "application/grpc-web"));
  }

  private AggregatedHttpResponse execute(String protocol, RequestHeaders headers) throws Exception {
    return WebClient.of(protocol + "://localhost:" + ingress().port())
        .execute(HttpRequest.of(headers, HttpData.wrap(WebFrames.of(new byte[] {1}))))
        .aggregate()
        .get(20, TimeUnit.SECONDS);
  }

  private void serve(Cors cors) throws Exception {
    var ingress = ingress(cors);
    running = ingress;
    ingress.start(TestCatalogs.cart()).toCompletableFuture().get(20, TimeUnit.SECONDS);
  }

  private Ingress ingress() {
    return Objects.requireNonNull(running);
  }

  private Ingress ingress(Cors cors) {
    return new Ingress(
        new Serving(
            "localhost",
            0,
            4_000_000,
            1000,
            Duration.ofMillis(10),
            Connections.DEFAULT,
            Optional.empty(),
            cors),
        Duration.ofMillis(500),
        TestEventLoops.SHARED,
        router);
  }
}
