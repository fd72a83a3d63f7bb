package io.cloudstate.operator.certificates;

import io.cloudstate.operator.certificates.Authority.Terms;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.MutatingWebhookConfiguration;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.net.HttpURLConnection;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Certificates of an authority of the operator's own, kept in a Secret. Every replica does the
 * same, for each serves the webhook: whoever comes first writes, and the others read what that one
 * wrote. The authority's certificate goes to the webhook's configuration, unless somebody else
 * keeps that.
 */
public final class SelfManagedCertificates implements CertificateSource {

  private static final Logger log = LoggerFactory.getLogger(SelfManagedCertificates.class);
  private static final PatchContext PATCH =
      new PatchContext.Builder()
          .withPatchType(PatchType.JSON)
          .withFieldManager("cloudstate-operator-webhook")
          .build();
  private static final int ATTEMPTS = 3;

  /**
   * What is kept where.
   *
   * @param configuration the MutatingWebhookConfiguration to write to, null to write to none
   */
  public record Place(
      String namespace, String secret, String service, @Nullable String configuration) {

    /** The names by which the API server calls a Service. */
    List<String> dnsNames() {
      var name = service + "." + namespace + ".svc";
      return List.of(name, name + ".cluster.local");
    }
  }

  private final KubernetesClient client;
  private final Place place;
  private final Terms terms;
  private final Clock clock;
  private final ServingKeys keys;

  public SelfManagedCertificates(
      KubernetesClient client, Place place, Duration validity, Clock clock, ServingKeys keys) {
    this.client = client;
    this.place = place;
    this.terms = new Terms(place.dnsNames(), validity);
    this.clock = clock;
    this.keys = keys;
  }

  @Override
  public void check() throws Unusable {
    var authority = current();
    keys.use(authority.server().key(), List.of(authority.server().certificate()));
    if (place.configuration() != null) {
      tellCallers(place.configuration(), authority.bundle());
    }
  }

  /** What is in the Secret, after what was due has been written to it. */
  private Authority current() throws Unusable {
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      var secret = client.secrets().inNamespace(place.namespace()).withName(place.secret()).get();
      var kept = Authority.of(secret == null ? null : secret.getData());
      var next =
          kept.map(authority -> authority.next(terms, clock.instant()))
              .orElseGet(() -> Authority.fresh(terms, clock.instant()));
      if (kept.filter(next::equals).isPresent() || isWritten(secret, next)) {
        return next;
      }
    }
    throw new Unusable(
        "Secret %s/%s changed each of %d times it was to be written (expected: nobody else writes it)"
            .formatted(place.namespace(), place.secret(), ATTEMPTS));
  }

  /** False if another replica was first. */
  private boolean isWritten(@Nullable Secret before, Authority next) {
    try {
      if (before == null) {
        client.secrets().resource(secret(next)).create();
      } else {
        client.secrets().resource(new SecretBuilder(before).withData(next.data()).build()).update();
      }
      log.atInfo()
          .addKeyValue("secret", place.secret())
          .addKeyValue("until", next.server().certificate().getNotAfter().toInstant())
          .log("wrote new certificates");
      return true;
    } catch (KubernetesClientException e) {
      if (e.getCode() == HttpURLConnection.HTTP_CONFLICT) {
        return false;
      }
      throw e;
    }
  }

  private Secret secret(Authority authority) {
    return new SecretBuilder()
        .withNewMetadata()
        .withNamespace(place.namespace())
        .withName(place.secret())
        .addToLabels("app.kubernetes.io/managed-by", "cloudstate-operator")
        .endMetadata()
        .withType("kubernetes.io/tls")
        .withData(authority.data())
        .build();
  }

  private void tellCallers(String name, String bundle) throws Unusable {
    var webhooks = client.admissionRegistration().v1().mutatingWebhookConfigurations();
    var configuration =
        Optional.ofNullable(webhooks.withName(name).get())
            .orElseThrow(
                () ->
                    new Unusable(
                        "MutatingWebhookConfiguration %s does not exist (expected: the one that calls the webhook)"
                            .formatted(name)));
    var encoded = Base64.getEncoder().encodeToString(bundle.getBytes(StandardCharsets.UTF_8));
    var patch = patch(configuration, encoded);
    if (patch.isEmpty()) {
      return;
    }
    webhooks.withName(name).patch(PATCH, "[" + String.join(",", patch) + "]");
    log.atInfo().addKeyValue("configuration", name).log("wrote the authority's certificate");
  }

  /** One operation for each webhook that trusts another; tested, as positions may change. */
  private static List<String> patch(MutatingWebhookConfiguration configuration, String bundle) {
    var operations = new ArrayList<String>();
    var webhooks = configuration.getWebhooks();
    for (int i = 0; i < webhooks.size(); i++) {
      if (!bundle.equals(webhooks.get(i).getClientConfig().getCaBundle())) {
        operations.add(
            "{\"op\":\"test\",\"path\":\"/webhooks/%d/name\",\"value\":\"%s\"}"
                .formatted(i, webhooks.get(i).getName()));
        operations.add(
            "{\"op\":\"add\",\"path\":\"/webhooks/%d/clientConfig/caBundle\",\"value\":\"%s\"}"
                .formatted(i, bundle));
      }
    }
    return operations;
  }
}
