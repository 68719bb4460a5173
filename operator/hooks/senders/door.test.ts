import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { MESSAGE, Recorder, TARGET } from '../testing/recorder.ts';
import type { ServedHooks } from '../testing/served.ts';

const recorder = new Recorder();
const { asked } = recorder;
let hooks: ServedHooks;
beforeAll(async () => {
  hooks = await recorder.serve();
});
afterAll(async () => hooks.close());
beforeEach(() => recorder.clear());

describe('a web hook', () => {
  test('is a vote of the person that the sender speaks for', async () => {
    const signed = hooks.sender.sign({ ...MESSAGE, uid: TARGET.uid, reason: 'CHG-17' });
    expect(await hooks.hook(signed)).toEqual({ status: 200, text: '{"decision":"Approved","votes":1}\n' });
    expect(asked).toMatchObject([
      {
        as: { user: 'ada', groups: ['treasury'] },
        patch: [
          { op: 'test', path: '/metadata/uid', value: TARGET.uid },
          { op: 'add', path: '/status/decision', value: 'Approved' },
          { op: 'add', path: '/status/reason', value: 'CHG-17' },
        ],
      },
    ]);
  });

  test('that comes again gets the answer of the first time, and nothing happens', async () => {
    const signed = hooks.sender.sign(MESSAGE, { id: 'msg_once' });
    const [first, ...others] = await Promise.all([hooks.hook(signed), hooks.hook(signed), hooks.hook(signed)]);
    expect(first.status).toBe(200);
    for (const other of others) expect(other).toEqual(first);
    expect(asked).toHaveLength(1);
    const another = hooks.sender.sign({ ...MESSAGE, decision: 'Denied' }, { id: 'msg_once' });
    expect((await hooks.hook(another)).status).toBe(409);
    expect(asked).toHaveLength(1);
  });

  test('that found no API server is tried again under the same id', async () => {
    recorder.answer = async () => {
      throw new Error('connect ECONNREFUSED');
    };
    const signed = hooks.sender.sign(MESSAGE);
    expect((await hooks.hook(signed)).status).toBe(503);
    recorder.answer = async () => ({ status: { votes: [{}] } });
    expect((await hooks.hook(signed)).status).toBe(200);
  });

  test.each([
    ['of nobody', () => hooks.sender.sign({ ...MESSAGE, as: undefined }), 403, 'does not say whose decision it is'],
    ['of somebody else', () => hooks.sender.sign({ ...MESSAGE, as: 'mallory' }), 403, 'may not speak for that person'],
    ['that is no JSON', () => hooks.sender.sign('{'), 400, 'is not JSON'],
    [
      'of a path',
      () => hooks.sender.sign({ ...MESSAGE, name: '../secrets/x' }),
      400,
      'name is no name of an ApprovalRequest',
    ],
    [
      'with a field more',
      () => hooks.sender.sign({ ...MESSAGE, groups: ['treasury'] }),
      400,
      'fields that nobody knows: groups',
    ],
    ['that decides nothing', () => hooks.sender.sign({ ...MESSAGE, decision: 'Maybe' }), 400, 'decision is neither'],
    ['of yesterday', () => hooks.sender.sign(MESSAGE, { at: Date.now() - 86_400_000 }), 401, 'not signed by anybody'],
    ['of nobody known', () => ({ headers: {}, body: Buffer.from('{}') }), 401, 'not signed by anybody'],
  ])('%s is refused', async (_, signed, status, words) => {
    const reply = await hooks.hook(signed());
    expect(reply.status).toBe(status);
    expect(reply.text).toContain(words);
    expect(asked).toEqual([]);
  });
});
