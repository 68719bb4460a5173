import { describe, expect, test } from 'vitest';
import { ready } from './ready.ts';
import { injectedPod, facts, service } from './testing/cases.ts';

describe('Ready', () => {
  const good = { status: 'True', reason: 'Fine', message: 'fine' } as const;
  const onItsWay = { status: 'False', reason: 'Delivering', message: 'on its way', passes: true } as const;
  const was = (status: string) => {
    const given = facts([injectedPod()]);
    return { ...given, object: { ...given.object, status: { conditions: [{ type: 'Ready', status }] } } };
  };
  const bad = { status: 'Unknown', reason: 'NoPods', message: 'No pod runs.' } as const;

  test('True when all parts are', () => {
    expect(ready(facts([]), { Injected: good })).toMatchObject({ status: 'True', reason: 'Serving' });
  });
  test('True, with a word about client tokens that could not be read', () => {
    const conditions = [
      { type: 'sallyport.dev/TokensAccepted', status: 'False', message: 'billing: sha256 is missing' },
    ];
    const { status, reason, message } = ready(facts([injectedPod({ conditions })]), { Injected: good });
    expect([status, reason]).toEqual(['True', 'ServingSomeClients']);
    expect(message).toContain('billing: sha256 is missing');
  });
  test('False while a gate does not have a key that the server is to be shown, and not for one that is not asked for any more', () => {
    const conditions = [
      {
        type: 'sallyport.dev/CredentialsRead',
        status: 'False',
        message: 'credential api: key a of Secret keys is not there',
      },
    ];
    const given = facts([injectedPod({ conditions })]);
    expect(ready(given, { Injected: good })).toMatchObject({ reason: 'Serving' });
    const upstream = { credentials: [{ name: 'api', header: 'x-key', from: { secretName: 'keys', key: 'a' } }] };
    const asking = { ...given, server: { ...given.server, spec: { ...given.server.spec, upstream } } };
    const { status, reason, message } = ready(asking as never, { Injected: good });
    expect([status, reason]).toEqual(['False', 'CredentialsMissing']);
    expect(message).toContain('key a of Secret keys is not there');
  });
  test('False with the reason of the first part that is not True', () => {
    expect(ready(facts([]), { PolicyAccepted: good, Injected: bad, PolicyEnforced: bad })).toEqual({
      status: 'False',
      reason: 'NoPods',
      message: 'Injected: No pod runs.',
      passes: true,
    });
  });
  test.each([
    ['True', 'True', 'Serving'],
    ['False', 'False', 'Delivering'],
  ])('stays %s while a policy is on its way', (before, status, reason) => {
    expect(ready(was(before), { Injected: good, PolicyEnforced: onItsWay })).toMatchObject({ status, reason });
  });
  test('is not kept by a policy on its way when something else is wrong', () => {
    const { status, reason } = ready(was('True'), { Injected: { ...good, status: 'False' }, PolicyEnforced: onItsWay });
    expect([status, reason]).toEqual(['False', 'Fine']);
  });
  test.each([
    ['somebody has to act', { status: 'False', reason: 'Bad', message: 'bad' } as const, undefined],
    ['it passes by itself', onItsWay, true],
  ])('says whether %s', (_, part, passes) => {
    expect(ready(facts([]), { PolicyEnforced: part }).passes).toBe(passes);
  });
  test('True where nothing runs because nothing is to run', () => {
    const given = facts([]);
    const stopped = { ...given, server: { ...given.server, spec: { run: { image: 'x', replicas: 0 } } } };
    expect(ready(stopped as never, { Injected: bad })).toMatchObject({ status: 'True', reason: 'ScaledToZero' });
    expect(ready(given, { Injected: bad }).status).toBe('False');
  });
  test("False when somebody else's Service has the name and leads elsewhere, with what to do", () => {
    const { reason, message } = ready(facts([injectedPod()], [service('ledger', 9100)]), { Injected: good });
    expect(reason).toBe('ServiceNameTaken');
    expect(message).toContain('set its targetPort to mcp, give another name in spec.service.name, such as ledger-mcp');
  });
  test('False when it leads around the gate', () => {
    const { message } = ready(facts([injectedPod()], [service('ledger', 9000)]), { Injected: good });
    expect(message).toContain('leads to the port of the server, around the gate');
  });
  test('True when it leads to the gate', () => {
    expect(ready(facts([injectedPod()], [service('ledger', 'mcp')]), { Injected: good }).status).toBe('True');
  });
  test('False when nobody makes a Service and none is there', () => {
    const found = { ...facts([injectedPod()]), endpoint: { kind: 'missing' } as const };
    const { reason, message } = ready(found, { Injected: good });
    expect(reason).toBe('ServiceMissing');
    expect(message).toContain('Create it with a port whose targetPort is mcp');
  });
});
