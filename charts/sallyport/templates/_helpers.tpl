{{/* The names that the operator, its sidecars and the documents know. One install a cluster, so they do not follow the release. */}}
{{- define "sallyport.name" -}}sallyport-operator{{- end }}

{{- define "sallyport.selectorLabels" -}}
app.kubernetes.io/name: sallyport
app.kubernetes.io/component: operator
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{- define "sallyport.labels" -}}
{{ include "sallyport.selectorLabels" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" }}
{{- end }}

{{- define "sallyport.archiveSelector" -}}
app.kubernetes.io/name: sallyport
app.kubernetes.io/component: archive
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{- define "sallyport.archiveLabels" -}}
{{ include "sallyport.archiveSelector" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" }}
{{- end }}

{{- define "sallyport.hooksSelector" -}}
app.kubernetes.io/name: sallyport
app.kubernetes.io/component: hooks
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{- define "sallyport.hooksLabels" -}}
{{ include "sallyport.hooksSelector" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" }}
{{- end }}

{{/* Takes a list: the image's values and the version to fall back to. */}}
{{- define "sallyport.image" -}}
{{- $image := index . 0 -}}
{{- if $image.digest -}}
{{ $image.repository }}@{{ $image.digest }}
{{- else -}}
{{ $image.repository }}:{{ $image.tag | default (index . 1) }}
{{- end -}}
{{- end }}

{{/* The Secret with a certificate that is not the operator's own; empty: there is none. */}}
{{- define "sallyport.tlsSecret" -}}
{{- $tls := .Values.tls -}}
{{- if eq $tls.secretName "sallyport-operator-tls" }}{{ fail "tls.secretName: sallyport-operator-tls is the Secret of the operator's own certificates; name another" }}{{ end -}}
{{- if and $tls.certManager.injectCaBundle (not $tls.certManager.enabled) }}{{ fail "tls.certManager.injectCaBundle needs tls.certManager.enabled: cert-manager takes the authority from the Certificate that it makes" }}{{ end -}}
{{- if $tls.secretName }}{{ $tls.secretName }}{{ else if $tls.certManager.enabled }}sallyport-operator-serving{{ end -}}
{{- end }}

{{- define "sallyport.operatorUser" -}}
system:serviceaccount:{{ .Release.Namespace }}:{{ include "sallyport.name" . }}
{{- end }}

{{/* Where nothing is injected: a cluster must be able to start, and the operator must not wait for itself. */}}
{{- define "sallyport.exemptNamespaces" -}}
{{ list "kube-system" .Release.Namespace | uniq | toJson }}
{{- end }}

{{/*
Who writes votes: what was asked for goes before what is seen. Of the cluster only the kind is asked, never its version: without one in
reach (helm template) no kinds are known, and a webhook works everywhere.
*/}}
{{- define "sallyport.voteBy" -}}
{{- $seen := .Capabilities.APIVersions.Has "admissionregistration.k8s.io/v1/MutatingAdmissionPolicy" -}}
{{- .Values.approvals.voteBy | default (ternary "Policy" "Webhook" $seen) -}}
{{- end }}

{{/* As JSON. Its own namespace has the packs for all others, and what it remembers. */}}
{{- define "sallyport.watchedNamespaces" -}}
{{ concat .Values.watchNamespaces (list .Release.Namespace) | uniq | sortAlpha | toJson }}
{{- end }}

{{/* One of the matchExpressions of a namespaceSelector; nothing where all namespaces are served. */}}
{{- define "sallyport.isWatched" -}}
{{- if .Values.watchNamespaces }}
- key: kubernetes.io/metadata.name
  operator: In
  values: {{ include "sallyport.watchedNamespaces" . }}
{{- end }}
{{- end }}

{{/* The same as the whole namespaceSelector. */}}
{{- define "sallyport.onlyWatched" -}}
{{- if .Values.watchNamespaces }}
namespaceSelector:
  matchExpressions:
    {{- include "sallyport.isWatched" . | nindent 4 }}
{{- end }}
{{- end }}

{{/* The same as what an admission policy is bound to. */}}
{{- define "sallyport.boundToWatched" -}}
{{- if .Values.watchNamespaces }}
matchResources:
  {{- include "sallyport.onlyWatched" . | nindent 2 }}
{{- end }}
{{- end }}

{{/* Two would fight over the webhooks and admission policies, whose names both operator and documents know. */}}
{{- define "sallyport.once" -}}
{{- $there := lookup "admissionregistration.k8s.io/v1" "MutatingWebhookConfiguration" "" "sallyport-injector" }}
{{- $owner := dig "metadata" "annotations" dict ($there | default dict) }}
{{- $release := index $owner "meta.helm.sh/release-name" | default "" }}
{{- $namespace := index $owner "meta.helm.sh/release-namespace" | default "" }}
{{- if and $release (or (ne $release .Release.Name) (ne $namespace .Release.Namespace)) }}
{{- fail (printf "Sallyport exists in this cluster already, as the release %s in the namespace %s, and there can be one: its webhooks and admission policies have fixed names. Add your namespaces to its value watchNamespaces, if it has that, or uninstall it first: helm uninstall %s --namespace %s" $release $namespace $release $namespace) }}
{{- end }}
{{- end }}
