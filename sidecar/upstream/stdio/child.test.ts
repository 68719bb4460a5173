/** One real process, and the lines that go in and come out. */
import { afterEach, describe, expect, it, vi } from 'vitest';
import { StdioChild } from './child.ts';

/** Says what each line was that it has read; Node's readline splits at more than the protocol knows. */
const READLINE = `require('node:readline').createInterface({ input: process.stdin }).on('line', (line) => console.log(JSON.stringify(line)));`;

let child: StdioChild | undefined;
afterEach(async () => child?.stop(), 10_000);

interface Heard {
  readonly lines: string[];
  readonly overlong: unknown[];
  readonly logs: string[];
  readonly gone: string[];
}

function run(script: string): Heard {
  const heard: Heard = { lines: [], overlong: [], logs: [], gone: [] };
  child = new StdioChild(
    { command: [process.execPath, '-e', script], env: {}, cwd: undefined },
    {
      onLine: (line) => heard.lines.push(line.toString()),
      onOverlong: (message) => heard.overlong.push(message),
      onLog: (line) => heard.logs.push(line),
      onGone: (why) => heard.gone.push(why),
    },
  );
  return heard;
}

describe('a message to a server that reads lines', () => {
  it.each([
    ['line breaks between tokens', '{\r\n"a":\n1}', { a: 1 }],
    ['U+2028', '{"a":"x\u2028y"}', { a: 'x\u2028y' }],
    ['U+2029', '{"a":"x\u2029y"}', { a: 'x\u2029y' }],
    ['U+0085', '{"a":"x\u0085y"}', { a: 'x\u0085y' }],
  ])('arrives as one line and means the same: %s', async (_what, message, meaning) => {
    const { lines } = run(READLINE);
    child?.send(Buffer.from(message));
    child?.send(Buffer.from('{"last":true}'));
    await vi.waitFor(() => expect(lines.length).toBeGreaterThan(1), 5_000);
    expect(lines.map((line) => JSON.parse(JSON.parse(line) as string) as unknown)).toEqual([meaning, { last: true }]);
  });
});

it('is gone when its process is, though what it has started holds its output', async () => {
  const helper = `require('node:child_process').spawn('sleep', ['1000'], { stdio: 'inherit' }); console.log('{"last":1}');`;
  const heard = run(`${helper} setTimeout(() => process.exit(3), 100);`);
  await vi.waitFor(() => expect(heard.gone).toEqual(['it exited with code 3']), 8_000);
  expect(heard.lines).toEqual(['{"last":1}']);
}, 10_000);
