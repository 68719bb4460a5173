/** Finds the socket that the server listens on among the ports that its pod declares. */
import { isTcp, type RawPod, type RawPort, runningContainers } from './pod.ts';

export type PortFact =
  | {
      readonly kind: 'found';
      readonly port: number;
      /** The first container that declares it. */
      readonly container: string;
      /** Every name that leads to it: the ones that the sidecar takes over. */
      readonly names: readonly string[];
    }
  | { readonly kind: 'missing'; readonly wanted: number | string; readonly declared: readonly string[] }
  | { readonly kind: 'ambiguous'; readonly wanted: string; readonly containers: readonly string[] };

export type FoundPort = Extract<PortFact, { kind: 'found' }>;

interface Declared {
  readonly container: string;
  readonly port: RawPort;
}

/**
 * The containers of a pod share one network: whoever declares a number means the same socket, under however many names. A name,
 * though, must mean one number, since a Service that points to a name which two containers give goes to whichever comes first.
 */
export function findPort(pod: RawPod, wanted: number | string): PortFact {
  const containers = runningContainers(pod);
  const declared: Declared[] = containers.flatMap(({ name: container, ports = [] }) =>
    ports.filter(isTcp).map((port) => ({ container, port })),
  );
  const meant = declared.filter(({ port }) => port.containerPort === wanted || port.name === wanted);
  const [first] = meant;
  const [only, ...others] = containers;
  // Declaring ports is for people alone, and some who make pods leave it out: then a number can only be that of the one container.
  const declaresAny = containers.some(({ ports = [] }) => ports.length > 0);
  if (!declaresAny && typeof wanted === 'number' && only !== undefined && others.length === 0) {
    return { kind: 'found', port: wanted, container: only.name, names: [] };
  }
  if (first === undefined) return { kind: 'missing', wanted, declared: declared.map(spell) };
  const { containerPort } = first.port;
  if (typeof wanted === 'string' && meant.some(({ port }) => port.containerPort !== containerPort)) {
    return { kind: 'ambiguous', wanted, containers: unique(meant.map(({ container }) => container)) };
  }
  const names = declared.filter(({ port }) => port.containerPort === containerPort).map(({ port }) => port.name);
  return {
    kind: 'found',
    port: containerPort,
    container: first.container,
    names: unique(names.filter((name) => name !== undefined)),
  };
}

function spell({ container, port }: Declared): string {
  const name = port.name === undefined ? '' : ` (${port.name})`;
  return `${port.containerPort}${name} of container ${container}`;
}

function unique(texts: readonly string[]): string[] {
  return [...new Set(texts)];
}
