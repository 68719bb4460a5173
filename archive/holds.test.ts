import { expect, test } from 'vitest';
import { cleanupAfterEach } from '../test/support/cleanup.ts';
import { NOW, serve } from './testing/served.ts';

const { use } = cleanupAfterEach();
const path = '/v1/holds';

test('a hold is made, listed and lifted by who may, under the name of who did', async () => {
  const served = await use(serve());
  const hold = {
    server: 'default/files',
    since: '2026-11-01T00:00:00Z',
    until: '2026-12-01T00:00:00+01:00',
    reason: 'case 7',
  };
  const post = (body: unknown, token = 'holds') =>
    served.ask({ method: 'POST', path, token, body: typeof body === 'string' ? body : JSON.stringify(body) });
  expect((await post(hold, 'reads')).status).toBe(403);
  const made = await post(hold);
  const view = {
    ...hold,
    id: 1,
    since: '2026-11-01T00:00:00.000Z',
    until: '2026-11-30T23:00:00.000Z',
    madeBy: 'counsel',
    madeAt: new Date(NOW).toISOString(),
  };
  expect([made.status, JSON.parse(made.text)]).toEqual([201, view]);
  expect((await post({ server: '*', reason: 'all' })).status).toBe(201);
  const listed = await served.ask({ path, token: 'reads' });
  expect(JSON.parse(listed.text)).toMatchObject({
    holds: [view, { id: 2, server: '*', reason: 'all' }],
  });
  expect((await served.ask({ method: 'DELETE', path: `${path}/1`, token: 'reads' })).status).toBe(403);
  expect((await served.ask({ method: 'DELETE', path: `${path}/1`, token: 'holds' })).status).toBe(200);
  expect((await served.ask({ method: 'DELETE', path: `${path}/1`, token: 'holds' })).status).toBe(404);
});

test('what is no hold is refused', async () => {
  const served = await use(serve());
  const status = async (method: string, at: string, body?: string): Promise<number> =>
    (await served.ask({ method, path: at, token: 'holds', ...(body === undefined ? {} : { body }) })).status;
  for (const body of ['', '{', '{}', '{"server":"files","reason":"x"}', '{"server":"*","reason":"","more":1}'])
    expect(await status('POST', path, body)).toBe(400);
  const day = '2026-11-01T00:00:00Z';
  for (const wrong of [{ since: day, until: day }, { reason: 'a\0b' }, { reason: 'a\ud800' }])
    expect(await status('POST', path, JSON.stringify({ server: '*', reason: 'x', ...wrong }))).toBe(400);
  expect(await status('POST', path, 'x'.repeat(20_000))).toBe(413);
  expect(await status('PUT', path)).toBe(405);
  expect(await status('DELETE', path)).toBe(405);
  expect(await status('DELETE', `${path}/x`)).toBe(404);
});
