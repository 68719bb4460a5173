import { Socket } from 'node:net';
import { IncomingMessage } from 'node:http';
import { describe, expect, it } from 'vitest';
import { policyOf } from '../../../test/support/policy.ts';
import { FakeClock } from '../../testing/fake-clock.ts';
import { HOP, hopOf, passedBy, peerOf } from './peer.ts';

const policy = policyOf({}, { trustedProxies: [{ name: 'edge', addresses: ['10.0.4.0/24'], user: {} }] });
const clock = new FakeClock();
const CLAIMS = { 'x-forwarded-user': 'ada', 'x-remote-user': 'eve', accept: '*/*' };

function asked(headers: Record<string, string>): IncomingMessage {
  const request = new IncomingMessage(new Socket());
  Object.assign(request.headers, headers);
  return request;
}

describe('the other end', () => {
  it('is who the connection is of, and claims nothing', () => {
    const request = asked({ ...CLAIMS, 'x-forwarded-for': '10.0.4.7' });
    expect(peerOf(request, undefined, policy, clock)).toBe(request.socket);
    expect(request.headers).toEqual({ accept: '*/*', 'x-forwarded-for': '10.0.4.7' });
  });

  it('is the one of the gate that passes the request on, with what it may say', () => {
    const request = asked({ ...CLAIMS, [HOP]: '10.0.4.7 10.0.0.1' });
    const passed = passedBy(request, true);
    expect(passed).toEqual({ client: { remoteAddress: '10.0.4.7' }, gate: '10.0.0.1' });
    peerOf(request, passed, policy, clock);
    expect(request.headers).toEqual({ 'x-forwarded-user': 'ada', accept: '*/*' });
  });

  it('is not where somebody else says so', () => {
    const request = asked({ ...CLAIMS, [HOP]: '10.0.4.7 10.0.0.1' });
    const passed = passedBy(request, false);
    expect([passed, request.headers[HOP]]).toEqual([undefined, undefined]);
    peerOf(request, passed, undefined, clock);
    expect(request.headers).toEqual({ accept: '*/*' });
  });

  it('shows to the next gate what it has shown here', () => {
    const certificate = { kind: 'faulty', thumbprint: 'x', why: 'it has expired' };
    const packed = Buffer.from(JSON.stringify(certificate)).toString('base64url');
    expect(passedBy(asked({ [HOP]: `10.0.4.7 10.0.0.1 ${packed}` }), true)?.client).toEqual({
      remoteAddress: '10.0.4.7',
      certificate,
    });
    expect(hopOf(new Socket())).toBe(' ');
  });
});
