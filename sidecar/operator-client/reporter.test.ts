import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { OWN_UNDERSTANDING } from '../../core/policy/bundle-versions.ts';
import { SYSTEM_CLOCK } from '../clock.ts';
import { OperatorDouble } from '../testing/operator-double.ts';
import { OperatorClient } from './client.ts';
import { type Report, Reporter } from './reporter.ts';

const INITIAL: Report = {
  version: '1.2.3',
  understands: OWN_UNDERSTANDING,
  policy: { revision: null, problem: null },
  tokens: { clients: 0, problems: [] },
  upstream: { loopbackOnly: null },
};
const inForce = (revision: string) => ({ policy: { revision, problem: null } });

describe('Reporter', () => {
  let operator: OperatorDouble;
  let client: OperatorClient;
  let reporter: Reporter;
  const events = { onAnswer: vi.fn(), onTaken: vi.fn(), onProblem: vi.fn() };
  const revisions = () => operator.reports.map(({ body }) => (body['policy'] as Report['policy']).revision);

  beforeEach(async () => {
    vi.clearAllMocks();
    operator = await OperatorDouble.start();
    client = new OperatorClient(operator, SYSTEM_CLOCK);
    reporter = new Reporter(client, INITIAL, events);
  });
  afterEach(async () => {
    reporter.stop();
    await client.close();
    await operator.close();
  });

  it('tells the state it starts with', async () => {
    reporter.update(inForce('a'));
    reporter.start();
    await vi.waitFor(() => expect(operator.reports).toHaveLength(1));
    expect(operator.reports[0]?.body).toEqual({ ...INITIAL, ...inForce('a') });
    await vi.waitFor(() => expect(events.onTaken).toHaveBeenCalledTimes(1));
  });

  it('tells a change within milliseconds, and nothing when nothing changed', async () => {
    reporter.start();
    await vi.waitFor(() => expect(events.onTaken).toHaveBeenCalled());
    const times: number[] = [];
    for (let i = 0; i < 5; i++) {
      await sleep(20);
      const began = performance.now();
      reporter.update(inForce(`r${i}`));
      reporter.update(inForce(`r${i}`));
      await vi.waitFor(() => expect(operator.reports).toHaveLength(i + 2), { interval: 1 });
      times.push((operator.reports.at(-1)?.at ?? 0) - began);
    }
    expect(Math.min(...times)).toBeLessThan(10);
    expect(revisions()).toEqual([null, 'r0', 'r1', 'r2', 'r3', 'r4']);
  });

  it('tells together what happens together', async () => {
    reporter.start();
    await vi.waitFor(() => expect(events.onTaken).toHaveBeenCalled());
    await sleep(10);
    reporter.update(inForce('a'));
    reporter.update({ upstream: { loopbackOnly: true } });
    reporter.update(inForce('b'));
    await vi.waitFor(() => expect(operator.reports).toHaveLength(2));
    await sleep(20);
    expect(operator.reports.at(-1)?.body).toMatchObject({ ...inForce('b'), upstream: { loopbackOnly: true } });
    expect(operator.reports).toHaveLength(2);
  });

  it('sends what changed while a report was on its way right after it', async () => {
    operator.goWrong(/report/, 503, 1);
    reporter.update(inForce('a'));
    reporter.start();
    await sleep(0);
    reporter.update(inForce('b'));
    await vi.waitFor(() => expect(revisions()).toEqual(['b']));
  });

  it.each([
    ['is not there', 'down', /ECONNREFUSED/],
    ['fails', 503, /HTTP 503: told to answer 503/],
    ['cuts the connection', 'cut', /closed|socket|hang up/],
    ['does not know the token', 401, /HTTP 401/],
  ] as const)(
    'tells the newest state when an operator that %s is back, and says once why not',
    async (_n, how, says) => {
      if (how === 'down') await operator.down();
      else operator.goWrong(/report/, how);
      reporter.start();
      await vi.waitFor(() => expect(events.onProblem).toHaveBeenCalledWith(expect.stringMatching(says)));
      reporter.update(inForce('a'));
      reporter.update(inForce('b'));
      await sleep(400);
      expect(events.onProblem).toHaveBeenCalledTimes(1);
      expect(events.onTaken).not.toHaveBeenCalled();
      if (how === 'down') await operator.listen();
      operator.recover();
      await vi.waitFor(() => expect(revisions()).toEqual(['b']), 5_000);
      await vi.waitFor(() => expect(events.onTaken).toHaveBeenCalledTimes(1));
    },
  );

  it('hands on what is answered to every report that was taken', async () => {
    reporter.start();
    await vi.waitFor(() => expect(events.onAnswer).toHaveBeenLastCalledWith(undefined));
    operator.handleKeys = { handleKey: 'x' };
    operator.goWrong(/report/, 503, 1);
    reporter.update(inForce('a'));
    await vi.waitFor(() => expect(events.onAnswer).toHaveBeenLastCalledWith({ handleKey: 'x' }));
    expect(events.onAnswer).toHaveBeenCalledTimes(2);
  });

  it('asks an operator that fails ever less often', async () => {
    operator.goWrong(/report/, 503);
    reporter.start();
    await sleep(1_000);
    expect(operator.requests.length).toBeGreaterThan(2);
    expect(operator.requests.length).toBeLessThan(6);
  });

  it('stops in the middle of a request', async () => {
    operator.goWrong(/report/, 'hang');
    reporter.start();
    await vi.waitFor(() => expect(operator.requests).toHaveLength(1));
    reporter.stop();
    await sleep(200);
    expect(operator.requests).toHaveLength(1);
    expect(events.onProblem).not.toHaveBeenCalled();
  });
});
