import { describe, expect, test } from 'vitest';
import { announcedKey } from '../../core/audit/note/key-announcement.ts';
import { parseVerifierKey, signingKey, type VerifierKey } from '../../core/audit/note/note-keys.ts';
import { sha256 } from '../../core/digest.ts';
import { type Derived, inUse, type KeyRecord, succession } from './succession.ts';

const DAY = 86_400_000;
const START = Date.parse('2026-11-30T00:00:00Z');

const keyOf = (authority: string, generation: number) =>
  signingKey('sallyport/finance/ledger', Buffer.from(sha256(`${authority} ${generation}`).slice(7), 'hex'));
const deriving =
  (current: string, next?: string) =>
  (generation: number): Derived => ({
    current: keyOf(current, generation),
    next: next === undefined ? undefined : keyOf(next, generation),
  });

function step(
  records: readonly KeyRecord[],
  more: { day?: number; uid?: string; derive?: ReturnType<typeof deriving> },
) {
  const { day = 0, uid = 'u', derive = deriving('A') } = more;
  const found = succession({ records, uid, now: START + day * DAY, rotateAfterMs: 90 * DAY, derive });
  return { ...found, records: found.add === undefined ? records : [...records, found.add] };
}

const verifier = (text: string | undefined) => parseVerifierKey(text ?? '') as VerifierKey;

test('the first report makes the first key; later ones find it', () => {
  const first = step([], {});
  expect(first.add).toEqual({
    generation: 1,
    uid: 'u',
    key: first.signer.verifier.text,
    since: '2026-11-30T00:00:00.000Z',
  });
  expect(first.lost).toBe(false);
  const again = step(first.records, { day: 89 });
  expect(again.add).toBeUndefined();
  expect(again.signer.verifier.text).toBe(first.signer.verifier.text);
});

test('one that is old is followed by another, which it announces', () => {
  const first = step([], {});
  const second = step(first.records, { day: 90 });
  expect(second.add).toMatchObject({ generation: 2, key: second.signer.verifier.text });
  expect(second.signer.verifier.text).not.toBe(first.signer.verifier.text);
  expect(announcedKey(second.add?.announcement ?? '', verifier(first.add?.key))?.text).toBe(second.add?.key);
});

test('before its authority is replaced, a key is followed by one of the next, once', () => {
  const first = step([], {});
  const both = deriving('A', 'B');
  const second = step(first.records, { day: 1, derive: both });
  expect(second.signer.verifier.text).toBe(keyOf('B', 2).verifier.text);
  expect(announcedKey(second.add?.announcement ?? '', verifier(first.add?.key))?.text).toBe(second.add?.key);
  // While B is the next, and when it signs.
  expect(step(second.records, { day: 1, derive: both }).add).toBeUndefined();
  expect(step(second.records, { day: 3, derive: deriving('B') }).add).toBeUndefined();
});

test('with the authority lost, the next key is announced by nobody', () => {
  const first = step([], {});
  const second = step(first.records, { derive: deriving('C') });
  expect(second).toMatchObject({ lost: true, add: { generation: 2 } });
  expect(second.add?.announcement).toBeUndefined();
});

test('a server that was deleted and made again has another key, announced by nobody', () => {
  const first = step([], {});
  const second = step(first.records, { uid: 'v' });
  expect(second).toMatchObject({ lost: true, add: { generation: 2, uid: 'v' } });
  expect(second.add?.announcement).toBeUndefined();
  expect(step(second.records, { uid: 'v' }).add).toBeUndefined();
});

describe('for an hour', () => {
  const first = step([], {});
  const second = step(first.records, { day: 90 });
  const after = (ms: number) => inUse(second.records, 'u', START + 90 * DAY + ms);

  test('a key that was followed by another is good, and not longer', () => {
    expect(after(3_599_000)).toEqual([first.add?.key, second.add?.key]);
    expect(after(3_600_000)).toEqual([second.add?.key]);
  });

  test('one of another server of that name never is', () => {
    expect(inUse(second.records, 'v', START)).toEqual([]);
  });
});
