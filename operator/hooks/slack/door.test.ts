import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { eventually } from '../../../test/support/eventually.ts';
import { Recorder, TARGET, VALUE } from '../testing/recorder.ts';
import type { ServedHooks } from '../testing/served.ts';

const recorder = new Recorder();
const { asked } = recorder;
let hooks: ServedHooks;
beforeAll(async () => {
  hooks = await recorder.serve();
});
afterAll(async () => hooks.close());
beforeEach(() => recorder.clear());

async function told(path: string): Promise<string[] | undefined> {
  await eventually('the person is told', async () => hooks.slack.told.has(path), 5_000);
  return hooks.slack.told.get(path);
}

describe('a click in Slack', () => {
  test('is a vote of the person, on what was shown, and the person alone is told', async () => {
    const { payload, path } = hooks.slack.press({ value: VALUE, reason: 'invoice 4711' });
    expect(await hooks.click(hooks.slack.sign(payload))).toEqual({ status: 200, text: '' });
    expect(await told(path)).toEqual([
      'ephemeral plain_text: Counted: Approved, as ada, on finance/ledger-transfer-x7k2m. It is the first vote on this request.',
    ]);
    expect(asked).toEqual([
      {
        ref: { namespace: 'finance', name: 'ledger-transfer-x7k2m' },
        as: { user: 'ada', groups: ['treasury'] },
        patch: [
          { op: 'test', path: '/metadata/uid', value: TARGET.uid },
          { op: 'test', path: '/spec/subject/call/digest', value: TARGET.subject.digest },
          { op: 'add', path: '/status/decision', value: 'Approved' },
          { op: 'add', path: '/status/reason', value: 'invoice 4711' },
        ],
      },
    ]);
  });

  test.each([
    [
      'with another secret',
      () => hooks.slack.sign(hooks.slack.press({ value: VALUE }).payload, Date.now(), 'another'),
      'forged',
    ],
    [
      'six minutes old',
      () => hooks.slack.sign(hooks.slack.press({ value: VALUE }).payload, Date.now() - 360_000),
      'stale',
    ],
    [
      'six minutes ahead',
      () => hooks.slack.sign(hooks.slack.press({ value: VALUE }).payload, Date.now() + 360_000),
      'stale',
    ],
    [
      'changed on the way',
      () => {
        const signed = hooks.slack.sign(hooks.slack.press({ value: VALUE }).payload);
        return { ...signed, body: Buffer.from(signed.body.toString().replace('approve', 'deny')) };
      },
      'forged',
    ],
    [
      'unsigned',
      () => ({ headers: {}, body: hooks.slack.sign(hooks.slack.press({ value: VALUE }).payload).body }),
      'forged',
    ],
  ])('%s is refused in words that do not say why, and is on record', async (_, signed, outcome) => {
    const before = await hooks.ended('slack', outcome);
    const { status, text } = await hooks.click(signed());
    expect(status).toBe(401);
    expect(JSON.parse(text)).toEqual({
      error:
        'not signed by anybody who is known here, or not within the last five minutes; the log of sallyport-hooks says which',
    });
    expect(asked).toEqual([]);
    expect(await hooks.ended('slack', outcome)).toBe(before + 1);
    expect(hooks.log.at(-1)).toMatchObject({ door: 'slack', outcome });
  });

  test('four minutes off the clock is as good', async () => {
    for (const off of [-240_000, 240_000]) {
      const { payload, path } = hooks.slack.press({ value: VALUE });
      expect((await hooks.click(hooks.slack.sign(payload, Date.now() + off))).status).toBe(200);
      await told(path);
    }
    expect(asked).toHaveLength(2);
  });

  test('that comes again does nothing', async () => {
    const { payload, path } = hooks.slack.press({ value: VALUE });
    const signed = hooks.slack.sign(payload);
    expect((await hooks.click(signed)).status).toBe(200);
    await told(path);
    expect(await hooks.click(signed)).toEqual({ status: 409, text: '{"error":"this click has come before"}\n' });
    expect(asked).toHaveLength(1);
  });

  test.each([
    ['of a user who is not mapped', { user: 'U0MALLORY' }],
    ['of a user of another workspace with the same id', { team: 'T0OTHER' }],
  ])('%s is not counted, and they are told', async (_, who) => {
    const { payload, path } = hooks.slack.press({ value: VALUE, ...who });
    expect((await hooks.click(hooks.slack.sign(payload))).status).toBe(200);
    expect((await told(path))?.[0]).toContain('Not counted: nobody in Kubernetes is known here for your Slack user');
    expect(asked).toEqual([]);
  });

  test.each([
    ['garbage', 'payload=%7B'],
    ['no form', '{"type":"block_actions"}'],
    ['nothing', ''],
  ])('of which the body is %s is refused', async (_, body) => {
    expect((await hooks.click(hooks.slack.sign(body))).status).toBe(400);
    expect(asked).toEqual([]);
  });

  test('on a button that is not ours is answered, and nothing happens', async () => {
    const { payload } = hooks.slack.press({ value: 'x', action: 'open-console' });
    expect(await hooks.click(hooks.slack.sign(payload))).toEqual({ status: 200, text: '' });
    expect(asked).toEqual([]);
  });

  test('is answered at once, however long the API server takes', async () => {
    const slow = Promise.withResolvers<unknown>();
    recorder.answer = () => slow.promise;
    const { payload, path } = hooks.slack.press({ value: VALUE, action: 'sallyport.deny' });
    expect(await hooks.click(hooks.slack.sign(payload))).toEqual({ status: 200, text: '' });
    expect(hooks.slack.told.has(path)).toBe(false);
    slow.resolve({ status: { votes: [{}, {}] } });
    expect((await told(path))?.[0]).toContain('Counted: Denied, as ada');
  });

  test('is answered nowhere but at Slack', async () => {
    const { payload } = hooks.slack.press({ value: VALUE, responseUrl: 'http://169.254.169.254/latest/meta-data' });
    expect((await hooks.click(hooks.slack.sign(payload))).status).toBe(200);
    await eventually(
      'it is on record',
      async () => hooks.log.some(({ origin }) => origin === 'http://169.254.169.254'),
      5_000,
    );
  });

  test('is told again when Slack stumbles', async () => {
    hooks.slack.statuses.push(500, 429);
    const { payload, path } = hooks.slack.press({ value: VALUE });
    await hooks.click(hooks.slack.sign(payload));
    expect(await told(path)).toHaveLength(1);
  });
});
