package io.cloudstate.operator.desired;

import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.EnvVarBuilder;

/** Environment variables of the proxy, by where their values come from. */
final class Env {

  private Env() {}

  static EnvVar of(String name, Object value) {
    return new EnvVarBuilder().withName(name).withValue(value.toString()).build();
  }

  static EnvVar ofSecret(String name, String secret, String key) {
    return new EnvVarBuilder()
        .withName(name)
        .withNewValueFrom()
        .withNewSecretKeyRef(key, secret, false)
        .endValueFrom()
        .build();
  }

  /** One that is absent where the Secret lacks the key. */
  static EnvVar ofOptionalSecret(String name, String secret, String key) {
    return new EnvVarBuilder()
        .withName(name)
        .withNewValueFrom()
        .withNewSecretKeyRef(key, secret, true)
        .endValueFrom()
        .build();
  }

  static EnvVar ofConfigMap(String name, String configMap, String key) {
    return new EnvVarBuilder()
        .withName(name)
        .withNewValueFrom()
        .withNewConfigMapKeyRef(key, configMap, false)
        .endValueFrom()
        .build();
  }

  static EnvVar ofField(String name, String path) {
    return new EnvVarBuilder()
        .withName(name)
        .withNewValueFrom()
        .withNewFieldRef("v1", path)
        .endValueFrom()
        .build();
  }
}
