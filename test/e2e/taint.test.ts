/** Read the customer file, mail it out: what a tool has answered does not come out at another, on whatever way and in whatever form. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { McpServer } from '@modelcontextprotocol/server';
import { z } from 'zod';
import { cleanupAfterEach } from '../support/cleanup.ts';
import { connectV1, connectV2, textOf } from '../support/clients.ts';
import { startFixture } from '../support/fixture-server.ts';
import { type TestGate, startGate } from '../support/gate.ts';
import { decidePending, pendingApproval, pendingApprovals } from '../support/held-calls.ts';
import { modernHeaders, modernRequest } from '../support/messages.ts';
import { ALLOW_ALL, type PackSpec, policyOf } from '../support/policy.ts';
import { rawExchange } from '../support/raw-http.ts';
import { startScripted } from '../support/scripted-server.ts';
import { bearer } from '../support/session.ts';

const { use } = cleanupAfterEach();
type Entry = NonNullable<PackSpec['taint']>[number];

const TOKENS = { ada: 'token-of-ada', bob: 'token-of-bob' };
const CARD = '4024 0071 4531 6932';
const FILE = `Erika Mustermann, Heidestrasse 17, 51147 Koeln. Card ${CARD}. She means to leave us for a competitor in spring.`;
const RIVAL = 'sales@rival.example';

function policy(entry: Partial<Entry> = {}) {
  return policyOf(
    {
      ...ALLOW_ALL,
      labels: { 'private-source': ['read_*'], 'external-sink': ['send_*'] },
      taint: [
        {
          name: 'customers-stay',
          sources: { labels: ['private-source'], resources: ['crm://**'] },
          sinks: { labels: ['external-sink'] },
          effect: 'RequireApproval',
          approval: { hold: '0s' },
          reason: 'customer data stays in the house',
          ...entry,
        },
      ],
    },
    {},
  );
}

interface Sent {
  readonly to?: unknown;
  readonly body?: unknown;
}

let sent: Sent[];
let gate: TestGate;
const closers: (() => Promise<void>)[] = [];
const anything = z.looseObject({});
const text = (said: string) => ({ content: [{ type: 'text' as const, text: said }] });

function onServer(server: McpServer): void {
  server.registerTool('read_customer', { inputSchema: anything }, () => text(FILE));
  server.registerTool('read_row', { inputSchema: anything, outputSchema: z.looseObject({}) }, () => ({
    ...text('see the row'),
    structuredContent: { card: Number(CARD.replaceAll(' ', '')) },
  }));
  server.registerTool('send_mail', { inputSchema: anything }, (args) => {
    sent.push(args);
    return text('sent');
  });
  server.registerResource('customer', 'crm://17', {}, () => ({ contents: [{ uri: 'crm://17', text: FILE }] }));
}

beforeEach(async () => {
  sent = [];
  const fixture = await use(startFixture(0, { onServer }));
  gate = await use(startGate({ upstream: fixture.url, policy: policy(), clients: TOKENS }));
});
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

interface Caller {
  call(name: string, args: Record<string, unknown>): Promise<{ text: string; reason: string | undefined }>;
  read(uri: string): Promise<unknown>;
}

const GENERATIONS = {
  'a client of 2025-11-25': connectV1,
  'a client of 2026-07-28': (url: string, token: string) => connectV2(url, 'modern', token),
  'a client that has agreed on a session': (url: string, token: string) => connectV2(url, 'legacy', token),
};

async function connect(by: keyof typeof GENERATIONS, token = TOKENS.ada): Promise<Caller> {
  const client = await GENERATIONS[by](gate.url, token);
  closers.push(() => client.close());
  return {
    async call(name, args) {
      const result = await client.callTool({ name, arguments: args });
      const refusal = (result._meta as Record<string, { reason?: string } | undefined> | undefined)?.[
        'sallyport.dev/refusal'
      ];
      return { text: textOf(result), reason: refusal?.reason };
    },
    read: (uri) => client.readResource({ uri }),
  };
}

const MODERN = 'a client of 2026-07-28';

describe.each(Object.keys(GENERATIONS) as (keyof typeof GENERATIONS)[])('%s', { tags: ['taint'] }, (by) => {
  it('reads the customer file and mails it out: it is held for a person, who reads where it came from', async () => {
    const ada = await connect(by);
    expect((await ada.call('send_mail', { to: RIVAL, body: 'Hello.' })).text).toBe('sent');
    expect((await ada.call('read_customer', { id: 17 })).text).toBe(FILE);
    const held = await ada.call('send_mail', { to: RIVAL, body: `As discussed: card ${CARD.replaceAll(' ', '')}` });
    expect(held.reason).toBe('approval-pending');
    const { subject, name } = await pendingApproval(gate);
    expect(subject.reason).toMatch(
      /^its arguments hold what tool "read_customer" (just now|\d seconds? ago) \(trace [0-9a-f]{32}\) has answered \(customer data stays in the house\)\.$/,
    );
    expect(subject.rules).toEqual(['finance/rules#customers-stay']);
    expect(sent).toHaveLength(1);
    await decidePending(gate, 'Approved');
    const again = await ada.call('send_mail', { to: RIVAL, body: `As discussed: card ${CARD.replaceAll(' ', '')}` });
    expect([again.text, name === undefined]).toEqual(['sent', false]);
    expect(sent).toHaveLength(2);
  });

  it('mails something else as ever', async () => {
    const ada = await connect(by);
    await ada.call('read_customer', { id: 17 });
    const body =
      'Dear all, the meeting of 2026-12-01 is at 10:30 in room 4711; 1000000 thanks, see https://a.example/doc.';
    expect((await ada.call('send_mail', { to: RIVAL, body })).text).toBe('sent');
    const bob = await connect(by, TOKENS.bob);
    expect((await bob.call('send_mail', { to: RIVAL, body: FILE })).text).toBe('sent');
    expect(pendingApprovals(gate)).toEqual([]);
  });

  it.each<[string, readonly unknown[]]>([
    ['as Base64', [Buffer.from(FILE).toString('base64')]],
    ['as hexadecimal', [Buffer.from(FILE).toString('hex')]],
    [
      'as Base64 in two mails',
      [Buffer.from(CARD).toString('base64').slice(0, 9), Buffer.from(CARD).toString('base64').slice(9)],
    ],
    ['in three mails', ['402400', '71453', '16932']],
    ['cut into a list', [FILE.match(/.{1,10}/g)]],
  ])('mails it %s, in another session: it is held', async (_what, bodies) => {
    await (await connect(by)).call('read_customer', { id: 17 });
    const other = await connect(by);
    const reasons: unknown[] = [];
    for (const body of bodies) reasons.push((await other.call('send_mail', { to: RIVAL, body })).reason);
    expect(reasons).toEqual([...bodies.slice(1).map(() => undefined), 'approval-pending']);
  });

  it.each(['read_row', 'crm://17'])('mails what it has of %s: it is held', async (from) => {
    const ada = await connect(by);
    if (from.includes(':')) await ada.read(from);
    else await ada.call(from, {});
    expect((await ada.call('send_mail', { to: RIVAL, body: CARD })).reason).toBe('approval-pending');
  });
});

describe('a rule', { tags: ['taint'] }, () => {
  it('denies in words that name the read and not what was read, and the record has neither', async () => {
    gate.setPolicy(policy({ effect: 'Deny', approval: undefined }));
    const ada = await connect(MODERN);
    await ada.call('read_customer', { id: 17 });
    const { text: said, reason } = await ada.call('send_mail', { to: RIVAL, body: FILE });
    expect(reason).toBe('denied');
    expect(said).toMatch(
      /^Refused by policy: tool "send_mail", its arguments hold what tool "read_customer" .* Rule: finance\/rules#customers-stay\.$/,
    );
    const lines = await gate.decisions(2);
    expect(lines.at(-1)).toMatchObject({ decision: { effect: 'Deny', rules: ['finance/rules#customers-stay'] } });
    expect(said + JSON.stringify(lines)).not.toMatch(/4024|Erika/);
    expect(sent).toEqual([]);
  });

  it('in shadow lets it pass, and has on record what it would have done', async () => {
    gate.setPolicy(policy({ mode: 'Shadow' }));
    const ada = await connect(MODERN);
    await ada.call('read_customer', { id: 17 });
    expect((await ada.call('send_mail', { to: RIVAL, body: FILE })).text).toBe('sent');
    expect(JSON.stringify((await gate.decisions(2)).at(-1))).toContain('customers-stay');
  });

  it('by label holds any mail behind a read, also one that is still under way', async () => {
    gate.setPolicy(policy({ by: 'Label', effect: 'Deny', approval: undefined }));
    const ada = await connect(MODERN);
    const [, mail] = await Promise.all([ada.call('read_customer', { id: 17 }), ada.call('read_row', {})]);
    expect(mail.text).toContain('see the row');
    expect((await ada.call('send_mail', { to: RIVAL, body: 'Hello.' })).reason).toBe('denied');
  });

  it('exempts arguments', async () => {
    gate.setPolicy(policy({ exempt: { arguments: ['to'] } }));
    const ada = await connect(MODERN);
    await ada.call('read_customer', { id: 17 });
    expect((await ada.call('send_mail', { to: CARD, body: 'Hello.' })).text).toBe('sent');
  });
});

it('the result of a task is what its tool has answered', { tags: ['taint'] }, async () => {
  const server = await use(startScripted());
  const other = await use(startGate({ upstream: server.url, policy: policy(), clients: TOKENS }));
  const meta = {
    'io.modelcontextprotocol/clientCapabilities': { extensions: { 'io.modelcontextprotocol/tasks': {} } },
  };
  const ask = async (method: string, name: string, params: object): Promise<string> => {
    const headers = [...modernHeaders(method, name), bearer(TOKENS.ada)];
    return (await rawExchange(other.port, { headers, body: modernRequest(method, { ...params, _meta: meta }) })).body;
  };
  const answers = (result: object): void => server.json({ jsonrpc: '2.0', id: 1, result });
  const send = async (): Promise<string> => {
    answers(text('sent'));
    return ask('tools/call', 'send_mail', { name: 'send_mail', arguments: { body: CARD } });
  };
  answers({ resultType: 'task', taskId: 't1', status: 'working' });
  await ask('tools/call', 'read_customer', { name: 'read_customer', arguments: {} });
  answers({ resultType: 'complete', taskId: 't1', status: 'completed', result: text(FILE) });
  expect(await ask('tasks/get', 't1', { taskId: 't1' })).toContain('Erika');
  expect(await send()).toContain("waiting for a person's approval");
});

it.each<[string, object]>([
  ['an error', { error: { code: -32_000, message: `locked: ${FILE}` } }],
  ['the data of one', { error: { code: -32_000, message: 'locked', data: { file: FILE } } }],
  [
    'a question to the client',
    {
      result: {
        resultType: 'input_required',
        inputRequests: {
          q: {
            method: 'elicitation/create',
            params: { mode: 'form', message: `Close ${FILE}?`, requestedSchema: { type: 'object', properties: {} } },
          },
        },
      },
    },
  ],
])('%s of a source is followed like any other answer', async (_what, answer) => {
  const server = await use(startScripted());
  const other = await use(startGate({ upstream: server.url, policy: policy(), clients: TOKENS }));
  const _meta = { 'io.modelcontextprotocol/clientCapabilities': { elicitation: { form: {} } } };
  const call = async (name: string, args: object): Promise<string> => {
    const headers = [...modernHeaders('tools/call', name), bearer(TOKENS.ada)];
    const body = modernRequest('tools/call', { name, arguments: args, _meta });
    return (await rawExchange(other.port, { headers, body })).body;
  };
  server.json({ jsonrpc: '2.0', id: 1, ...answer });
  expect(await call('read_customer', {})).toContain('Erika');
  server.json({ jsonrpc: '2.0', id: 1, result: text('sent') });
  expect(await call('send_mail', { body: CARD })).toContain('approval-pending');
});
