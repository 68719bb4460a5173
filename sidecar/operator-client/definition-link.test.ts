import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { FakeClock } from '../testing/fake-clock.ts';
import { SYSTEM_CLOCK } from '../clock.ts';
import { OperatorDouble } from '../testing/operator-double.ts';
import { OperatorClient } from './client.ts';
import { DefinitionLink } from './definition-link.ts';

const snapshot = (version: string, ...pins: object[]) => ({ version, pins, clashes: [] });
const pin = (name: string) => ({ kind: 'tool', name, first: 'a', accepted: [], refused: [] });
const of = (name: string, digest = 'sha256:1') => ({ kind: 'tool' as const, name, digest });
const bytes = (name: string, more: object = {}): Buffer => Buffer.from(JSON.stringify({ name, ...more }));

let operator: OperatorDouble;
let client: OperatorClient;
let link: DefinitionLink;
let clock: FakeClock;
const events = { onPins: vi.fn(), onState: vi.fn(), onUntold: vi.fn() };
const states = () => events.onState.mock.calls.map(([state]) => state as string);
const told = () => operator.told.map(({ definition, used }) => [(definition as { name: string }).name, used]);

beforeEach(async () => {
  vi.clearAllMocks();
  operator = await OperatorDouble.start();
  operator.pins = snapshot('1', pin('add'));
  client = new OperatorClient(operator, SYSTEM_CLOCK);
  clock = new FakeClock();
  link = new DefinitionLink(client, clock, events);
});
afterEach(async () => {
  link.stop();
  await client.close();
  await operator.close();
});

describe('what other gates know', () => {
  it('is heard of at the start, and when it changes, without being asked for again', async () => {
    link.start();
    await link.begun;
    expect(events.onPins).toHaveBeenCalledTimes(1);
    expect([link.isAlone, states()]).toEqual([false, ['together']]);
    await vi.waitFor(() => expect(operator.requests.at(-1)).toContain('unless=1&wait=25'));
    operator.setPins(snapshot('2', pin('add'), pin('sub')));
    await vi.waitFor(() => expect(events.onPins).toHaveBeenCalledTimes(2));
    expect(events.onPins.mock.calls[1]?.[0]).toMatchObject({ pins: [{ name: 'add' }, { name: 'sub' }] });
  });

  it('is not known while the operator is away, and is again when it is back', async () => {
    operator.goWrong(/definitions/, 503);
    link.start();
    await link.begun;
    expect([link.isAlone, states()]).toEqual([true, ['alone']]);
    operator.recover();
    await vi.waitFor(() => expect(states()).toEqual(['alone', 'together']));
    expect([link.isAlone, events.onPins.mock.calls.length]).toEqual([false, 1]);
  });

  it.each(['nonsense', 'cut'] as const)('is not read from an answer that is %s', async (mishap) => {
    operator.goWrong(/definitions/, mishap);
    link.start();
    await link.begun;
    expect([link.isAlone, events.onPins.mock.calls.length]).toEqual([true, 0]);
  });

  it('does not exist for an operator that keeps no pins: the gate has its own', async () => {
    operator.pins = undefined;
    link.start();
    await link.begun;
    expect([link.isAlone, states()]).toEqual([false, ['unsupported']]);
    link.tell(of('add'), bytes('add'), true);
    await new Promise((resolve) => setImmediate(resolve));
    expect(operator.requests).toHaveLength(1);
  });
});

describe('what this gate sees', () => {
  beforeEach(async () => {
    link.start();
    await link.begun;
  });

  it('of one list is told at once', async () => {
    link.tell(of('add'), bytes('add'), true);
    link.tell(of('sub'), bytes('sub'), false);
    await vi.waitFor(() =>
      expect(told()).toEqual([
        ['add', true],
        ['sub', false],
      ]),
    );
    expect(operator.requests.filter((one) => one.startsWith('POST'))).toHaveLength(1);
  });

  it('is told once, and again after a while', async () => {
    const again = async (times: number): Promise<void> => {
      link.tell(of('add'), bytes('add'), false);
      await vi.waitFor(() => expect(told()).toHaveLength(times));
    };
    await again(1);
    await again(1);
    clock.advance(10 * 60_000);
    await again(2);
  });

  it('is told later where the operator is away', async () => {
    operator.goWrong(/POST/, 'cut', 3);
    link.tell(of('add'), bytes('add'), true);
    await vi.waitFor(() => expect(told()).toEqual([['add', true]]));
    expect(events.onUntold).not.toHaveBeenCalled();
  });

  it('is told in several requests where it is much', async () => {
    for (let i = 0; i < 450; i++) link.tell(of(`t${i}`), bytes(`t${i}`), true);
    await vi.waitFor(() => expect(told()).toHaveLength(450));
    expect(operator.requests.filter((one) => one.startsWith('POST')).length).toBe(3);
  });

  it('and the operator has no room for is counted, and not told without an end', async () => {
    operator.goWrong(/POST/, 422);
    link.tell(of('add'), bytes('add'), true);
    await vi.waitFor(() => expect(events.onUntold).toHaveBeenCalledTimes(1));
    expect(operator.requests.filter((one) => one.startsWith('POST'))).toHaveLength(1);
  });

  it('and is too long to be told is counted', () => {
    link.tell(of('add'), bytes('add', { description: 'x'.repeat(300_000) }), true);
    expect(events.onUntold).toHaveBeenCalledWith(1, 'it is too long');
  });

  it('without an end while nobody listens is counted from some number on', () => {
    operator.goWrong(/POST/, 503);
    for (let i = 0; i < 2100; i++) link.tell(of(`t${i}`), bytes('t'), true);
    expect(events.onUntold).toHaveBeenCalledTimes(100);
  });
});
