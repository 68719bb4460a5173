/** What the first line of an audit log says of the gate that writes it, for whoever reads it when the pod is long gone. */
import { hostname } from 'node:os';
import type { GateFacts } from '../../core/audit/gate-record.ts';
import { canonicalJson } from '../../core/canonical-json.ts';
import { sha256 } from '../../core/digest.ts';
import { version } from '../../core/version.ts';

type Environment = { readonly [name: string]: string | undefined };

/** `settings`: all that the gate was started with, as JSON; a password in a URL does not count, so that nothing can be guessed from it. */
export function gateFacts(settings: object, env: Environment): GateFacts {
  const resource = attributesIn(env['OTEL_RESOURCE_ATTRIBUTES'] ?? '');
  const [namespace, pod] = [resource.get('k8s.namespace.name'), resource.get('k8s.pod.name')];
  return {
    config: sha256(canonicalJson(JSON.parse(JSON.stringify(settings, (_, value: unknown) => withoutPassword(value))))),
    host: hostname(),
    node: resource.get('k8s.node.name'),
    pid: process.pid,
    pod: namespace === undefined || pod === undefined ? undefined : `${namespace}/${pod}`,
    version,
  };
}

/** OpenTelemetry, Resource SDK: `key=value` with commas between, values percent-encoded. Which pod it is, Kubernetes conventions name so. */
function attributesIn(text: string): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const pair of text.split(',')) {
    const at = pair.indexOf('=');
    if (at < 1) continue;
    const value = decoded(pair.slice(at + 1).trim());
    if (value !== '') found.set(pair.slice(0, at).trim(), value);
  }
  return found;
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return '';
  }
}

function withoutPassword(value: unknown): unknown {
  if (typeof value !== 'string' || !value.includes('@')) return value;
  const url = URL.parse(value);
  if (url === null) return value;
  url.username = '';
  url.password = '';
  return url.href;
}
