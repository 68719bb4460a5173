/** The end of a pod, as clients of the era with sessions meet it: what is asked of one that is about to go is not sent to it any more. */
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { cleanupAfterEach } from '../support/cleanup.ts';
import { eventually } from '../support/eventually.ts';
import { startFixture } from '../support/fixture-server.ts';
import { callTool, messagesIn } from '../support/messages.ts';
import type { SidecarProcess } from '../support/sidecar-process.ts';
import { askBy, openSessionBy, startSidecars } from '../support/replicas.ts';

const { use } = cleanupAfterEach();
const DELAY = '1s';
const CLIENTS = 6;

interface Answer {
  readonly status: number;
  readonly message: unknown;
}

it('sessions are told 404 before their server ends, and no call is cut', async () => {
  const replicas = await use(startSidecars(2, startFixture, { SALLYPORT_DRAIN_DELAY: DELAY }));
  const { gates, servers } = replicas;
  const [leaving, staying] = gates as [SidecarProcess, SidecarProcess];
  const [server] = servers;
  const answers: Answer[] = [];
  let moves = 0;
  const over = new AbortController();
  const call = async (id: string, tool = 'echo', args: Record<string, unknown> = {}): Promise<Answer> => {
    const answer = await askBy(staying.url, callTool(tool, args, 'mine'), id);
    return { status: answer.status, message: messagesIn(await answer.text()).at(-1) };
  };
  const client = async (): Promise<void> => {
    // Its calls come to the other gate, which passes them on.
    let id = await openSessionBy(leaving.url);
    while (!over.signal.aborted) {
      const answer = await call(id);
      answers.push(answer);
      if (answer.status !== 404) continue;
      moves++;
      id = await openSessionBy(replicas.url);
    }
  };
  const clients = Array.from({ length: CLIENTS }, client);
  const slow = await openSessionBy(leaving.url);
  const before = call(slow, 'slow', { ms: 1_500 });
  await eventually('the tool runs', () => server?.executed.includes('slow'));
  await eventually('calls are passed on', () => (server?.executed.length ?? 0) > CLIENTS);
  expect(answers.every(({ status }) => status === 200)).toBe(true);
  replicas.takeOut(leaving);
  expect(await leaving.drain(DELAY)).toBe(0);
  await eventually('all have moved', () => moves === CLIENTS);
  const sent = server?.seen.length;
  // What was on its way is answered all the same.
  expect(await before).toMatchObject({ status: 200, message: { id: 'mine', result: {} } });
  expect(await call(slow)).toMatchObject({ status: 404, message: { id: 'mine', error: { code: -32_001 } } });
  await sleep(200);
  expect(server?.seen.length).toBe(sent);
  await server?.close();
  await sleep(300);
  over.abort();
  await Promise.all(clients);
  expect(await leaving.terminate()).toBe(0);
  const moved = answers.filter(({ status }) => status === 404);
  expect(moved).toHaveLength(CLIENTS);
  expect(answers.filter(({ status }) => status !== 404 && status !== 200)).toEqual([]);
  for (const { message } of moved) expect(message).toMatchObject({ id: 'mine', error: { code: -32_001 } });
}, 60_000);
