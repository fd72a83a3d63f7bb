package io.cloudstate.operator.webhook;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/**
 * One request of an AdmissionReview {@code admission.k8s.io/v1}, and how it is answered in the same
 * words.
 */
record AdmissionRequest(
    String uid, String operation, String resource, String namespace, JsonNode object) {

  private static final String API_VERSION = "admission.k8s.io/v1";
  private static final String KIND = "AdmissionReview";
  private static final ObjectMapper JSON =
      JsonMapper.builder().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS).build();

  /** The body is no review, or of another version. */
  static final class NotAReview extends Exception {
    private static final long serialVersionUID = 1L;

    NotAReview(String message) {
      super(message);
    }
  }

  static AdmissionRequest parse(byte[] body) throws NotAReview {
    var review = read(body);
    requireText(review, "/apiVersion", API_VERSION);
    requireText(review, "/kind", KIND);
    var request = review.path("request");
    var uid = request.path("uid").asText();
    if (uid.isEmpty()) {
      throw new NotAReview("request.uid is missing (expected: a text)");
    }
    return new AdmissionRequest(
        uid,
        request.path("operation").asText(),
        resource(request),
        request.path("namespace").asText(),
        request.path("object"));
  }

  private static JsonNode read(byte[] body) throws NotAReview {
    try {
      return JSON.readValue(body, new TypeReference<JsonNode>() {});
    } catch (IOException e) {
      throw new NotAReview(
          "body is not JSON (expected: an AdmissionReview of " + API_VERSION + ")");
    }
  }

  private static void requireText(JsonNode review, String pointer, String expected)
      throws NotAReview {
    var actual = review.at(pointer).asText();
    if (!actual.equals(expected)) {
      throw new NotAReview(
          "%s: %s (expected: %s)".formatted(pointer.substring(1), actual, expected));
    }
  }

  /** Such as {@code pods}, or {@code pods/status}. */
  private static String resource(JsonNode request) {
    var group = request.at("/resource/group").asText();
    var name = request.at("/resource/resource").asText();
    var subresource = request.path("subResource").asText();
    return (group.isEmpty() ? "" : group + "/")
        + name
        + (subresource.isEmpty() ? "" : "/" + subresource);
  }

  boolean isNewPod() {
    return resource.equals("pods") && operation.equals("CREATE");
  }

  byte[] answered(Answer answer) {
    var review = JSON.createObjectNode().put("apiVersion", API_VERSION).put("kind", KIND);
    var response = review.putObject("response").put("uid", uid);
    if (answer instanceof Answer.Refused refused) {
      response.put("allowed", false);
      response
          .putObject("status")
          .put("status", "Failure")
          .put("code", refused.code())
          .put("reason", refused.reason())
          .put("message", refused.message());
    } else if (answer instanceof Answer.Patched patched) {
      response
          .put("allowed", true)
          .put("patchType", "JSONPatch")
          .put("patch", base64(patched.patch()));
      audit(response, "injected");
      if (!patched.warnings().isEmpty()) {
        var warnings = response.putArray("warnings");
        patched.warnings().forEach(warnings::add);
      }
    } else if (answer instanceof Answer.Unchanged unchanged) {
      response.put("allowed", true);
      audit(response, unchanged.reason());
    } else {
      throw new AssertionError("unhandled: " + answer);
    }
    return review.toString().getBytes(StandardCharsets.UTF_8);
  }

  /** The API server's audit log says of a pod why it has a proxy, or none. */
  private static void audit(ObjectNode response, String injection) {
    response.putObject("auditAnnotations").put("injection", injection);
  }

  private static String base64(JsonNode patch) {
    return Base64.getEncoder().encodeToString(patch.toString().getBytes(StandardCharsets.UTF_8));
  }
}
