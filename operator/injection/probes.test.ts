import { describe, expect, it } from 'vitest';
import type { RawPod } from './pod.ts';
import { giveProbesBack, moveProbes, probesToMove, probesVariable } from './probes.ts';

const SERVER = { container: 'app', port: 9000 };
const PORTS = [
  { name: 'mcp', containerPort: 9000 },
  { name: 'health', containerPort: 9001 },
];

function podWith(probes: object, helper: object = {}): RawPod {
  return {
    spec: {
      containers: [
        { name: 'app', ports: PORTS, ...probes },
        { name: 'helper', ports: [{ name: 'own', containerPort: 9100 }], ...helper },
      ],
    },
  };
}

function moved(pod: RawPod): RawPod {
  const after = structuredClone(pod);
  moveProbes(after, probesToMove(pod, [SERVER]));
  return after;
}

const AT_GATE = (container: string, kind: string) => ({
  path: `/probes/${container}/${kind}`,
  port: 8485,
  scheme: 'HTTP',
});

describe('a probe that is asked at the gate', () => {
  it.each([
    [
      'over HTTP',
      { httpGet: { path: '/health', port: 9000, scheme: 'HTTP', httpHeaders: [{ name: 'Host', value: 'x' }] } },
    ],
    ['over HTTPS', { httpGet: { path: '/health', port: 'mcp', scheme: 'HTTPS' } }],
    ['by a connection', { tcpSocket: { port: 'mcp' } }],
    ['over gRPC', { grpc: { port: 9000, service: 'ledger' } }],
    ['on another port of the container', { httpGet: { path: '/', port: 'health', scheme: 'HTTP' } }],
  ])('is one %s; its times stay, and it comes back as it was', (_, handler) => {
    const times = { periodSeconds: 3, timeoutSeconds: 2, failureThreshold: 5 };
    const pod = podWith({ readinessProbe: { ...handler, ...times } });
    const probes = probesToMove(pod, [SERVER]);
    const after = moved(pod);
    expect(after.spec.containers[0]?.['readinessProbe']).toEqual({ httpGet: AT_GATE('app', 'readiness'), ...times });
    giveProbesBack(after, probes);
    expect(after).toEqual(pod);
  });

  it('is of any of the three kinds', () => {
    const probe = () => ({ tcpSocket: { port: 9000 } });
    const pod = podWith({ startupProbe: probe(), livenessProbe: probe(), readinessProbe: probe() });
    expect(moved(pod).spec.containers[0]).toMatchObject({
      startupProbe: { httpGet: AT_GATE('app', 'startup') },
      livenessProbe: { httpGet: AT_GATE('app', 'liveness') },
      readinessProbe: { httpGet: AT_GATE('app', 'readiness') },
    });
  });

  it('is also one of another container that leads to the server', () => {
    const pod = podWith({}, { livenessProbe: { tcpSocket: { port: 9000 } } });
    expect(probesToMove(pod, [SERVER])).toMatchObject([{ container: 'helper', port: 9000 }]);
  });

  it('is the wish of whoever changed it since', () => {
    const pod = podWith({ readinessProbe: { tcpSocket: { port: 9000 } } });
    const after = moved(pod);
    const wish = { httpGet: { path: '/other', port: 9000 } };
    (after.spec.containers[0] as { readinessProbe?: object }).readinessProbe = wish;
    giveProbesBack(after, probesToMove(pod, [SERVER]));
    expect(after.spec.containers[0]?.['readinessProbe']).toEqual(wish);
  });
});

describe('a probe that stays', () => {
  it.each([
    ['runs in the container', { exec: { command: ['true'] } }],
    ['asks another host', { httpGet: { path: '/', port: 9000, host: 'example.com' } }],
    ['connects to another host', { tcpSocket: { port: 9000, host: '10.0.0.1' } }],
    ['asks the gate itself', { httpGet: { path: '/readyz', port: 8485 } }],
    ['names a port that is not there', { httpGet: { path: '/', port: 'nowhere' } }],
    ['names a port of another container', { tcpSocket: { port: 'own' } }],
  ])('%s', (_, handler) => {
    const pod = podWith({ readinessProbe: handler });
    expect(moved(pod)).toEqual(pod);
  });

  it('is of another container and about a port of its own', () => {
    const pod = podWith({}, { readinessProbe: { tcpSocket: { port: 'own' } } });
    expect(moved(pod)).toEqual(pod);
  });
});

describe('what the gate is told', () => {
  it('has numbers for names, and the time that the pod gives', () => {
    const pod = podWith({ readinessProbe: { httpGet: { path: '/health', port: 'health' }, timeoutSeconds: 7 } });
    expect(JSON.parse(probesVariable(probesToMove(pod, [SERVER])))).toEqual([
      { path: '/probes/app/readiness', timeoutSeconds: 7, httpGet: { path: '/health', port: 9001 } },
    ]);
  });

  it('holds no dollar sign, which the kubelet would read as another variable', () => {
    const pod = podWith({ readinessProbe: { httpGet: { path: '/$(HOME)', port: 9000 } } });
    const text = probesVariable(probesToMove(pod, [SERVER]));
    expect(text).not.toContain('$');
    expect(JSON.parse(text)).toMatchObject([{ httpGet: { path: '/$(HOME)' } }]);
  });
});
