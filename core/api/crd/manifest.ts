/** The files that hold the CRDs: plain ones for kubectl, and templates of the chart, which differ in their metadata. */
import { stringify } from 'yaml';
import { type CrdKindName, crdName, crdSpec } from './crd.ts';

const GENERATED = '# Generated from core/api by `npm run generate`. Do not edit.\n';

export function crdManifest(kind: CrdKindName): string {
  const metadata = { name: crdName(kind), labels: { 'app.kubernetes.io/part-of': 'sallyport' } };
  return `${GENERATED}${yaml({ ...TYPE, metadata, spec: crdSpec(kind) })}`;
}

/**
 * In templates, since Helm never upgrades what is in `crds/`; kept on uninstall, since a CRD takes every object of its kind along.
 * https://helm.sh/docs/chart_best_practices/custom_resource_definitions/
 */
export function crdTemplate(kind: CrdKindName): string {
  const spec = yaml({ spec: crdSpec(kind) });
  if (spec.includes('{{')) throw new TypeError(`the CRD of ${kind} holds "{{", which Helm would take for its own`);
  return `${GENERATED}{{- if .Values.enabled }}
${yaml(TYPE)}metadata:
  name: ${crdName(kind)}
  labels:
    app.kubernetes.io/name: {{ .Chart.Name }}
    app.kubernetes.io/part-of: sallyport
    app.kubernetes.io/managed-by: {{ .Release.Service }}
    app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
    helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" }}
    {{- with .Values.labels }}
    {{- toYaml . | nindent 4 }}
    {{- end }}
  {{- if or .Values.keep .Values.annotations }}
  annotations:
    {{- if .Values.keep }}
    helm.sh/resource-policy: keep
    {{- end }}
    {{- with .Values.annotations }}
    {{- toYaml . | nindent 4 }}
    {{- end }}
  {{- end }}
${spec}{{- end }}
`;
}

const TYPE = { apiVersion: 'apiextensions.k8s.io/v1', kind: 'CustomResourceDefinition' };

/** One line a value: what a change is about stands in one line of its diff. kubectl and Helm read YAML 1.1, to which Off is a boolean. */
function yaml(value: object): string {
  return stringify(value, { lineWidth: 0, aliasDuplicateObjects: false, compat: 'yaml-1.1' });
}
