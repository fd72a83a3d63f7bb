package io.cloudstate.operator.config;

/** The reference page of the operator, made of what the code declares. */
final class ConfigurationPage {

  private static final String HEAD =
      """
      # Configuration of the operator

      <!-- Generated from KnownSettings.java of the operator. To write it anew:
           %s -->

      The operator reads environment variables, once, at start. An empty one counts as not set. A value that does not
      hold, and a variable that begins with `OPERATOR_` and is none of these, stop the start with exit code 2; all such
      problems are logged together, each with its value and what was expected. (For each Service of its namespace
      Kubernetes adds variables to a pod, unless `enableServiceLinks` is `false`: set that, or no Service may be called
      `operator` or `operator-…`.)

      | variable | default | expected | meaning |
      |---|---|---|---|
      """;

  private static final String TAIL =
      """

      How it finds the API server is up to its client library: within a pod by the service account, elsewhere by
      `KUBECONFIG` or `~/.kube/config`.

      ## Ports and paths

      | port | path | answers |
      |---|---|---|
      | management, 8080 | `GET /started` | 200 once the cluster was asked what it knows and, with the webhook, a certificate is there; 503 until then. For the start-up probe |
      | | `GET /alive` | 200 as long as the lease is looked after, on the leader the informers are running, and certificates are looked after; 503 with what is not. For the liveness probe |
      | | `GET /ready` | 200 on each replica that has started and, with the webhook, serves it with a certificate that is valid; 503 with what is missing, and from when the end was asked for. For the readiness probe |
      | | `GET /metrics` | Prometheus text |
      | webhook, 9443 | `POST /inject` | an AdmissionReview of `admission.k8s.io/v1`, by TLS alone |

      Answers of probes are lines of text. On the management port nothing can be changed.

      ## Exit codes

      | code | when |
      |---|---|
      | 0, or 143 by SIGTERM | the end was asked for: the lease has been released |
      | 1 | the lease was lost, or the start failed; the log says which |
      | 2 | the settings do not hold |
      """;

  private ConfigurationPage() {}

  static String text(String updateCommand) {
    var page = new StringBuilder(HEAD.formatted(updateCommand));
    for (var setting : KnownSettings.all()) {
      var defaultText = setting.defaultText();
      page.append("| `%s` | ".formatted(setting.variable()))
          .append(
              defaultText == null
                  ? "**must be set**"
                  : defaultText.isEmpty() ? "" : "`" + defaultText + "`")
          .append(" | %s | %s |\n".formatted(setting.format().expected(), setting.meaning()));
    }
    return page.append(TAIL).toString();
  }
}
