/** Which addresses and names a node takes. Several can run on a machine, say one to play with beside a test run. */
import { acquireLock, machineLock } from '../lock.ts';

export interface Place {
  /** Of the node, and of this machine at the other end of the cable. */
  readonly nodeAddress: string;
  readonly hostAddress: string;
  readonly podRange: string;
  readonly serviceRange: string;
  readonly dnsAddress: string;
  /** Name of this machine's end of the cable. */
  readonly link: string;
  readonly cgroup: string;
  /** Lets somebody else have it. */
  release(): void;
}

const PLACES = [1, 2, 3, 4] as const;

/** The first that no living process has; a place of a process that is gone counts as free. */
export async function claimPlace(): Promise<Place> {
  const owners: number[] = [];
  for (const number of PLACES) {
    try {
      const release = await acquireLock(machineLock(`node-${number}`), (owner) => {
        owners.push(owner);
        throw new Taken();
      });
      return place(number, release);
    } catch (error) {
      if (!(error instanceof Taken)) throw error;
    }
  }
  throw new Error(
    `there is room for ${PLACES.length} nodes, which processes ${owners.join(', ')} have: end one of them`,
  );
}

function place(number: number, release: () => void): Place {
  return {
    nodeAddress: `10.250.${number}.1`,
    hostAddress: `10.250.${number}.2`,
    podRange: `10.244.${number}.0/24`,
    serviceRange: `10.96.${number}.0/24`,
    dnsAddress: `10.96.${number}.10`,
    link: `sally-node-${number}`,
    cgroup: `sallyport-node-${number}`,
    release,
  };
}

class Taken extends Error {}
