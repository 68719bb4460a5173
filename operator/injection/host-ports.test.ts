import { expect, test } from 'vitest';
import { giveHostPortsBack, hostPortsToMove, moveHostPorts } from './host-ports.ts';
import type { RawPod } from './pod.ts';

const PORTS = [
  { containerPort: 9000, hostPort: 80 },
  { containerPort: 9000, hostPort: 443, hostIP: '10.0.0.1', protocol: 'TCP' },
  { containerPort: 9000 },
  { containerPort: 9000, hostPort: 53, protocol: 'UDP' },
  { containerPort: 9100, hostPort: 9100 },
  { containerPort: 9000, hostPort: 0 },
];
const pod: RawPod = {
  spec: {
    containers: [{ name: 'app', ports: PORTS }],
    initContainers: [{ name: 'init', ports: [{ containerPort: 9000, hostPort: 81 }] }],
  },
};

test('host ports of the server lead to the gate, and come back', () => {
  const moved = hostPortsToMove(pod, 9000);
  expect(moved).toEqual([
    { container: 'app', hostPort: 80 },
    { container: 'app', hostPort: 443 },
  ]);
  const after = structuredClone(pod);
  moveHostPorts(after, moved, 9000);
  expect(after.spec.containers[0]?.ports?.map(({ containerPort }) => containerPort)).toEqual([
    ...[8484, 8484, 9000, 9000, 9100, 9000],
  ]);
  giveHostPortsBack(after, moved, 9000);
  expect(after).toEqual(pod);
});

test('an entry that is not there any more is nobody’s', () => {
  const after = structuredClone(pod);
  giveHostPortsBack(after, [{ container: 'gone', hostPort: 1 }], 9000);
  expect(after).toEqual(pod);
});
