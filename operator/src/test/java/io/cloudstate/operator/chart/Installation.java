package io.cloudstate.operator.chart;

import com.marcnuri.helm.Helm;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/** The chart in a cluster, as Helm installs it there. */
public final class Installation {

  public static final String NAME = Chart.NAME;
  public static final String NAMESPACE = Chart.NAMESPACE;

  private final String kubeConfig;

  public Installation(String kubeConfig) {
    this.kubeConfig = kubeConfig;
  }

  /** With settings as of {@code --set}; the namespace is made. */
  public void install(List<String> settings) {
    var command =
        new Helm(Chart.FOLDER)
            .install()
            .withName(NAME)
            .withNamespace(NAMESPACE)
            .createNamespace()
            .withKubeConfigContents(kubeConfig);
    Chart.settings(settings, command::set);
    command.call();
  }

  /** With these settings and no others; of what this has installed. */
  public void replace(List<String> settings) {
    var command =
        new Helm(Chart.FOLDER)
            .upgrade()
            .resetValues()
            .withName(NAME)
            .withNamespace(NAMESPACE)
            .withKubeConfigContents(kubeConfig);
    Chart.settings(settings, command::set);
    command.call();
  }

  /** With these settings beside those that were set before. */
  public void upgrade(List<String> settings) {
    var command =
        new Helm(Chart.FOLDER)
            .upgrade()
            .resetThenReuseValues()
            .withName(NAME)
            .withNamespace(NAMESPACE)
            .withKubeConfigContents(kubeConfig);
    Chart.settings(settings, command::set);
    command.call();
  }

  public void uninstall() {
    Helm.uninstall(NAME).withNamespace(NAMESPACE).withKubeConfigContents(kubeConfig).call();
  }

  /** The variables of the operator's container; of fields, what they stand for. */
  public static Map<String, String> environment(Deployment operator, String podName) {
    var fields =
        Map.of(
            "metadata.name",
            podName,
            "metadata.namespace",
            String.valueOf(operator.getMetadata().getNamespace()));
    var environment = new TreeMap<String, String>();
    for (var variable :
        operator.getSpec().getTemplate().getSpec().getContainers().get(0).getEnv()) {
      var source = variable.getValueFrom();
      environment.put(
          variable.getName(),
          source == null
              ? Objects.requireNonNullElse(variable.getValue(), "") // which a cluster leaves out
              : fields.getOrDefault(source.getFieldRef().getFieldPath(), "a-field"));
    }
    return environment;
  }
}
