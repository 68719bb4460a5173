/**
 * Which calls are traced: OTEL_TRACES_SAMPLER and OTEL_TRACES_SAMPLER_ARG (OpenTelemetry, SDK environment variables). Decided by hand
 * before there is a span, since a span that is not recorded costs as much as everything else that the gate does for telemetry.
 */
import type { TraceParent } from './trace-context.ts';

export interface Sampler {
  /** Whoever began the trace decides. */
  readonly byParent: boolean;
  /** Of those that begin here, or of all: trace ids whose digest is below are sampled. */
  readonly below: number;
}

const ALL = 2 ** 32;
export const SAMPLERS = [
  ...(['always_on', 'always_off', 'traceidratio'] as const),
  ...(['parentbased_always_on', 'parentbased_always_off', 'parentbased_traceidratio'] as const),
] as const;

const NAMES: ReadonlyMap<string, Sampler | 'ratio' | 'parent-ratio'> = new Map<
  string,
  Sampler | 'ratio' | 'parent-ratio'
>([
  ['always_on', { byParent: false, below: ALL }],
  ['always_off', { byParent: false, below: 0 }],
  ['traceidratio', 'ratio'],
  ['parentbased_always_on', { byParent: true, below: ALL }],
  ['parentbased_always_off', { byParent: true, below: 0 }],
  ['parentbased_traceidratio', 'parent-ratio'],
]);

/** Of the specification. */
const DEFAULT: Sampler = { byParent: true, below: ALL };

/** `problem` says what is not a setting; the default holds then, as the specification wants it. */
export function readSampler(
  name: string | undefined,
  arg: string | undefined,
): { readonly sampler: Sampler; readonly problem?: string } {
  if (name === undefined || name === '') return { sampler: DEFAULT };
  const found = NAMES.get(name);
  if (found === undefined) {
    const names = SAMPLERS.join(', ');
    const problem = `OTEL_TRACES_SAMPLER is not a sampler: ${JSON.stringify(name)}; one of ${names}`;
    return { sampler: DEFAULT, problem };
  }
  if (typeof found === 'object') return { sampler: found };
  const byParent = found === 'parent-ratio';
  const ratio = arg === undefined || arg.trim() === '' ? 1 : Number(arg);
  if (ratio >= 0 && ratio <= 1) return { sampler: { byParent, below: boundOf(ratio) } };
  const problem = `OTEL_TRACES_SAMPLER_ARG is not a number from 0 to 1: ${JSON.stringify(arg)}; all are sampled`;
  return { sampler: { byParent, below: ALL }, problem };
}

/** The bound of TraceIdRatioBasedSampler in the SDK, so that all parts of a system with one ratio choose the same traces. */
function boundOf(ratio: number): number {
  return ratio === 1 ? ALL : Math.floor(ratio * (ALL - 1));
}

export function isSampled({ byParent, below }: Sampler, traceId: string, parent: TraceParent | undefined): boolean {
  if (byParent && parent !== undefined) return parent.sampled;
  return below === ALL || (below > 0 && digestOf(traceId) < below);
}

/** Its four 32-bit words, XORed, as TraceIdRatioBasedSampler does it. */
function digestOf(traceId: string): number {
  let digest = 0;
  for (let i = 0; i < traceId.length; i += 8) digest ^= Number.parseInt(traceId.slice(i, i + 8), 16);
  return digest >>> 0;
}
