/** Injection in reading order: facts, verdict, parts, pod, patch. Pure; what the webhook answers and what the goldens hold. */
import { ANNOTATION } from '../names.ts';
import { endpointOf } from '../placement.ts';
import { furtherPorts } from './further-ports.ts';
import { endingOf } from './ending.ts';
import { type Facts, inspect, type Surroundings } from './facts.ts';
import { keepAdjustments } from './adjustments.ts';
import { namesToMove, put, strip } from './overlay.ts';
import { hostPortsToMove } from './host-ports.ts';
import { createPatch, type Operation } from './patch.ts';
import { isInjected, type RawPod } from './pod.ts';
import { probesToMove } from './probes.ts';
import { secretsToAdd } from './pull-secrets.ts';
import { recordOf } from './record.ts';
import { type InjectionSettings, render } from './render.ts';
import { decide, type Verdict } from './verdict.ts';

export interface InjectionContext extends Surroundings {
  readonly settings: InjectionSettings;
}

export interface Injection {
  readonly verdict: Verdict;
  /** As it should be; the very object that was given where nothing is to change. */
  readonly pod: RawPod;
  /** From the pod as written to the one above. */
  readonly patch: readonly Operation[];
}

export function inject(written: RawPod, context: InjectionContext): Injection {
  const bare = strip(written);
  const facts = inspect(written, bare, context);
  const verdict = decide(facts);
  const pod = podAfter(verdict, { written, bare, facts, context });
  return { verdict, pod, patch: pod === written ? [] : createPatch(written, pod) };
}

interface Material {
  readonly written: RawPod;
  readonly bare: RawPod;
  readonly facts: Facts;
  readonly context: InjectionContext;
}

function podAfter(verdict: Verdict, { written, bare, facts, context }: Material): RawPod {
  switch (verdict.kind) {
    case 'refuse':
      return written;
    case 'skip':
      // A pod that nobody spoke of is none of our business, not even for a note.
      return verdict.reason === 'not-asked' ? written : annotate(leave(written, bare), verdict.message);
    case 'inject': {
      const { server, port } = verdict;
      const further = furtherPorts(server, verdict.further);
      const ports = [port, ...verdict.further];
      const moved = ports.flatMap((one) => namesToMove(bare, one.port));
      const ending = endingOf(bare);
      const probes = probesToMove(bare, ports);
      const overlay = render({
        namespace: facts.namespace,
        server,
        port: port.port,
        portNames: port.names,
        path: endpointOf(server)?.path ?? '/',
        further,
        ending,
        probes,
        settings: context.settings,
      });
      const pullSecrets = secretsToAdd(bare, overlay.pullSecrets);
      const hostPorts = [
        ...hostPortsToMove(bare, port.port),
        ...further.flatMap(({ port: of }) =>
          hostPortsToMove(bare, of).map(({ container: at, hostPort }) => ({ container: at, hostPort, port: of })),
        ),
      ];
      const { container } = port;
      const part = { container, port: port.port, further, moved, ending, probes, hostPorts, pullSecrets };
      const record = recordOf(overlay, part);
      const kept = keepAdjustments(overlay, written, { record, repositories: context.settings.repositories ?? [] });
      const gate = { overlay: kept, record, server: server.metadata.name };
      return put(gate, bare, written);
    }
  }
}

/** What only a pod with a gate has: the admission policy sallyport-gates refuses every other one that comes with it. */
const MARKS = [
  ANNOTATION.server,
  ANNOTATION.injected,
  ANNOTATION.revision,
  ANNOTATION.touched,
  ANNOTATION.tokens,
] as const;

/** A copy of an injected pod that is to have no gate brings one along, to which nobody would ever deliver a policy: out with it. */
function leave(written: RawPod, bare: RawPod): RawPod {
  if (!isInjected(written)) return written;
  for (const mark of MARKS) delete bare.metadata?.annotations?.[mark];
  return bare;
}

function annotate(pod: RawPod, message: string): RawPod {
  const metadata = pod.metadata ?? {};
  const annotations = { ...metadata.annotations, [ANNOTATION.skipped]: message };
  return { ...pod, metadata: { ...metadata, annotations } };
}
