import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { streamsSchema } from '../core/audit/archiving/stream-view.ts';
import { lineHash } from '../core/audit/chain.ts';
import { signedStream } from '../core/audit/testing/signed-stream.ts';
import { serve, type Served } from './testing/served.ts';
import { segmentOf, SERVER } from './testing/stores.ts';

const lines = signedStream({ decisions: 500, signAfter: [500] });
let served: Served;
beforeAll(async () => {
  served = await serve();
  await served.store.append(SERVER, segmentOf(lines));
});
afterAll(() => served.close());
const get = (path: string, token = 'reads') => served.ask({ path, token });

describe('readers', () => {
  test('get what they search for, line by line', async () => {
    const { status, text } = await get('/v1/records?target=read');
    expect(status).toBe(200);
    expect(text).toBe(
      lines
        .filter((line) => line.includes('"decision"'))
        .map((line) => `${line}\n`)
        .join(''),
    );
    expect((await get('/v1/records?principal=nobody')).text).toBe('');
  });

  test('get a stream as it was written, or a part of it', async () => {
    expect((await get(`/v1/lines?server=${SERVER}&stream=s1`)).text).toBe(`${lines.join('\n')}\n`);
    expect((await get(`/v1/lines?server=${SERVER}&stream=s1&from=3&to=5`)).text).toBe(`${lines[3]}\n${lines[4]}\n`);
    expect((await get(`/v1/lines?server=${SERVER}&stream=s2`)).status).toBe(404);
    expect((await get(`/v1/lines?server=${SERVER}&stream=s1&from=x`)).status).toBe(400);
  });

  test('are told what streams there are', async () => {
    const { streams } = streamsSchema.parse(JSON.parse((await get('/v1/streams')).text));
    expect(streams).toMatchObject([
      { server: SERVER, stream: 's1', next: lines.length, head: lineHash(lines.at(-1) ?? ''), closed: true },
    ]);
    expect(JSON.parse((await get('/v1/streams?server=a/b')).text)).toEqual({ streams: [] });
  });

  test('are told what is no question', async () => {
    expect(await get('/v1/records?princpal=me')).toMatchObject({ status: 400 });
    for (const asked of ['streams?server=a%00b', 'lines?server=a%00b', `lines?server=${SERVER}&stream=s%00`])
      expect((await get(`/v1/${asked}`)).status).toBe(400);
    expect((await get('/v1/nothing')).status).toBe(404);
    expect((await served.ask({ method: 'POST', path: '/v1/records', token: 'holds' })).status).toBe(405);
  });

  test('are let in by their token alone', async () => {
    for (const path of ['/v1/records', '/v1/streams', '/v1/lines', '/v1/holds', '/v1/nothing']) {
      expect((await served.ask({ path })).status).toBe(401);
      expect((await served.ask({ path, gate: SERVER })).status).toBe(401);
      expect((await get(path, 'another')).status).toBe(403);
    }
  });
});
