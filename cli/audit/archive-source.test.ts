/** Against an archive that runs here, with what a gate would have sent. */
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { lineHash } from '../../core/audit/chain.ts';
import { KEY, signedStream } from '../../core/audit/testing/signed-stream.ts';
import { issueForLoopback } from '../../sidecar/testing/certificates.ts';
import { registerAudit } from '../audit.ts';
import { folderWith } from '../testing/run-cli.ts';
import { runHere } from '../testing/run-here.ts';

type Reply = { readonly status?: number; readonly text: string; readonly cut?: boolean };

const SERVER = 'default/files';
const { cert, key, ca } = issueForLoopback();
const asked: string[] = [];
let replies: Record<string, Reply> = {};
let server: Server;
let url = '';
beforeAll(async () => {
  server = createServer({ cert, key }, (request, response) => {
    asked.push(request.url ?? '');
    if (request.headers.authorization !== 'Bearer secret') {
      response.writeHead(401).end('{"error":"the token is not accepted"}');
      return;
    }
    const reply = replies[request.url ?? ''] ?? { status: 404, text: 'not here' };
    response.writeHead(reply.status ?? 200);
    if (reply.cut === true) response.write(reply.text, () => response.destroy());
    else response.end(reply.text);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => new Promise((resolve) => server.close(resolve)));
afterEach(() => {
  asked.splice(0);
  replies = {};
});

function run(token: string, ...args: string[]) {
  const folder = folderWith({ token: `${token}\n`, 'ca.crt': ca });
  const access = ['--archive-token', join(folder, 'token'), '--archive-ca', join(folder, 'ca.crt')];
  return runHere(registerAudit, ['audit', ...args, ...access]);
}
const audit = (...args: string[]) => run('secret', ...args);

/** As an archive says it of a stream whose lines from `from` on it has. */
function holds(
  lines: readonly string[],
  {
    stream = 's1',
    from = 0,
    gaps = [] as { from: number; to: number }[],
    torn = undefined as string | undefined,
    tree = [] as string[],
  } = {},
) {
  const prev = (line: string | undefined): string => (JSON.parse(line ?? '') as { prev: string }).prev;
  const query = (first: number, behind: number): string =>
    `/v1/lines?server=${encodeURIComponent(SERVER)}&stream=${stream}&from=${first}&to=${behind}`;
  for (let first = from; first < lines.length; first += 1)
    for (let behind = first + 1; behind <= lines.length; behind += 1)
      replies[query(first, behind)] = {
        text: lines
          .slice(first, behind)
          .map((line) => `${line}\n`)
          .join(''),
      };
  return {
    ...{ server: SERVER, stream, opened: '2026-11-21T10:00:00.000Z', last: '2026-11-21T11:00:00.000Z', keys: [], gaps },
    ...{ prev: prev(lines[0]), next: lines.length, head: lineHash(lines.at(-1) ?? ''), closed: true },
    ...(torn === undefined ? {} : { torn: Buffer.from(torn).toString('base64') }),
    kept: { from, prev: prev(lines[Math.min(from, lines.length - 1)]), tree },
  };
}

describe('a search', () => {
  test('is made by the archive, and what it finds is looked at again', async () => {
    const lines = signedStream();
    replies['/v1/records?target=read&since=1792000000000&effect=Allow&server=default%2Ffiles'] = {
      text: lines.map((line) => `${line}\n`).join(''),
    };
    const { code, stdout, stderr } = await audit(
      'search',
      `${url}/${SERVER}`,
      '--target',
      'read',
      '--effect',
      'Allow',
      '--since',
      '2026-10-14T17:46:40Z',
      '-o',
      'jsonl',
    );
    expect([code, stderr, asked]).toEqual([0, '', [expect.stringContaining('/v1/records?target=read')]]);
    expect(stdout.trimEnd().split('\n')).toHaveLength(5);
  });

  test('of a trace asks for that trace, and a summary for all', async () => {
    replies['/v1/records?trace=trace-1&all=true'] = { text: `${signedStream()[1]}\n` };
    expect((await audit('show', 'trace-1', url)).stdout).toContain('trace-1');
    replies['/v1/records?all=true'] = { text: '' };
    expect((await audit('summary', url)).code).toBe(0);
  });
});

describe('verify', () => {
  const verify = () => audit('verify', `${url}/${SERVER}`, '--key', KEY.verifier.text, '-o', 'json');
  const codes = (stdout: string): string[] => {
    const report = JSON.parse(stdout) as Record<'findings' | 'warnings', { code: string }[]>;
    return [...report.findings, ...report.warnings].map(({ code }) => code);
  };
  const streams = (...views: object[]): void => {
    replies[`/v1/streams?server=${encodeURIComponent(SERVER)}`] = { text: JSON.stringify({ streams: views }) };
  };

  test('takes the streams in the order of their links, over what a dead gate has left', async () => {
    const first = signedStream({ closes: false });
    const torn = '{"half';
    const second = signedStream({ stream: 's2', after: [torn] });
    streams(holds(second, { stream: 's2' }), holds(first, { torn }));
    const { code, stdout } = await verify();
    expect(codes(stdout)).toEqual(['torn-line', 'clock-back', 'missing-close']);
    expect([code, (JSON.parse(stdout) as { streams: number }).streams]).toEqual([0, 2]);
  });

  test('proves what is left after pruning, and says that it was pruned', async () => {
    const lines = signedStream({ decisions: 20, signAfter: [10, 20] });
    const { CompactRange, leafHash } = await import('../../core/audit/tree/compact-range.ts');
    const range = new CompactRange();
    for (const line of lines.slice(0, 7)) range.append(leafHash(lineHash(line)));
    const tree = range.hashes().map((hash) => Buffer.from(hash).toString('base64'));
    streams(holds(lines, { from: 7, tree }));
    const { code, stdout } = await verify();
    expect([code, codes(stdout)]).toEqual([0, ['pruned-records']]);
    expect(JSON.parse(stdout)).toMatchObject({ proof: { signed: lines.length - 7 - 2 } });
    streams(holds(lines, { from: 7, tree: tree.toReversed() }));
    expect(codes((await verify()).stdout)).toContain('checkpoint-mismatch');
  });

  test('finds what the archive never got', async () => {
    const lines = signedStream({ fileAfter: 3 });
    const next = lines.findIndex((line) => line.includes('"continue"'));
    streams(holds(lines, { gaps: [{ from: 2, to: next }] }));
    const { code, stdout } = await verify();
    expect([code, codes(stdout)]).toEqual([1, expect.arrayContaining(['missing-files'])]);
  });

  test('of an archive without a line is a finding', async () => {
    streams();
    expect(codes((await verify()).stdout)).toContain('empty');
  });
});

describe('what cannot be read is said, with exit code 2', () => {
  const failing: Record<string, [() => Promise<{ code: number | null; stderr: string }>, string]> = {
    'a token that is not taken': [() => run('wrong', 'search', url), 'the token is not accepted'],
    'no token': [
      () => runHere(registerAudit, ['audit', 'search', url]),
      'give the file of a token with --archive-token',
    ],
    'a token that is not there': [
      () => runHere(registerAudit, ['audit', 'search', url, '--archive-token', '/nowhere']),
      'cannot read /nowhere',
    ],
    'no archive at this address': [() => audit('search', 'https://127.0.0.1:1'), 'ECONNREFUSED'],
    'an address with something else': [() => audit('search', `${url}/only-one`), 'is no address of an archive'],
    'another one beside it': [() => audit('verify', url, url), 'an archive stands for itself'],
    'to follow it': [() => audit('search', url, '--follow'), 'only one file can be followed'],
    'an answer without a sentence': [() => audit('search', url), 'HTTP 404'],
  };
  test.for(Object.entries(failing))('%s', async ([, [attempt, words]]) => {
    const { code, stderr } = await attempt();
    expect([code, stderr]).toEqual([2, expect.stringContaining(words)]);
  });

  test('an answer that breaks off', async () => {
    replies['/v1/records?'] = { text: `${signedStream()[1]}\n`, cut: true };
    const { code, stderr } = await audit('search', url);
    expect([code, stderr]).toEqual([2, expect.stringContaining('cannot be read')]);
  });
});
