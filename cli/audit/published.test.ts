import { afterEach, beforeEach, expect, test } from 'vitest';
import { signingKey } from '../../core/audit/note/note-keys.ts';
import { registerAudit } from '../audit.ts';
import { CHAIN, NAME, PublishedCluster, WITNESS } from '../testing/published-cluster.ts';
import { runHere } from '../testing/run-here.ts';

const expected = CHAIN.map(({ verifier }) => verifier.text);

let cluster: PublishedCluster;
beforeEach(() => void (cluster = new PublishedCluster()));
afterEach(() => cluster.close());

async function run(args: string[]) {
  const { stdout, stderr, code } = await runHere(registerAudit, args);
  return { out: stdout, err: stderr, code };
}

test('print lines for --key, and say which key comes from nowhere', async () => {
  const { out, err, code } = await run(['audit', 'keys', '--server', 'finance/ledger']);
  expect([out, code]).toEqual([`${expected.join('\n')}\n`, 0]);
  expect(err).toContain(`${expected[2]} of finance/ledger is announced by no other`);
  const led = await run(['audit', 'keys', '--trust', expected[0] ?? '']);
  expect([led.out, led.err]).toEqual([`${expected.slice(0, 2).join('\n')}\n`, '']);
  expect((await run(['audit', 'keys', '--witness'])).out).toBe(`${WITNESS.verifier.text}\n`);
});

test('print notes with an empty line between them', async () => {
  const { out } = await run(['audit', 'witnessed']);
  expect(out.split('\n\n')).toHaveLength(4);
  expect(out).toMatch(/^sallyport\/finance\/ledger\/ledger-1\/2026-11-30T09:00:00.000Z\n3\n/);
});

test.each([
  [['keys', '--server', 'a/b'], 1, 'no key is published of a/b'],
  [['keys', '--trust', signingKey(NAME, Buffer.alloc(32, 7)).verifier.text], 1, 'the key is not published'],
  [['keys', '--trust', 'hello'], 2, '--trust is no verifier key'],
  [['witnessed', '--server', 'a/b'], 1, 'nothing is witnessed of a/b'],
])('%o ends with %i', async (words, code, says) => {
  const ended = await run(['audit', ...words]);
  expect([ended.code, ended.out]).toEqual([code, '']);
  expect(ended.err).toContain(says);
});
