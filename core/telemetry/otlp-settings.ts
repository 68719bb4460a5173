/**
 * Which signals leave by OTLP, by the standard variables (OpenTelemetry, OTLP exporter configuration and SDK environment variables).
 * The SDK reads these itself as well, once it is loaded; this says whether there is a reason to load it. Endpoints, headers, time-outs,
 * certificates and sizes of batches are the SDK's to read.
 */
import { destinationProblem } from './otlp-destination.ts';

export const SIGNALS = ['traces', 'metrics', 'logs'] as const;
export type Signal = (typeof SIGNALS)[number];

export const PROTOCOLS = ['http/protobuf', 'http/json', 'grpc'] as const;
export type Protocol = (typeof PROTOCOLS)[number];

export interface OtlpSettings {
  /** How each signal that is sent is sent; none: nobody asked for any. */
  readonly protocols: ReadonlyMap<Signal, Protocol>;
  /** What is set and cannot be done, in words; telemetry that is not sent is no reason not to start. */
  readonly problems: readonly string[];
}

type Environment = { readonly [name: string]: string | undefined };

export function readOtlpSettings(env: Environment): OtlpSettings {
  const protocols = new Map<Signal, Protocol>();
  const problems: string[] = [];
  if (env['OTEL_SDK_DISABLED']?.trim().toLowerCase() === 'true') return { protocols, problems };
  for (const signal of SIGNALS) {
    if (!hasEndpoint(env, signal) || !isWanted(env, signal, problems)) continue;
    const protocol = protocolOf(env, signal, problems);
    if (protocol === undefined) continue;
    const problem = destinationProblem(env, signal, protocol === 'grpc');
    if (problem === undefined) protocols.set(signal, protocol);
    else problems.push(problem);
  }
  return { protocols, problems };
}

/** There is a default endpoint, but a gate that nobody told of a Collector must not look for one. */
function hasEndpoint(env: Environment, signal: Signal): boolean {
  return set(env['OTEL_EXPORTER_OTLP_ENDPOINT']) || set(env[`OTEL_EXPORTER_OTLP_${signal.toUpperCase()}_ENDPOINT`]);
}

function isWanted(env: Environment, signal: Signal, problems: string[]): boolean {
  const name = `OTEL_${signal.toUpperCase()}_EXPORTER`;
  const wanted = (env[name] ?? '')
    .split(',')
    .map((one) => one.trim())
    .filter((one) => one !== '');
  if (wanted.length === 0 || wanted.includes('otlp')) return true;
  if (!wanted.includes('none')) {
    problems.push(
      `${name} is ${JSON.stringify(wanted.join(','))}, and only "otlp" and "none" are known here; not sent`,
    );
  }
  return false;
}

function protocolOf(env: Environment, signal: Signal, problems: string[]): Protocol | undefined {
  const own = `OTEL_EXPORTER_OTLP_${signal.toUpperCase()}_PROTOCOL`;
  const name = set(env[own]) ? own : 'OTEL_EXPORTER_OTLP_PROTOCOL';
  const value = env[name]?.trim() ?? '';
  if (value === '') return 'http/protobuf';
  const protocol = PROTOCOLS.find((one) => one === value);
  if (protocol === undefined) {
    problems.push(`${name} is ${JSON.stringify(value)}, not one of ${PROTOCOLS.join(', ')}; ${signal} are not sent`);
  }
  return protocol;
}

function set(value: string | undefined): boolean {
  return value !== undefined && value.trim() !== '';
}
