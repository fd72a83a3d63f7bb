package io.cloudstate.proxy.cluster;

import akka.actor.ExtendedActorSystem;
import akka.actor.typed.javadsl.Adapter;
import akka.http.javadsl.model.ContentTypes;
import akka.http.javadsl.model.HttpEntities;
import akka.http.javadsl.model.HttpRequest;
import akka.http.javadsl.model.HttpResponse;
import akka.http.javadsl.model.StatusCode;
import akka.http.javadsl.model.StatusCodes;
import akka.http.javadsl.model.headers.Connection;
import akka.http.javadsl.server.AllDirectives;
import akka.http.javadsl.server.PathMatchers;
import akka.http.javadsl.server.Route;
import akka.management.javadsl.ManagementRouteProvider;
import akka.management.javadsl.ManagementRouteProviderSettings;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletionStage;

/**
 * What can be asked on the management port.
 *
 * <p>Implements spec/telemetry.md 4. Made by Akka, by its name.
 */
final class ManagementRoutes extends AllDirectives implements ManagementRouteProvider {

  private static final ObjectMapper JSON = new ObjectMapper();

  private final Management.Desk desk;

  public ManagementRoutes(ExtendedActorSystem system) {
    this.desk = Management.desk(Adapter.toTyped(system));
  }

  @Override
  public Route routes(ManagementRouteProviderSettings settings) {
    return concat(
        path("ready", () -> get(() -> complete(probed(desk.health().ready())))),
        path("alive", () -> get(() -> complete(probed(desk.health().alive())))),
        path("health", () -> get(() -> complete(json(StatusCodes.OK, health())))),
        path("drain", () -> concat(get(this::drain), post(this::drain))),
        pathPrefix(
            "admin",
            () ->
                concat(
                    path(PathMatchers.segment(), name -> get(() -> view(name))),
                    pathPrefix(
                        PathMatchers.segment(),
                        view ->
                            path(
                                PathMatchers.segment().slash(PathMatchers.segment()),
                                (id, name) -> post(() -> command(view + "/" + name, id)))))));
  }

  private Route view(String name) {
    var view = desk.views().get(name);
    return view == null
        ? reject()
        : completeWithFuture(view.get().thenApply(seen -> json(StatusCodes.OK, seen)));
  }

  /** Of all parts of the thing, or of the one that the parameter {@code slice} names. */
  private Route command(String name, String id) {
    var command = desk.commands().get(name);
    if (command == null) {
      return reject();
    }
    return parameterOptional(
        "slice",
        slice ->
            extractRequest(
                request ->
                    complete(
                        isOfBrowser(request)
                            ? text(StatusCodes.FORBIDDEN, "Not for browsers")
                            : run(command, id, slice))));
  }

  private static HttpResponse run(Management.Operation command, String id, Optional<String> slice) {
    try {
      var part =
          slice.isEmpty()
              ? OptionalInt.empty()
              : OptionalInt.of(Integer.parseUnsignedInt(slice.get()));
      return command.run(id, part)
          ? text(StatusCodes.ACCEPTED, "Accepted")
          : text(StatusCodes.NOT_FOUND, "Not found: " + id);
    } catch (NumberFormatException e) {
      return text(
          StatusCodes.BAD_REQUEST, "slice: %s (expected: a number)".formatted(slice.orElse("")));
    }
  }

  private static HttpResponse probed(Health.Report report) {
    var status = report.isHealthy() ? StatusCodes.OK : StatusCodes.INTERNAL_SERVER_ERROR;
    return text(status, report.text());
  }

  private Map<String, Object> health() {
    var health = new LinkedHashMap<String, Object>();
    health.put("ready", desk.health().ready());
    health.put("alive", desk.health().alive());
    return health;
  }

  /** GET too: a hook of Kubernetes can send nothing else. A page in a browser must not do that. */
  private Route drain() {
    return extractRequest(
        request ->
            isOfBrowser(request)
                ? complete(text(StatusCodes.FORBIDDEN, "Not for browsers"))
                : completeWithFuture(drained()));
  }

  private static boolean isOfBrowser(HttpRequest request) {
    return request.getHeader("Origin").isPresent()
        || request.getHeader("Sec-Fetch-Mode").isPresent();
  }

  private CompletionStage<HttpResponse> drained() {
    return desk.drain()
        .request()
        .thenApply(left -> text(StatusCodes.OK, "Drained").addHeader(Connection.create("close")));
  }

  private static HttpResponse text(StatusCode status, String text) {
    return HttpResponse.create()
        .withStatus(status)
        .withEntity(HttpEntities.create(ContentTypes.TEXT_PLAIN_UTF8, text));
  }

  private static HttpResponse json(StatusCode status, Object value) {
    try {
      return HttpResponse.create()
          .withStatus(status)
          .withEntity(
              HttpEntities.create(ContentTypes.APPLICATION_JSON, JSON.writeValueAsBytes(value)));
    } catch (JsonProcessingException e) {
      throw new AssertionError("our own records", e);
    }
  }
}
