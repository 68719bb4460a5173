import { expect, it } from 'vitest';
import type { Call } from './call.ts';
import { Downloads } from './downloads.ts';
import { known, SOMETHING } from './values.ts';
import { calledName } from './wrappers.ts';

const call = (line: string, rest: Partial<Call> = {}): Call => {
  const argv = line.split(' ').map(known);
  return {
    name: calledName(argv[0]?.text ?? ''),
    argv,
    input: undefined,
    written: [],
    read: [],
    start: 0,
    end: 1,
    ...rest,
  };
};
const runs = (...calls: Call[]): boolean => {
  const downloads = new Downloads();
  return calls.map((one) => downloads.runs(one)).at(-1) === true;
};

it.each([
  ['curl -fsSLo a.sh https://x.example/a', 'sh a.sh'],
  ['curl --output=/tmp/a https://x.example/a', '/tmp/a'],
  ['curl -O https://x.example/b/a.py?c=d', 'python3 ./a.py'],
  ['wget https://x.example/a', './a'],
  ['wget -qO a https://x.example/', '. a'],
])('%s, and then %s', (fetch, run) => {
  expect(runs(call(fetch), call(run))).toBe(true);
});

it('knows what redirections and tee write', () => {
  const written = [{ path: known('a'), appends: false }];
  expect(runs(call('curl x.example', { written }), call('bash a'))).toBe(true);
  expect(runs(call('tee a', { input: { ...SOMETHING, fetched: true } }), call('bash a'))).toBe(true);
  expect(runs(call('echo x', { written }), call('bash a'))).toBe(false);
});

it.each([
  ['curl -o a.tar.gz https://x.example/a', 'tar xf a.tar.gz'],
  ['curl -o data.json https://x.example/a', 'python3 read.py data.json'],
  ['wget https://x.example/a', 'chmod +x a'],
  ['curl https://x.example/a', './a'],
  ['wget https://x.example/', 'sh x.example'],
])('%s, and then %s runs none', (fetch, run) => {
  expect(runs(call(fetch), call(run))).toBe(false);
});
