{{/* Of all objects; the release's name says enough if it holds the chart's. */}}
{{- define "operator.name" -}}
{{- if contains .Chart.Name .Release.Name }}
{{- .Release.Name | trunc 50 | trimSuffix "-" }}
{{- else }}
{{- printf "%s-%s" .Release.Name .Chart.Name | trunc 50 | trimSuffix "-" }}
{{- end }}
{{- end }}

{{- define "operator.selector" -}}
app.kubernetes.io/name: {{ .Chart.Name }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{- define "operator.labels" -}}
{{ include "operator.selector" . }}
app.kubernetes.io/component: operator
app.kubernetes.io/part-of: cloudstate
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
{{- end }}

{{- define "operator.serviceAccount" -}}
{{- .Values.serviceAccount.name | default (include "operator.name" .) }}
{{- end }}

{{- define "operator.tag" -}}
{{- .Values.images.tag | default .Chart.AppVersion }}
{{- end }}

{{- define "operator.image" -}}
{{- .Values.images.operator | default (printf "%s/cloudstate-operator:%s" .Values.images.registry (include "operator.tag" .)) }}
{{- end }}

{{- define "operator.proxyImage" -}}
{{- .Values.images.proxy | default (printf "%s/cloudstate-proxy:%s" .Values.images.registry (include "operator.tag" .)) }}
{{- end }}

{{- define "operator.webhook" -}}
{{- include "operator.name" . }}-webhook
{{- end }}

{{- define "operator.webhookSecret" -}}
{{- .Values.webhook.secretName | default (include "operator.webhook" .) }}
{{- end }}

{{- define "operator.webhookSelfManaged" -}}
{{- if and .Values.webhook.enabled (eq .Values.webhook.certificates "self-managed") }}true{{ end }}
{{- end }}

{{/* What the operator does in each namespace whose services it looks after. */}}
{{- define "operator.rules" -}}
- apiGroups: [cloudstate.io]
  resources: [statefulservices, statefulstores]
  verbs: [get, list, watch]
- apiGroups: [cloudstate.io]
  resources: [statefulservices/status, statefulstores/status]
  verbs: [patch]
# owner references that block deletion, where the cluster checks who may set them
- apiGroups: [cloudstate.io]
  resources: [statefulservices/finalizers]
  verbs: [update]
# what belongs to services: applied, and removed when it is not wanted any more
- apiGroups: [apps]
  resources: [deployments]
  verbs: [get, list, watch, create, patch, delete]
- apiGroups: [""]
  resources: [services, serviceaccounts, configmaps]
  verbs: [get, list, watch, create, patch, delete]
- apiGroups: [rbac.authorization.k8s.io]
  resources: [roles, rolebindings]
  verbs: [get, list, watch, create, patch, delete]
- apiGroups: [autoscaling]
  resources: [horizontalpodautoscalers]
  verbs: [get, list, watch, create, patch, delete]
- apiGroups: [policy]
  resources: [poddisruptionbudgets]
  verbs: [get, list, watch, create, patch, delete]
- apiGroups: [networking.k8s.io]
  resources: [networkpolicies]
  verbs: [get, list, watch, create, patch, delete]
# looked at when a service is not ready; and granted to the proxies, which only one who has it may do
- apiGroups: [""]
  resources: [pods]
  verbs: [get, list, watch]
- apiGroups: [events.k8s.io]
  resources: [events]
  verbs: [create]
{{- if .Values.watchSecrets }}
# which there are, with which keys
- apiGroups: [""]
  resources: [secrets]
  verbs: [list, watch]
{{- end }}
{{- end }}
