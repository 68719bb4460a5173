import { describe, expect, test } from 'vitest';
import { JsonView } from '../../../core/mcp/json-view.ts';
import type { Principal } from '../../../core/policy/principal.ts';
import { LateOwners } from '../../memory/late-owners.ts';
import { SharedCall, type SharedCallParts } from './shared-call.ts';
import { routeOf } from './shared-route.ts';

const ada: Principal = { kind: 'token', name: 'ada', groups: [] };
const bob: Principal = { kind: 'token', name: 'bob', groups: [] };
const nobody: Principal = { kind: 'anonymous', name: 'anonymous', groups: [] };

function call(fields: Partial<SharedCallParts> = {}): SharedCall {
  return new SharedCall({
    sink: { onHead() {}, onData: () => true, onEnd() {}, onError() {} },
    id: 'own',
    revision: undefined,
    owner: ada,
    token: undefined,
    listens: false,
    wantsLogs: false,
    onAbort() {},
    ...fields,
  });
}

/** Whose it is, and in which words. */
function route(method: string, params: string, calls: [number, SharedCall][], late = new LateOwners(10)) {
  const line = Buffer.from(`{"jsonrpc":"2.0","method":"${method}","params":${params}}`);
  const said = { method, params: JsonView.of(Buffer.from(params)), line };
  const found = routeOf(new Map(calls), said, late, 0);
  if (found === undefined) return undefined;
  const { gateId, message } = found;
  const spoken = message === undefined ? undefined : (JSON.parse(message.toString()) as { params: unknown }).params;
  return { gateId, params: spoken };
}

describe('progress', () => {
  const progress = (token: string, calls: [number, SharedCall][]) =>
    route('notifications/progress', `{"progressToken":${token},"progress":1}`, calls);

  test('is of the call that its token names, which gets its own token back', () => {
    const calls: [number, SharedCall][] = [
      [1, call()],
      [2, call({ token: '"mine"' })],
    ];
    expect(progress('2', calls)).toEqual({ gateId: 2, params: { progressToken: 'mine', progress: 1 } });
  });
  test.each([
    ['of a call that asked for none', '1'],
    ['of no call', '7'],
    ['of a text that is the number of a call', '"2"'],
    ['of nothing', 'null'],
  ])('%s is nobody’s', (_name, token) => {
    const calls: [number, SharedCall][] = [
      [1, call()],
      [2, call({ token: '"mine"' })],
    ];
    expect(progress(token, calls)).toBeUndefined();
  });
});

describe('a cancellation', () => {
  const cancel = (id: string) =>
    route('notifications/cancelled', `{"requestId":${id}}`, [
      [1, call({ listens: true })],
      [2, call()],
    ]);
  test('ends a subscription', () => expect(cancel('1')).toEqual({ gateId: 1, params: undefined }));
  test('is of no call that is none', () => expect(cancel('2')).toBeUndefined());
  test('is of no other', () =>
    expect([cancel('3'), cancel('"1"'), cancel('{}')]).toEqual([undefined, undefined, undefined]));
});

describe('what was subscribed to', () => {
  const updated = (meta: string) =>
    route('notifications/resources/updated', `{"uri":"a","_meta":${meta}}`, [
      [1, call({ listens: true, id: 'sub' })],
      [2, call()],
    ]);
  test('is of the subscription that it names, which gets its own id back', () => {
    expect(updated('{"io.modelcontextprotocol/subscriptionId":1}')).toEqual({
      gateId: 1,
      params: { uri: 'a', _meta: { 'io.modelcontextprotocol/subscriptionId': 'sub' } },
    });
  });
  test.each([
    '{"io.modelcontextprotocol/subscriptionId":2}',
    '{"io.modelcontextprotocol/subscriptionId":"1"}',
    '{}',
    '[]',
  ])('is nobody’s with %s', (meta) => expect(updated(meta)).toBeUndefined());
});

describe('a log message, which does not say whose it is', () => {
  const log = (calls: [number, SharedCall][], late?: LateOwners): number | undefined =>
    route('notifications/message', '{"data":"x"}', calls, late)?.gateId;
  const wants = (owner: Principal | undefined): SharedCall => call({ owner, wantsLogs: true });

  test('is of the one call that asked for logs', () =>
    expect(
      log([
        [1, wants(ada)],
        [2, call({ owner: bob })],
      ]),
    ).toBe(1));
  test('is nobody’s where none did', () => expect(log([[1, call()]])).toBeUndefined());
  test('is of the newest where all that did are one principal’s', () => {
    expect(
      log([
        [1, wants(ada)],
        [2, wants(ada)],
      ]),
    ).toBe(2);
  });
  test('is nobody’s where two principals asked', () => {
    expect(
      log([
        [1, wants(ada)],
        [2, wants(bob)],
      ]),
    ).toBeUndefined();
  });
  test('is nobody’s where two asked who proved nothing', () => {
    expect(
      log([
        [1, wants(nobody)],
        [2, wants(nobody)],
      ]),
    ).toBeUndefined();
    expect(
      log([
        [1, wants(undefined)],
        [2, wants(undefined)],
      ]),
    ).toBeUndefined();
  });
  test('is that of one who proved nothing and is alone', () => expect(log([[1, wants(nobody)]])).toBe(1));

  test('is nobody’s where it may be of a call of somebody else that was given up lately', () => {
    const late = new LateOwners(10);
    late.add(bob, 0);
    expect(log([[1, wants(ada)]], late)).toBeUndefined();
  });
  test('is that of the one whose own call was given up lately', () => {
    const late = new LateOwners(10);
    late.add(ada, 0);
    expect(log([[1, wants(ada)]], late)).toBe(1);
  });
  test('is not that of one who proved nothing, though a call of that name was given up lately', () => {
    const late = new LateOwners(10);
    late.add(nobody, 0);
    expect(log([[1, wants(nobody)]], late)).toBeUndefined();
  });
});
