import { describe, expect, test } from 'vitest';
import { pod } from '../../testing/gen.ts';
import { trafficVerified } from './traffic-verified.ts';
import { injectedPod, facts, service } from './testing/cases.ts';

describe('TrafficVerified', () => {
  const closed = () => injectedPod({ loopbackOnly: true });
  const open = () => injectedPod({ loopbackOnly: false });
  const verdict = (pods: object[], others: object[] = [], knock?: 'open' | 'closed') =>
    trafficVerified(facts(pods, others), () => knock);

  test('True when the server listens on loopback only and every Service leads to the gate', () => {
    expect(verdict([closed()], [service('by-name', 'mcp'), service('by-number', 8484)])).toMatchObject({
      status: 'True',
      reason: 'LoopbackOnly',
    });
  });
  test('False names the Service that goes straight to the server and the name to use instead', () => {
    const { reason, message } = verdict([closed()], [service('old', 9000)]);
    expect(reason).toBe('ServiceGoesAround');
    expect(message).toBe('Service old port 80 goes straight to port 9000 of the server; set its targetPort to mcp.');
  });
  test('False names a Service that goes straight to a second MCP port, and the port that the gate has for it', () => {
    const two = pod({ loopbackOnly: true, record: { further: [{ port: 9001 }] } });
    const { status, reason, message } = verdict([two], [service('admin', 9001)]);
    expect([status, reason]).toEqual(['False', 'ServiceGoesAround']);
    expect(message).toBe('Service admin port 80 goes straight to port 9001 of the server; set its targetPort to 8487.');
  });
  test('a Service without targetPort leads to its own port', () => {
    expect(verdict([closed()], [service('old', 9000, { ports: [{ port: 9000 }] })]).reason).toBe('ServiceGoesAround');
  });
  test('a Service to another port of the pod is none of our business', () => {
    expect(verdict([closed()], [service('metrics', 9100)]).status).toBe('True');
  });
  test('False when the port is open on the node', () => {
    const onNode = closed();
    const containers = [{ name: 'app', ports: [{ containerPort: 9000, hostPort: 9000 }] }];
    expect(verdict([{ ...onNode, spec: { ...onNode.spec, containers } }]).reason).toBe('HostPort');
  });
  test('False when the operator itself reaches the server', () => {
    const { reason, message } = verdict([open()], [], 'open');
    expect(reason).toBe('ServerPortOpen');
    expect(message).toContain('10.244.0.5:9000');
  });
  test.each([['closed' as const], [undefined]])(
    'Unknown when the server listens beyond loopback and knocking gave %s',
    (knock) => {
      expect(verdict([open()], [], knock)).toMatchObject({ status: 'Unknown', reason: 'NotProvenClosed' });
    },
  );
  test('Unknown until every pod has said where its server listens', () => {
    expect(verdict([closed(), injectedPod({ name: 'b' })])).toMatchObject({ status: 'Unknown', reason: 'NotReported' });
  });
  test('False while a pod has no sidecar', () => {
    expect(verdict([closed(), pod({ name: 'b', gateOf: null })]).reason).toBe('PodsWithoutSidecar');
  });
});
