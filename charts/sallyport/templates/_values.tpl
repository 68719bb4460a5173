{{/*
`helm upgrade --reuse-values` puts the values of the release there was in the place of this chart's, and one written as null is taken out:
a template that reads what came later would find nothing. So every template begins with this, which adds what is missing.
*/}}
{{- define "sallyport.complete" -}}
{{- include "sallyport.addMissing" (list .Values (include "sallyport.laterValues" . | fromYaml)) }}
{{- end }}

{{/*
The defaults of all that came after the first chart, as in values.yaml; what comes next is added here too. Not the older ones: there null has
a meaning, such as no limit, or no such label.
*/}}
{{- define "sallyport.laterValues" -}}
watchNamespaces: []
run:
  enabled: true
sidecar:
  imagePullSecrets: []
approvals:
  voteBy: ""
  hooks:
    enabled: false
    replicas: 2
    people: []
    impersonation: Constrained
    slack:
      secretName: ""
      team: ""
      responses: https://hooks.slack.com
    senders: []
    tlsSecretName: ""
    from: []
    logLevel: info
    resources:
      requests:
        cpu: 20m
        memory: 96Mi
      limits:
        memory: 256Mi
notifications:
  channels: []
  proxy: ""
  ports: [443]
tls:
  secretName: ""
  certManager:
    enabled: false
    issuer:
      name: ""
      kind: Issuer
      group: cert-manager.io
    duration: 2160h
    injectCaBundle: false
adapters: []
hostNetwork: false
ports:
  webhook: 9443
  sidecars: 9444
  metrics: 8080
{{- end }}

{{/* Takes a list: values, and defaults for them. Not `merge`, which takes false, 0 and "" for missing. */}}
{{- define "sallyport.addMissing" -}}
{{- $values := index . 0 }}
{{- range $key, $default := index . 1 }}
{{- if kindIs "invalid" (index $values $key) }}
{{- $_ := set $values $key $default }}
{{- else if kindIs "map" $default }}
{{- include "sallyport.addMissing" (list (index $values $key) $default) }}
{{- end }}
{{- end }}
{{- end }}
