import { rmSync, writeFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FakeClock } from '../testing/fake-clock.ts';
import { OperatorDouble } from '../testing/operator-double.ts';
import { OperatorClient, type OperatorRequest } from './client.ts';

const REPORT: OperatorRequest = {
  method: 'POST',
  path: '/v1/report',
  body: { version: 'x' },
  timeoutMs: 2_000,
  repeatable: true,
};

describe('OperatorClient', () => {
  let operator: OperatorDouble;
  let client: OperatorClient;
  let clock: FakeClock;

  beforeEach(async () => {
    operator = await OperatorDouble.start();
    clock = new FakeClock();
    client = new OperatorClient(operator, clock);
  });
  afterEach(async () => {
    await client.close();
    await operator.close();
  });

  it('trusts the CA of the file alone, sends the token of the file, and keeps its connection', async () => {
    for (let i = 0; i < 10; i++) expect(await client.request(REPORT)).toEqual({ status: 204, body: undefined });
    expect(operator.reports.map(({ body }) => body)).toEqual(Array.from({ length: 10 }, () => ({ version: 'x' })));
    // One that has just answered may not count as free yet.
    expect(operator.connections).toBeLessThanOrEqual(2);
  });

  it('does not speak to a server of another CA', async () => {
    const stranger = await OperatorDouble.start();
    const mistaken = new OperatorClient({ ...paths(operator), url: stranger.url }, clock);
    await expect(mistaken.request(REPORT)).rejects.toThrow(/certificate|self-signed|issuer/);
    expect(stranger.requests).toEqual([]);
    await mistaken.close();
    await stranger.close();
  });

  it('takes another CA as soon as the file is replaced, and keeps the last one when it is gone', async () => {
    await client.request(REPORT);
    const ca = operator.rotate();
    operator.cutAll();
    await expect(client.request(REPORT)).rejects.toThrow(/certificate|signature|issuer/);
    writeFileSync(operator.caFile, ca);
    expect((await client.request(REPORT)).status).toBe(204);
    rmSync(operator.caFile);
    operator.cutAll();
    expect((await client.request(REPORT)).status).toBe(204);
  });

  it('takes a CA that comes after the start', async () => {
    const late = new OperatorClient({ ...paths(operator), caFile: `${operator.caFile}.late` }, clock);
    await expect(late.request(REPORT)).rejects.toThrow(/the CA file .*late cannot be read \(ENOENT\)/);
    writeFileSync(`${operator.caFile}.late`, operator.rotate());
    expect((await late.request(REPORT)).status).toBe(204);
    await late.close();
  });

  it('reads a replaced token after a minute, and at once when the old one is refused', async () => {
    await client.request(REPORT);
    writeFileSync(operator.tokenFile, 'token-2\n');
    expect((await client.request(REPORT)).status).toBe(204);
    operator.acceptedToken = 'token-2';
    expect((await client.request(REPORT)).status).toBe(204);
    writeFileSync(operator.tokenFile, 'token-3\n');
    operator.acceptedToken = 'token-3';
    clock.advance(60_000);
    const before = operator.requests.length;
    expect((await client.request(REPORT)).status).toBe(204);
    expect(operator.requests.length).toBe(before + 1);
  });

  it('does not ask again with a token that was refused', async () => {
    operator.acceptedToken = 'another';
    expect((await client.request(REPORT)).status).toBe(401);
    expect(operator.requests).toHaveLength(1);
  });

  it.each([
    ['is empty', '\n', 'holds no token'],
    ['holds two lines', 'a\nb\n', 'holds no token'],
    ['is gone', undefined, 'cannot be read (ENOENT)'],
  ])('says so when the token file %s', async (_name, text, says) => {
    if (text === undefined) rmSync(operator.tokenFile);
    else writeFileSync(operator.tokenFile, text);
    await expect(client.request(REPORT)).rejects.toThrow(says);
  });

  it('tries once more at once what may be repeated when the connection breaks, and nothing else', async () => {
    operator.goWrong(/report/, 'cut', 1);
    expect((await client.request(REPORT)).status).toBe(204);
    operator.goWrong(/report/, 'cut', 1);
    await expect(client.request({ ...REPORT, repeatable: false })).rejects.toThrow();
    operator.goWrong(/report/, 'cut', 2);
    await expect(client.request(REPORT)).rejects.toThrow();
  });

  it('gives up in time, and when told to', async () => {
    operator.goWrong(/report/, 'hang');
    await expect(client.request({ ...REPORT, timeoutMs: 100 })).rejects.toThrow('no answer within 100 ms');
    const abort = new AbortController();
    setTimeout(() => abort.abort(), 50);
    await expect(client.request({ ...REPORT, signal: abort.signal })).rejects.toThrow('given up');
    operator.recover();
    expect((await client.request(REPORT)).status).toBe(204);
  });

  it('says why when nobody is there, and recovers by itself', async () => {
    await operator.down();
    await expect(client.request(REPORT)).rejects.toThrow(/ECONNREFUSED/);
    await operator.listen();
    expect((await client.request(REPORT)).status).toBe(204);
  });

  it('takes an answer that is not JSON for one without content', async () => {
    operator.goWrong(/report/, 'nonsense');
    expect(await client.request(REPORT)).toEqual({ status: 200, body: undefined });
  });
});

function paths({ caFile, tokenFile, url }: OperatorDouble) {
  return { caFile, tokenFile, url };
}
