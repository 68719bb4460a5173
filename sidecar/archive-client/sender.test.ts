import { beforeEach, describe, expect, test } from 'vitest';
import { cleanupAfterEach } from '../../test/support/cleanup.ts';
import { lineHash } from '../../core/audit/chain.ts';
import { signedStream } from '../../core/audit/testing/signed-stream.ts';
import { ArchiveDouble, confirm, type Reply } from '../testing/archive-double.ts';
import type { Identity } from './identity.ts';
import { ArchiveSender } from './sender.ts';

const { use } = cleanupAfterEach();
const lines = signedStream();
const bytes = Buffer.from(lines.map((line) => `${line}\n`).join(''));
const last = { stream: 's1', seq: lines.length - 1, hash: lineHash(lines.at(-1) ?? '') };

let archive: ArchiveDouble;
beforeEach(async () => {
  archive = await use(ArchiveDouble.start());
});

const own = (): Identity => {
  const { cert, key, ca } = archive.certificate;
  return { cert, key, ca };
};
function senderTo(url: string, current: () => Promise<Identity> = async () => own()): Promise<ArchiveSender> {
  return use(new ArchiveSender(url, { current }, 300));
}

describe('a segment', () => {
  test('is sent as it is, and acknowledged by an archive that names its last line', async () => {
    const sender = await senderTo(`${archive.url}/`);
    expect(await sender.send(bytes, last)).toEqual({});
    expect(await sender.send(bytes, last)).toEqual({});
    expect(archive.bodies).toEqual([bytes.toString(), bytes.toString()]);
  });

  const replies: Record<string, [Reply | undefined, string, string]> = {
    'is not acknowledged by another hash': [
      { status: 200, body: { ...last, hash: 'x', added: 1 } },
      'lying',
      'not what it was sent',
    ],
    'nor by another number': [{ status: 200, body: { ...last, seq: 99, added: 1 } }, 'lying', ''],
    'nor by another stream': [{ status: 200, body: { ...last, stream: 's2', added: 1 } }, 'lying', ''],
    'nor by nothing': [{ status: 200, body: '' }, 'lying', ''],
    'nor by no answer in time': [undefined, 'slow', 'no answer within 300 ms'],
    'may be refused': [{ status: 409, body: { error: 'a fork' } }, 'refused', 'HTTP 409: a fork'],
    'may come when there is no room': [{ status: 503, body: { error: 'full' } }, 'busy', 'HTTP 503: full'],
    'may come too often': [{ status: 429, body: 'x' }, 'busy', 'HTTP 429'],
    'may come from nobody known': [{ status: 401, body: {} }, 'unproven', 'HTTP 401'],
  };
  test.for(Object.entries(replies))('%s', async ([, [reply, failure, why]]) => {
    archive.behaviour = () => reply;
    const sender = await senderTo(archive.url);
    expect(await sender.send(bytes, last)).toEqual({ failure, why: expect.stringContaining(why) });
    archive.behaviour = confirm;
    expect(await sender.send(bytes, last)).toEqual({});
  });
});

test('without a certificate, or an archive, or one of another authority, it is said what is missing', async () => {
  const none = await senderTo(archive.url, async () => {
    throw new Error('the operator gave none');
  });
  expect(await none.send(bytes, last)).toEqual({ failure: 'unproven', why: 'the operator gave none' });
  const other = await use(ArchiveDouble.start());
  const wrong = await senderTo(other.url);
  expect(await wrong.send(bytes, last)).toMatchObject({ failure: 'unreachable' });
  const { url } = other;
  await other.close();
  expect(await (await senderTo(url)).send(bytes, last)).toMatchObject({
    failure: 'unreachable',
    why: expect.stringContaining('ECONNREFUSED'),
  });
});

test('another certificate is used from the next segment on', async () => {
  let identity = own();
  const sender = await senderTo(archive.url, async () => identity);
  expect(await sender.send(bytes, last)).toEqual({});
  const other = await use(ArchiveDouble.start());
  identity = { ...other.certificate, ca: archive.certificate.ca };
  expect(await sender.send(bytes, last)).toMatchObject({ failure: 'unproven' });
});
