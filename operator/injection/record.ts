/**
 * What was injected, as the pod's annotation says it: for people, for the operator, and for the next pass over the same pod.
 * Anybody can write it, so nothing of it is trusted: names of ports and probes are given back by it, as whoever makes the pod could
 * have written them, and every other word is only read.
 */
import * as z from 'zod';
import { canonicalJson } from '../../core/canonical-json.ts';
import { sha256 } from '../../core/digest.ts';
import { OWN_UNDERSTANDING } from '../../core/policy/bundle-versions.ts';
import { version } from '../../core/version.ts';
import { ANNOTATION } from '../names.ts';
import { annotationsOf, type RawPod } from './pod.ts';
import { movedHostPortSchema } from './host-ports.ts';
import { movedProbeSchema } from './probes.ts';
import type { Overlay } from './render.ts';

const movedNameSchema = z.object({ container: z.string(), port: z.number(), name: z.string() });

const recordSchema = z.object({
  version: z.string(),
  image: z.string(),
  /** What the gate is meant to understand; absent: injected before that was said. */
  understands: z.object({ version: z.int().min(1), features: z.array(z.string()) }).optional(),
  /** Digest of everything rendered: equal digests mean that a new pass would render the same. */
  settings: z.string(),
  container: z.string(),
  port: z.int().min(1).max(65_535),
  moved: z.array(movedNameSchema),
  /** More MCP ports of the server, in the order of its spec; absent: none. */
  further: z.array(z.object({ port: z.int().min(1).max(65_535) })).optional(),
  /** Absent: injected before gates answered probes. */
  probes: z.array(movedProbeSchema).optional(),
  hostPorts: z.array(movedHostPortSchema).optional(),
  /** How the pod ends, where that is not as usual: see ending.ts. */
  ending: z.object({ graceSeconds: z.number().optional(), completes: z.boolean().optional() }).optional(),
  /** Secrets that were added to the pod. */
  pullSecrets: z.array(z.string()).optional(),
});

/** A port name that the sidecar took over, and whose it was. */
export type MovedName = z.infer<typeof movedNameSchema>;
export type InjectionRecord = z.infer<typeof recordSchema>;

/** Of the pod that the parts are put into: what they were made for, and what is taken out again by. */
export type PodPart = Pick<
  InjectionRecord,
  'container' | 'port' | 'further' | 'moved' | 'ending' | 'probes' | 'hostPorts' | 'pullSecrets'
>;

export function recordOf(
  { container: sidecar, volumes, pullSecrets: wanted }: Overlay,
  part: PodPart,
): InjectionRecord {
  const { container, port, moved, ending = {}, probes = [], hostPorts = [], pullSecrets = [], further = [] } = part;
  const settings = sha256(canonicalJson({ sidecar, volumes, ...(wanted.length === 0 ? {} : { wanted }) }));
  const [hasEnding, hasSecrets] = [Object.keys(ending).length > 0, pullSecrets.length > 0];
  return {
    ...{ version, image: String(sidecar['image']), understands: OWN_UNDERSTANDING, settings, container, port, moved },
    ...(further.length > 0 ? { further: further.map((one) => ({ port: one.port })) } : {}),
    ...(hasEnding ? { ending } : {}),
    ...(probes.length > 0 ? { probes } : {}),
    ...(hostPorts.length > 0 ? { hostPorts } : {}),
    ...(hasSecrets ? { pullSecrets } : {}),
  };
}

/** Nothing for a pod that was not injected, or whose annotation somebody has garbled. */
export function readRecord(pod: RawPod): InjectionRecord | undefined {
  try {
    return recordSchema.safeParse(JSON.parse(annotationsOf(pod)[ANNOTATION.injected] ?? '')).data;
  } catch {
    return undefined;
  }
}
