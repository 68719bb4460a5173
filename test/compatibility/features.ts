/** What a visit does at a server that has every feature. */
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Session } from './clients/shape.ts';
import type { Approver, Note } from './account.ts';

const NOTES = 'file:///data/notes.txt';
/** What comes at all comes soon. */
const SOON_MS = 2_000;
const POLL_MS = 20;

export async function lookAtFeatures(session: Session, note: Note, approve: Approver): Promise<void> {
  await note('call that fails', () => session.call('fail', {}));
  await note('call that policy refuses', () => session.call('forbidden', {}));
  await note('call that policy holds', async () => held(session, approve));
  await note('elicitation', () => session.call('ask_person', {}));
  await note('sampling', () => session.call('ask_model', {}));
  await note('roots', () => session.call('ask_roots', {}));
  await note('completion', () => session.complete('paint', 'colour', 'r'));
  await note('logging', () => session.setLevel('info'));
  await note('call that logs', () => session.call('say', {}));
  await note('log', async () => soonHeard(session, 'notifications/message'));
  await note('subscription', () => session.subscribe(NOTES));
  await note('update', async () => updateOf(session));
  const key = randomUUID();
  await note('call that is cancelled', async () => cancelledCall(session, key));
  await note('cancellation at the server', async () => soon(async () => wasCancelled(session, key)));
  await note('resume', () => session.call('drop', {}));
  await note('call at the end', () => session.call('echo', { message: 'still here' }));
  await note('notifications', async () => methodsHeard(session));
}

async function held(session: Session, approve: Approver): Promise<unknown> {
  const done = new AbortController();
  const approving = approve(done.signal);
  try {
    // Calls that are alike share an approval, and many clients are here at once.
    return await session.call('held', { key: randomUUID() });
  } finally {
    done.abort();
    await approving;
  }
}

/** Cancelled when it certainly runs: with its first progress. */
async function cancelledCall(session: Session, key: string): Promise<unknown> {
  const cancel = new AbortController();
  return session.call('wait', { key }, { signal: cancel.signal, onProgress: () => cancel.abort() });
}

async function wasCancelled(session: Session, key: string): Promise<boolean> {
  return JSON.stringify(await session.call('was_cancelled', { key })).includes('"true"');
}

/** A stream for what belongs to no call may open late, and what comes before is lost, as the protocol has it: so it is done again. */
async function updateOf(session: Session): Promise<unknown> {
  for (let tries = 0; tries < 5; tries++) {
    await session.call('touch', {});
    const update = await soonHeard(session, 'notifications/resources/updated', SOON_MS / 5);
    if (update !== undefined) return update;
  }
  return undefined;
}

async function soonHeard(session: Session, method: string, limitMs = SOON_MS): Promise<unknown> {
  return soon(async () => (await session.heard()).find((one) => one.method === method), limitMs);
}

/** Progress is looked at by itself, and policy adds to it: a held call says that it waits. */
async function methodsHeard(session: Session): Promise<string[]> {
  const methods = new Set((await session.heard()).map(({ method }) => method));
  return [...methods].filter((method) => method !== 'notifications/progress').sort();
}

async function soon<T>(ask: () => Promise<T>, limitMs = SOON_MS): Promise<T> {
  for (const deadline = performance.now() + limitMs; ; await sleep(POLL_MS)) {
    const answer = await ask();
    if ((answer !== undefined && answer !== false) || performance.now() > deadline) return answer;
  }
}
