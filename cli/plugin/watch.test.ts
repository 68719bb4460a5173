import { describe, expect, test } from 'vitest';
import { scriptKubectl } from '../testing/scripted-kubectl.ts';
import { storedRequest } from '../testing/stored-request.ts';
import { watch } from './watch.ts';

const event = (type: string, given = {}): object => ({ type, object: storedRequest(given) });

/** What is told, until so much of it has been. */
async function told(count: number): Promise<{ events: string[]; warnings: string[]; there: string[] }> {
  const stop = new AbortController();
  const [events, warnings]: [string[], string[]] = [[], []];
  let there: string[] = [];
  await watch({
    where: { namespace: 'finance' },
    all: false,
    signal: stop.signal,
    againMs: 1,
    told: (seen, news) => {
      events.push(...news.map(({ type, object }) => `${type} ${object.metadata.uid}`));
      there = seen.all.map(({ metadata }) => metadata.uid);
      if (events.length >= count) stop.abort();
    },
    warn: (message) => warnings.push(message),
  });
  return { events, warnings, there };
}

describe('what waits', () => {
  test('is told from the beginning, and nothing twice', async () => {
    const kubectl = scriptKubectl({ items: [storedRequest()] }, [
      event('ADDED'),
      event('ADDED', { uid: 'u2' }),
      event('DELETED', { uid: 'u1' }),
    ]);
    expect(await told(3)).toEqual({ events: ['ADDED u1', 'ADDED u2', 'DELETED u1'], warnings: [], there: ['u2'] });
    expect(kubectl.asked()[1]).toBe(
      'get approvalrequests.sallyport.dev -n finance --field-selector=status.state=Pending --watch --output-watch-events -o json',
    );
  });

  test('is told on after the connection broke, with what happened meanwhile', async () => {
    scriptKubectl(
      { items: [storedRequest()] },
      'Unable to connect to the server: EOF',
      { items: [storedRequest({ uid: 'u2' })] },
      [event('ADDED', { uid: 'u2' }), event('MODIFIED', { uid: 'u2', resourceVersion: '9' })],
    );
    expect(await told(4)).toEqual({
      events: ['ADDED u1', 'DELETED u1', 'ADDED u2', 'MODIFIED u2'],
      warnings: ['the cluster does not answer: Unable to connect to the server: EOF'],
      there: ['u2'],
    });
  });

  test('is asked for again while the cluster is away, and that is said', async () => {
    scriptKubectl({ items: [] }, [], 'The connection to the server x was refused', [], {
      items: [storedRequest()],
    });
    const { events, warnings } = await told(1);
    expect(events).toEqual(['ADDED u1']);
    expect(warnings).toEqual(['the cluster does not answer: The connection to the server x was refused']);
  });
});

test('what cannot even begin fails', async () => {
  scriptKubectl('error: You must be logged in to the server (Unauthorized)');
  await expect(told(1)).rejects.toThrow('does not know you');
});

test('what is no event is passed over', async () => {
  scriptKubectl({ items: [] }, [[]], { items: [storedRequest()] });
  expect((await told(1)).events).toEqual(['ADDED u1']);
});
