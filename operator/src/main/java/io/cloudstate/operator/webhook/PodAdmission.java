package io.cloudstate.operator.webhook;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.cloudstate.operator.desired.Injection;
import io.cloudstate.operator.desired.Platform;
import io.cloudstate.operator.desired.Problem;
import io.cloudstate.operator.desired.Warning;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.zjsonpatch.DiffFlags;
import io.fabric8.zjsonpatch.JsonDiff;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Answers for one pod: it is left alone unless it asks for the proxy and has none. What it asks for
 * and cannot have is a refusal, never a pod without proxy.
 */
public final class PodAdmission {

  private static final ObjectMapper JSON = new ObjectMapper();

  private final Lookup lookup;
  private final Platform platform;
  private final Set<String> watchedNamespaces;

  public PodAdmission(Lookup lookup, Platform platform, Set<String> watchedNamespaces) {
    this.lookup = lookup;
    this.platform = platform;
    this.watchedNamespaces = Set.copyOf(watchedNamespaces);
  }

  Answer answer(AdmissionRequest request) {
    if (!request.isNewPod()) {
      return new Answer.Unchanged("not a new pod");
    }
    try {
      var pod = JSON.treeToValue(request.object(), Pod.class);
      if (pod == null || pod.getMetadata() == null || pod.getSpec() == null) {
        return refused(400, "BadRequest", "object: no pod (expected: metadata and spec)");
      }
      return Injection.isWanted(pod)
          ? injected(pod, request.namespace())
          : new Answer.Unchanged("not asked for, or there already");
    } catch (JsonProcessingException e) {
      return refused(400, "BadRequest", "object: no pod of v1, " + e.getOriginalMessage());
    } catch (KubernetesClientException e) {
      return refused(
          503,
          "ServiceUnavailable",
          "what the pod refers to cannot be looked up, try again: " + e.getMessage());
    }
  }

  private Answer injected(Pod pod, String namespace) {
    if (!watchedNamespaces.isEmpty() && !watchedNamespaces.contains(namespace)) {
      return refused(
          422,
          "Invalid",
          "namespace %s is not watched by the operator (expected: one of OPERATOR_WATCH_NAMESPACES, %s)"
              .formatted(
                  namespace,
                  watchedNamespaces.stream().sorted().collect(Collectors.joining(", "))));
    }
    var store = Injection.storeOf(pod).flatMap(name -> lookup.store(namespace, name));
    var service = Injection.serviceOf(pod);
    var isServiceTaken = !service.isEmpty() && lookup.hasService(namespace, service);
    var injection = Injection.of(pod, store.orElse(null), isServiceTaken, platform);
    var changed = injection.pod();
    return changed == null
        ? refused(
            422,
            "Invalid",
            injection.problems().stream().map(Problem::message).collect(Collectors.joining("; ")))
        : new Answer.Patched(
            patch(pod, changed), injection.warnings().stream().map(Warning::message).toList());
  }

  /** Written from and to the same model, so that only what was changed differs. */
  private static JsonNode patch(Pod from, Pod to) {
    return JsonDiff.asJson(
        JSON.valueToTree(from), JSON.valueToTree(to), DiffFlags.dontNormalizeOpIntoMoveAndCopy());
  }

  private static Answer refused(int code, String reason, String message) {
    return new Answer.Refused(code, reason, message);
  }
}
