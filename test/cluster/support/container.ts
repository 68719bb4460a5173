/** Containers seen from outside: this machine knows their processes. */
import { readdirSync, readFileSync } from 'node:fs';
import { kubectl } from '../api-server.ts';

/** Ends a container as a crash would: its first process is killed, by its id. */
export async function killContainer(
  kubeconfig: string,
  namespace: string,
  pod: string,
  container: string,
): Promise<void> {
  process.kill(await processOf(kubeconfig, namespace, pod, container), 'SIGKILL');
}

/** The id that the one process of a running container has on this machine. */
export async function processOf(
  kubeconfig: string,
  namespace: string,
  pod: string,
  container: string,
): Promise<number> {
  const args = ['-n', namespace, 'get', 'pod', pod, '-o', 'json'];
  const { status } = JSON.parse(await kubectl(kubeconfig, args)) as {
    status: Record<string, { name: string; containerID?: string }[] | undefined>;
  };
  const known = [...(status['containerStatuses'] ?? []), ...(status['initContainerStatuses'] ?? [])];
  const id = known.find(({ name }) => name === container)?.containerID?.replace(/^.*:\/\//, '');
  if (id === undefined) throw new Error(`container ${container} of pod ${pod} does not run`);
  const [first, ...more] = processesIn(id);
  if (first === undefined || more.length > 0)
    throw new Error(`expected one process in container ${container}, found ${more.length + 1}`);
  return first;
}

/** Processes of this machine whose control group is the container's. */
function processesIn(containerId: string): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => {
      try {
        return readFileSync(`/proc/${pid}/cgroup`, 'utf8').includes(containerId);
      } catch {
        return false; // gone meanwhile
      }
    })
    .map(Number);
}
