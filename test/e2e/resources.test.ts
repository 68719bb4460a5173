/** One URI has many spellings; a rule for one of them holds for all. */
import { beforeAll, describe, expect, it } from 'vitest';
import { cleanupAfterAll } from '../support/cleanup.ts';
import { type FixtureServer, startFixture } from '../support/fixture-server.ts';
import { type TestGate, startGate } from '../support/gate.ts';
import { messagesIn, modernHeaders, modernRequest } from '../support/messages.ts';
import { policyOf } from '../support/policy.ts';
import { type RawResponse, rawExchange } from '../support/raw-http.ts';

const { use } = cleanupAfterAll();
let fixture: FixtureServer;
let gate: TestGate;
beforeAll(async () => {
  fixture = await use(startFixture());
  const policy = policyOf({
    resources: [
      { uris: ['file:///data/*'], effect: 'Allow' },
      { uris: ['https://*.example.com/**'], effect: 'Allow' },
      { uris: ['file:///data/private*', 'https://*.example.com/admin/**'], effect: 'Deny' },
    ],
    prompts: [{ names: ['greet'], effect: 'Allow' }],
  });
  gate = await use(startGate({ upstream: fixture.url, policy }));
});

async function read(uri: string): Promise<RawResponse> {
  const name = `=?base64?${Buffer.from(uri).toString('base64')}?=`;
  const headers = modernHeaders('resources/read', name);
  return rawExchange(gate.port, { headers, body: modernRequest('resources/read', { uri }) });
}

it('reads what a rule allows', async () => {
  const { body } = await read('file:///data/report.txt');
  expect(body).toContain('contents of file:///data/report.txt');
});

it('asks the server for a name with a percent sign in it, which has one reading', async () => {
  await read('file:///data/50%25.txt');
  expect(fixture.seen.at(-1)?.body).toContain('"uri":"file:///data/50%25.txt"');
});

describe('a completion with the names of a prompt and of a resource', () => {
  const complete = async (ref: object): Promise<RawResponse> => {
    const body = modernRequest('completion/complete', { ref, argument: { name: 'name', value: 'a' } });
    return rawExchange(gate.port, { headers: modernHeaders('completion/complete'), body });
  };

  it.each(['ref/prompt', 'ref/resource'])('of type %s is refused where either is', async (type) => {
    const before = fixture.seen.length;
    for (const names of [
      { name: 'greet', uri: 'file:///secret/key.pem' },
      { name: 'leak', uri: 'file:///data/a' },
    ]) {
      const { body } = await complete({ type, ...names });
      expect(body).toContain('Refused by policy');
    }
    expect(fixture.seen).toHaveLength(before);
  });

  it('goes on where both are allowed', async () => {
    await complete({ type: 'ref/prompt', name: 'greet', uri: 'file:///data/a' });
    expect(fixture.seen.at(-1)?.body).toContain('completion/complete');
  });
});

it('lists only what may be read', { tags: ['least-privilege'] }, async () => {
  const headers = modernHeaders('resources/list');
  const { body } = await rawExchange(gate.port, { headers, body: modernRequest('resources/list') });
  expect(body).toContain('file:///data/report.txt');
  expect(body).not.toMatch(/deep\.txt|key\.pem/);
});

describe('nothing reaches the server for', () => {
  it.each<[name: string, uri: string]>([
    ['another folder', 'file:///secret/key.pem'],
    ['a folder below, which one star does not reach', 'file:///data/sub/deep.txt'],
    ['two dots', 'file:///data/../secret/key.pem'],
    ['two dots at the end', 'file:///data/..'],
    ['one dot', 'file:///data/./report.txt'],
    ['encoded dots', 'file:///data/%2e%2e/secret/key.pem'],
    ['half-encoded dots', 'file:///data/.%2E/secret/key.pem'],
    ['an encoded slash', 'file:///data/..%2fsecret%2fkey.pem'],
    ['dots encoded twice', 'file:///data/%252e%252e/secret/key.pem'],
    ['a backslash', String.raw`file:///data/..\secret\key.pem`],
    ['an encoded backslash', 'file:///data/..%5csecret%5ckey.pem'],
    ['an encoded NUL', 'file:///data/report.txt%00.png'],
    ['a line break', 'file:///data/report.txt\r\nX: y'],
    ['an encoding that is no UTF-8', 'file:///data/%ff'],
    ['a scheme in capitals', 'FILE:///secret/key.pem'],
    ['a host in front', 'file://evil/secret/key.pem'],
    ['an encoded letter of a forbidden name', 'file:///data/%70rivate.txt'],
    ['a forbidden name in full', 'file:///data/private.txt'],
    ['a user that looks like the host', 'https://api.example.com@evil.com/x'],
    ['a forbidden path behind a double slash', 'https://api.example.com/admin//x'],
    ['the empty URI', ''],
    ['a very long one', `file:///data/${'x'.repeat(9000)}`],
  ])('%s', async (_name, uri) => {
    const seenBefore = fixture.seen.length;
    const { status, body } = await read(uri);
    expect(status).toBe(200);
    expect(messagesIn(body)).toMatchObject([{ error: { code: -31001 } }]);
    expect(body).toContain('Refused by policy');
    expect(fixture.seen).toHaveLength(seenBefore);
  });
});
