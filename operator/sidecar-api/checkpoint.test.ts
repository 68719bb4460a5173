import { expect, test } from 'vitest';
import { cosignatureLine } from '../../core/audit/note/cosignature.ts';
import { cosigningKey, signingKey } from '../../core/audit/note/note-keys.ts';
import { signNote } from '../../core/audit/note/signed-note.ts';
import { SERVER_KEY, ShownStream } from '../witness/testing/shown.ts';
import { answerOf, checkpointSchema, readSubmission } from './checkpoint.ts';

const SHOWER = {
  namespace: 'finance',
  server: 'ledger',
  pod: 'ledger-1',
  podUid: 'u',
  podCreated: '2026-11-30T09:00:01Z',
};
const read = (body: object, shower = SHOWER) =>
  readSubmission(checkpointSchema.parse(body), shower, [SERVER_KEY.verifier]);
const stream = new ShownStream().grow(2).grow(5);

test('what is read is what was shown, with the signature of the gate and no other', () => {
  const body = stream.body(2);
  const other = cosignatureLine(
    body.checkpoint.slice(0, body.checkpoint.indexOf('\n\n') + 1),
    1,
    cosigningKey('w', Buffer.alloc(32, 7)),
  );
  const found = read({ ...body, checkpoint: `${body.checkpoint}${other}` });
  expect(found).toMatchObject({
    origin: stream.origin,
    submitted: {
      server: 'finance/ledger',
      pod: 'ledger-1',
      uid: 'u',
      old: 2,
      head: { size: 5 },
      note: body.checkpoint,
    },
  });
});

test.each([
  ['of a server whose name begins alike', { ...SHOWER, server: 'led' }, stream.body(0), 403],
  ['of another namespace', { ...SHOWER, namespace: 'fin' }, stream.body(0), 403],
  ['of another pod of the server', { ...SHOWER, pod: 'ledger-2' }, stream.body(0), 403],
  ['of an earlier pod of that name', { ...SHOWER, podCreated: '2026-11-30T09:06:00Z' }, stream.body(0), 403],
  ['of a stream that does not say when it began', SHOWER, new ShownStream('ledger-1', 'a').grow(2).body(0), 403],
  ['of a stream in a folder', SHOWER, new ShownStream('ledger-1/x').grow(2).body(0), 403],
  [
    'by a key that is not the server’s',
    SHOWER,
    stream.body(0, signingKey(SERVER_KEY.verifier.name, Buffer.alloc(32, 2))),
    403,
  ],
  ['that proves something of a larger tree', SHOWER, { ...stream.body(0), old: 6 }, 400],
  ['of nothing', SHOWER, new ShownStream().grow(0).body(0), 400],
  ['that is no note', SHOWER, { ...stream.body(0), checkpoint: 'hello' }, 400],
  [
    'with more than a checkpoint has',
    SHOWER,
    { ...stream.body(0), checkpoint: signNote(`${stream.origin}\n5\n${'A'.repeat(43)}=\nmore\n`, SERVER_KEY) },
    400,
  ],
])('a checkpoint %s is refused', (_, shower, body, status) => {
  expect(read(body, shower)).toMatchObject({ status, body: { error: expect.any(String) } });
});

test.each([
  ['a hash that is none', { proof: ['AAAA'] }],
  ['a size that is none', { old: -1 }],
  ['a checkpoint that is too long', { checkpoint: 'x'.repeat(4097) }],
])('%s has not the shape', (_, more) => {
  expect(checkpointSchema.safeParse({ ...stream.body(0), ...more }).success).toBe(false);
});

test.each([
  [{ kind: 'cosigned', size: 5, cosignatures: '— w x\n' }, 200, { size: 5, cosignatures: '— w x\n' }],
  [{ kind: 'conflict', size: 5 }, 409, { size: 5 }],
  [{ kind: 'fork', why: 'other lines' }, 422, { error: 'it does not go on from what was witnessed: other lines' }],
  [{ kind: 'refused', why: 'no' }, 403, { error: 'no' }],
  [{ kind: 'full', why: 'no room' }, 507, { error: 'no room' }],
] as const)('%o is answered with %i', (answer, status, body) => {
  expect(answerOf(answer)).toMatchObject({ status, body });
});
