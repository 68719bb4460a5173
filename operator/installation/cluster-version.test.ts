import { pino } from 'pino';
import { expect, test } from 'vitest';
import { FakeClock, settle } from '../kit/testing/fake-clock.ts';
import { ClusterVersion, tooOld } from './cluster-version.ts';

test.each(['v1.31.0', 'v1.31.5-gke.1014001', 'v1.37.2', 'v1.100.0', 'v2.0.0', 'v0.0.0-master+$Format:%H$', '', 'v1.x'])(
  '%s is new enough, or nobody can tell',
  (version) => expect(tooOld(version)).toBeUndefined(),
);

test('one that is too old is told in a sentence with its version and what it lacks', () => {
  expect(tooOld('v1.30.4-eks-a737599')).toBe(
    'Sallyport needs Kubernetes 1.31 or newer, and this cluster, which is v1.30.4-eks-a737599, lacks selectable fields of CustomResourceDefinitions (on by default from 1.31); upgrade the cluster first.',
  );
  expect(tooOld('v1.9.0')).toMatch(/selectable fields .* and ValidatingAdmissionPolicy of .* \(there from 1\.30\)/);
});

function started(answers: (string | Error)[]) {
  const clock = new FakeClock();
  const lines: string[] = [];
  const log = pino({ level: 'info' }, { write: (line: string) => void lines.push(line) });
  const serverVersion = async (): Promise<string> => {
    const answer = answers.shift() ?? new Error('no answer');
    if (answer instanceof Error) throw answer;
    return answer;
  };
  const stop = new AbortController();
  const ended = new ClusterVersion({ client: { serverVersion }, clock, log }).start(stop.signal);
  ended.catch(() => {});
  return { clock, lines, stop, ended };
}

test('is asked until there is an answer; one that is too old ends the process', async () => {
  const { clock, lines, ended } = started([new Error('away'), new Error('away'), 'v1.29.1']);
  await clock.advance(2_000);
  await expect(ended).rejects.toThrow('this cluster, which is v1.29.1, lacks');
  expect(lines.join('')).toContain('which is v1.29.1');
  expect(clock.pending).toBe(0);
});

test('one that is new enough lets the rest go on until the end', async () => {
  const { clock, stop, ended } = started(['v1.37.2']);
  await settle();
  stop.abort();
  await ended;
  expect(clock.pending).toBe(0);
});

test('ends without an answer too', async () => {
  const { stop, ended, clock } = started([]);
  await clock.advance(60_000);
  stop.abort();
  await ended;
});
