/** Gates that count together, and what becomes of that when their store is away, late, full of nonsense or somebody else's. */
import { afterAll, afterEach, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import type { How, Outcome, Wanted } from '../../../../core/history/ops.ts';
import { eventually } from '../../../../test/support/eventually.ts';
import { StoreProxy } from '../../../../test/support/store-proxy.ts';
import { type StoreOptions, StoreServer, storePrograms } from '../../../../test/support/store-server.ts';
import { SYSTEM_CLOCK } from '../../../clock.ts';
import { isLater } from '../history.ts';
import { LocalHistory } from '../local-history.ts';
import type { Password } from './connection.ts';
import { SharedHistory, type StoreSaid } from './shared-history.ts';

const LIMIT = 100;

const counted = (whom: string, limit = LIMIT): readonly Wanted[] => [
  { op: { kind: 'window', of: 'rule', whom, windowMs: 3_600_000, limit, add: 1 }, isAsked: true },
];

interface Gate {
  readonly history: SharedHistory;
  readonly states: (string | undefined)[];
  readonly failures: string[];
  readonly fellBack: string[];
  take(wanted: readonly Wanted[], how?: How): Promise<Outcome | undefined>;
  isUp(): Promise<unknown>;
}

interface GateOptions extends Partial<StoreSaid> {
  readonly password?: () => Password;
  readonly replicas?: () => number | undefined;
}

function gateOf(port: number, { password = () => undefined, replicas = () => 1, ...more }: GateOptions = {}): Gate {
  const said: StoreSaid = {
    ...{ host: '127.0.0.1', port, tls: false, ca: null, database: 0, username: null, onFailure: 'Local' },
    ...more,
  };
  const states: (string | undefined)[] = [];
  const failures: string[] = [];
  const fellBack: string[] = [];
  const history = new SharedHistory({
    local: new LocalHistory(SYSTEM_CLOCK),
    said: () => said,
    scope: () => ({ namespace: 'finance', name: 'ledger' }),
    ...{ password, replicas, clock: SYSTEM_CLOCK },
    events: {
      onState: (state) => states.push(state?.problem),
      answered() {},
      failed: (reason) => failures.push(reason),
      fellBack: (to) => fellBack.push(to),
    },
  });
  onTestFinished(() => history.close());
  return {
    ...{ history, states, failures, fellBack },
    take: async (wanted, how = 'Take') => {
      const outcome = history.apply(wanted, how);
      return isLater(outcome) ? new Promise((resolve) => outcome.done(resolve)) : outcome;
    },
    isUp: () => eventually('the gate has its store', () => states.length > 0 && states.at(-1) === undefined),
  };
}

/** How many of so many calls passed. */
async function passed(gates: readonly Gate[], each: number, wanted: readonly Wanted[]): Promise<number> {
  const all = gates.flatMap((gate) => Array.from({ length: each }, () => gate.take(wanted)));
  return (await Promise.all(all)).filter((outcome) => outcome?.holds === true).length;
}

describe.each(storePrograms())('%s', (program) => {
  let server: StoreServer;
  let name = 0;
  const whom = () => `somebody-${program}-${name++}`;

  beforeAll(async () => {
    server = await StoreServer.start(program);
  });
  afterAll(() => server.close());
  afterEach(() => server.goOn());

  const own = async (options: StoreOptions): Promise<StoreServer> => {
    const store = await StoreServer.start(program, options);
    onTestFinished(() => store.close());
    return store;
  };
  const proxied = async (): Promise<StoreProxy> => {
    const proxy = await StoreProxy.start(server.port);
    onTestFinished(() => proxy.close());
    return proxy;
  };

  it('lets exactly the limit through, over four gates at once', async () => {
    const gates = Array.from({ length: 4 }, () => gateOf(server.port));
    await Promise.all(gates.map((gate) => gate.isUp()));
    expect(await passed(gates, 100, counted(whom()))).toBe(LIMIT);
    expect(gates.flatMap(({ failures }) => failures)).toEqual([]);
  });

  it('knows it all when a gate is another process', async () => {
    const who = whom();
    const before = gateOf(server.port);
    await before.isUp();
    expect(await passed([before], 60, counted(who))).toBe(60);
    before.history.close();
    const after = gateOf(server.port);
    await after.isUp();
    expect(await passed([after], 60, counted(who))).toBe(40);
  });

  it('keeps the servers of a namespace apart, but for what is kept for all of them', async () => {
    const gate = gateOf(server.port);
    await gate.isUp();
    const [first] = counted(whom());
    if (first === undefined) throw new Error('nothing is wanted');
    await gate.take([first]);
    const keys = server.ask(['KEYS', `*${first.op.whom}`]);
    expect(keys).toMatch(/^sallyport:1:\{finance\}:ledger:w:rule\n/);
    await gate.take([{ ...first, op: { ...first.op, across: true } }]);
    expect(server.ask(['KEYS', `sallyport:1:{finance}::*${first.op.whom}`])).toContain('::w:rule');
  });

  it('goes on by itself with its part of the limit while the store is gone, from what it has written itself', async () => {
    const store = await own({});
    const who = whom();
    const gates = Array.from({ length: 4 }, () => gateOf(store.port, { replicas: () => 4 }));
    await Promise.all(gates.map((gate) => gate.isUp()));
    const [first] = gates;
    if (first === undefined) throw new Error('there is no gate');
    expect(await passed([first], 20, counted(who))).toBe(20);
    await store.kill();
    // 25 each, of which the first has let 20 through already.
    expect(await passed([first], 100, counted(who))).toBe(5);
    expect(await passed(gates, 100, counted(who))).toBe(75);
    expect(first.fellBack).toContain('local');
    expect(first.states.at(-1)).toMatch(/^127\.0\.0\.1:\d+: /);
  });

  it('tells the store what has passed without it, before it counts there again', async () => {
    const proxy = await proxied();
    const who = whom();
    const gate = gateOf(proxy.port);
    await gate.isUp();
    expect(await passed([gate], 10, counted(who))).toBe(10);
    proxy.answer = Buffer.from('?\r\n');
    proxy.cut();
    await eventually('the gate has lost it', () => gate.states.at(-1) !== undefined);
    expect(await passed([gate], 30, counted(who))).toBe(30);
    proxy.answer = undefined;
    await gate.isUp();
    const other = gateOf(server.port);
    await other.isUp();
    expect(await passed([other], 100, counted(who))).toBe(60);
  });

  it('refuses instead where the server says so, and remembers what has happened all the same', async () => {
    const store = await own({ durable: true });
    const who = whom();
    const gate = gateOf(store.port, { onFailure: 'Deny' });
    await gate.isUp();
    await store.kill();
    await eventually('the gate has lost it', () => gate.states.at(-1) !== undefined);
    expect(await gate.take(counted(who))).toBeUndefined();
    expect(await gate.take(counted(who).map(({ op }) => ({ op, isAsked: false })))).toBeUndefined();
    expect(gate.fellBack).toContain('denied');
    await store.begin();
    await gate.isUp();
    expect(await gate.take(counted(who), 'Ask')).toMatchObject({ holds: true, seen: [{ sum: 1 }] });
  });

  it('refuses where nobody knows how many gates there are', async () => {
    const gate = gateOf(1, { replicas: () => undefined });
    await eventually('it is tried', () => gate.states.length > 0);
    expect(await gate.take(counted(whom()))).toBeUndefined();
    expect(gate.failures).toEqual(['away']);
  });

  it('waits a quarter of a second for a store that stands still, once, and then for nobody', async () => {
    const gate = gateOf(server.port);
    await gate.isUp();
    server.stall();
    const begun = performance.now();
    expect(await gate.take(counted(whom()))).toMatchObject({ holds: true });
    const first = performance.now() - begun;
    expect(first).toBeGreaterThan(200);
    expect(first).toBeLessThan(1_000);
    expect(gate.failures).toEqual(['late']);
    const again = performance.now();
    await gate.take(counted(whom()));
    expect(performance.now() - again).toBeLessThan(100);
    server.goOn();
    await gate.isUp();
  });

  it('counts an answer that comes late as none', async () => {
    const proxy = await proxied();
    const gate = gateOf(proxy.port, { onFailure: 'Deny' });
    await gate.isUp();
    proxy.delayMs = 400;
    expect(await gate.take(counted(whom()))).toBeUndefined();
    expect(gate.failures).toEqual(['late']);
    proxy.delayMs = 0;
    await gate.isUp();
  });

  it.each([
    ['what is no answer of a store', '\0\x01\x02 HTTP/1.1 200 OK\r\n\r\n'],
    ['an error', '-ERR it is not a good day\r\n'],
    ['that all of nothing holds', '*2\r\n$1\r\n1\r\n*0\r\n'],
    ['a number', ':1\r\n'],
    ['that it holds what does not', '*2\r\n$1\r\n1\r\n*1\r\n*4\r\n$1\r\n1\r\n$3\r\n200\r\n$1\r\n0\r\n$1\r\n0\r\n'],
    ['less than nothing', '*2\r\n$1\r\n1\r\n*1\r\n*4\r\n$1\r\n1\r\n$2\r\n-9\r\n$1\r\n0\r\n$1\r\n0\r\n'],
  ])('does not believe %s', async (_what, answer) => {
    const proxy = await proxied();
    const gate = gateOf(proxy.port, { onFailure: 'Deny' });
    await gate.isUp();
    proxy.answer = Buffer.from(answer, 'latin1');
    expect(await gate.take(counted(whom()))).toBeUndefined();
    expect(gate.fellBack).toEqual(['denied']);
    proxy.answer = undefined;
    await gate.isUp();
  });

  it('does not read what another version, or somebody else, has written there', async () => {
    const gate = gateOf(server.port, { onFailure: 'Deny' });
    await gate.isUp();
    const who = whom();
    server.ask(['HSET', `sallyport:1:{finance}:ledger:w:rule\n${who}`, 'many', 'words']);
    expect(await gate.take(counted(who))).toBeUndefined();
    server.ask(['SET', `sallyport:2:{finance}:ledger:w:rule\n${whom()}`, '99']);
    await gate.isUp();
    expect(await gate.take(counted(whom()))).toMatchObject({ holds: true, seen: [{ sum: 0 }] });
  });

  it('reads the password whenever it connects, so that another one needs no restart', async () => {
    const store = await own({ password: 'first password' });
    let text = 'wrong password';
    const gate = gateOf(store.port, { password: () => ({ text }) });
    await eventually('it is refused', () => gate.states.some((state) => state?.includes('WRONGPASS')));
    expect(gate.states.join()).not.toContain('first password');
    expect(gate.states.join()).not.toContain(text);
    text = 'first password';
    await gate.isUp();
    store.ask(['CONFIG', 'SET', 'requirepass', 'second password'], 'first password');
    store.ask(['CLIENT', 'KILL', 'TYPE', 'normal', 'SKIPME', 'yes'], 'second password');
    await eventually('it is refused again', () => gate.states.filter((state) => state !== undefined).length > 1);
    text = 'second password';
    await gate.isUp();
    expect(await gate.take(counted(whom()))).toMatchObject({ holds: true });
  });

  it('connects as a user that has a right to its own keys alone, and says what is missing', async () => {
    const store = await own({});
    const rights = ['+evalsha', '+eval', '+time', '+hgetall', '+hset', '+hdel', '+del', '+hmget', '+pexpireat'];
    const more = [
      '+get',
      '+set',
      '+zcount',
      '+zscore',
      '+zadd',
      '+zrem',
      '+zremrangebyscore',
      '+zrevrange',
      '+hello',
      '+auth',
      '+select',
    ];
    store.ask(['ACL', 'SETUSER', 'gate', 'on', '>gate password', '~sallyport:1:{finance}:*', ...rights, ...more]);
    const password = () => ({ text: 'gate password' });
    const gate = gateOf(store.port, { username: 'gate', database: 3, password });
    await gate.isUp();
    expect(await passed([gate], 110, counted(whom()))).toBe(LIMIT);
    const prints = { of: 'rule/prints', whom: 'ada', prints: [1, 2 ** 47], isAll: true } as const;
    const seen = { kind: 'prints', ...prints, as: 'Seen', forMs: 60_000, note: 'a' } as const;
    expect(await gate.take([{ op: seen, isAsked: false }])).toMatchObject({ holds: true });
    const second = gateOf(store.port, { username: 'gate', database: 3, password });
    await second.isUp();
    const printed = { op: { kind: 'printed', ...prints, withinMs: 60_000 }, isAsked: true } as const;
    expect(await second.take([printed], 'Ask')).toMatchObject({
      holds: false,
      seen: [{ last: { note: 'a', count: 2 } }],
    });
    store.ask(['ACL', 'SETUSER', 'other', 'on', '>gate password', '~sallyport:1:{other}:*', ...rights, ...more]);
    const other = gateOf(store.port, { username: 'other', password });
    await eventually('it is told', () => other.states.some((state) => /NOPERM|permission/i.test(state ?? '')));
  });

  it('gives all gates that have its password one secret for what is kept there, and others another', async () => {
    const store = await own({ password: 'first password' });
    const first = { password: () => ({ text: 'first password' }) };
    const [one, other, stranger] = [gateOf(store.port, first), gateOf(store.port, first), gateOf(store.port)];
    expect(one.history.secret).toEqual(other.history.secret);
    expect(one.history.secret).toHaveLength(32);
    expect(one.history.secret).toBe(one.history.secret);
    expect(one.history.secret?.toString()).not.toContain('first password');
    expect(gateOf(store.port, { password: () => ({ text: 'second' }) }).history.secret).not.toEqual(one.history.secret);
    expect(stranger.history.secret).toBeUndefined();
  });

  it('speaks TLS with a store whose authority it was given, and with no other', async () => {
    const store = await own({ tls: true });
    const tls = { host: 'localhost', tls: true };
    const gate = gateOf(store.port, { ...tls, ca: store.ca ?? null });
    await gate.isUp();
    expect(await gate.take(counted(whom()))).toMatchObject({ holds: true });
    const strangers = [
      gateOf(store.port, { ...tls, ca: null }),
      gateOf(store.port, { ...tls, host: '127.0.0.1', ca: store.ca ?? null }),
    ];
    for (const stranger of strangers) {
      await eventually('it is not trusted', () => /certificate|altnames/i.test(stranger.states.at(-1) ?? ''));
      expect(stranger.states).not.toContain(undefined);
    }
  });
});
