/**
 * docs/recorded-traffic.md, as it is written there: a gate records what a real client does with the official file server, a pack is made
 * of it that passes its own tests, and, in force, lets the same client work on and stops what was not in it.
 */
import { mkdirSync, readFileSync, statSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { blocksOf, readPage } from '../docs/pages.ts';
import { callsIn } from '../docs/command-line.ts';
import { cleanupAfterEach } from '../support/cleanup.ts';
import { type CliProcess, runCli, Workspace } from '../support/cli.ts';
import { connectV1, connectV2, textOf } from '../support/clients.ts';
import { sha256Hex } from '../support/gate.ts';
import { packageBin } from '../support/package-bin.ts';

const { use } = cleanupAfterEach();

const PAGE = blocksOf(readPage('docs/recorded-traffic.md'), 'sh').flatMap(({ text }) =>
  text.split('\n').flatMap(callsIn),
);
const [RECORD = [], ...READING] = PAGE;

interface Home {
  readonly home: Workspace;
  readonly tokens: Readonly<Record<'ada' | 'bot', string>>;
}

async function prepared(): Promise<Home> {
  const home = await use(new Workspace());
  for (const folder of ['sallyport', 'data', 'data/reports', 'data/private']) mkdirSync(home.path(folder));
  home.write('data/reports/q1.txt', 'revenue: 4 million; ask ada@sallyport.dev');
  home.write('data/reports/note.txt', '');
  home.write('data/private/salaries.txt', 'nobody reads this');
  home.write(
    'sallyport/server.yaml',
    `apiVersion: sallyport.dev/v1alpha1
kind: MCPServer
metadata: {name: files}
spec:
  stdio: {command: [node, ${JSON.stringify(packageBin('@modelcontextprotocol/server-filesystem'))}, ${JSON.stringify(home.path('data'))}]}
  access: {tokens: {secretName: files-clients}}
`,
  );
  home.write('sallyport/open.yaml', OPEN);
  home.write('sallyport/tokens.yaml', tokensOf(TOKENS));
  return { home, tokens: TOKENS };
}

const TOKENS = { ada: `sallyport_${'a'.repeat(43)}`, bot: `sallyport_${'b'.repeat(43)}` };

function tokensOf(tokens: Readonly<Record<string, string>>): string {
  const entries = Object.entries(tokens).map(
    ([name, token]) => `  ${name}: |\n    sha256: ${sha256Hex(token)}\n    groups: [agents]\n`,
  );
  return `apiVersion: v1\nkind: Secret\nmetadata: {name: files-clients}\nstringData:\n${entries.join('')}`;
}

const OPEN = `apiVersion: sallyport.dev/v1alpha1
kind: PolicyPack
metadata: {name: open}
spec: {tools: [{names: ["*"], effect: Allow}, {names: [move_file], effect: Deny}]}
`;

async function gate(
  home: Workspace,
  words: readonly string[],
): Promise<{ readonly up: CliProcess; readonly url: string }> {
  const up = await use(runCli(home, ...words, '--port', '0', '--metrics-port', '0'));
  const [, port] = await up.said(/http:\/\/127\.0\.0\.1:(\d+)\/mcp/);
  return { up, url: `http://127.0.0.1:${port}/mcp` };
}

async function run(
  home: Workspace,
  ...words: string[]
): Promise<{ readonly code: number | null; readonly out: string; readonly err: string }> {
  const ran = runCli(home, ...words);
  const code = await ran.exit(60_000);
  return { code, out: ran.out.join('\n'), err: ran.err.join('\n') };
}

interface Worker {
  callTool(params: { name: string; arguments: Record<string, unknown> }): Promise<unknown>;
}

/** What both do every day. */
async function work(home: Workspace, ada: Worker, bot: Worker): Promise<string[]> {
  const call = async (who: Worker, name: string, args: Record<string, unknown>): Promise<string> => {
    const result = await who
      .callTool({ name, arguments: args })
      .catch((error: unknown) => ({ content: [{ text: `refused: ${String(error)}` }] }));
    return textOf(result);
  };
  return [
    await call(ada, 'list_directory', { path: home.path('data/reports') }),
    await call(ada, 'read_text_file', { path: home.path('data/reports/q1.txt') }),
    await call(ada, 'read_text_file', { path: home.path('data/reports/q1.txt'), head: 1 }),
    await call(bot, 'write_file', { path: home.path('data/reports/note.txt'), content: 'Dear Ada, the revenue is up' }),
    await call(bot, 'search_files', { path: home.path('data/reports'), pattern: '*.txt' }),
  ];
}

describe('an hour of recorded traffic', () => {
  it(
    'becomes a pack that passes its own tests, and denies the attack that was not in it',
    { timeout: 180_000 },
    async () => {
      const { home, tokens } = await prepared();
      const recording = await gate(home, RECORD);
      const [ada, bot] = [
        await connectV1(recording.url, tokens.ada),
        await connectV2(recording.url, 'auto', tokens.bot),
      ];
      await ada.listTools();
      const before = await work(home, ada, bot);
      expect(before[1]).toContain('revenue: 4 million');
      await bot
        .callTool({
          name: 'move_file',
          arguments: { source: home.path('data/reports/note.txt'), destination: home.path('data/x') },
        })
        .catch(() => {});
      await ada.close();
      await bot.close();
      await recording.up.close();

      const log = readFileSync(home.path('traffic.jsonl'), 'utf8');
      expect(statSync(home.path('traffic.jsonl')).mode & 0o777).toBe(0o600);
      expect(log).not.toMatch(/Dear Ada|4 million|q1\.txt|sallyport\.dev|sallyport_/);
      for (const secret of Object.values(tokens)) expect(log).not.toContain(secret);

      // The page, from top to bottom.
      const results = [];
      for (const words of READING) results.push({ words: words.join(' '), ...(await run(home, ...words)) });
      expect(results.map(({ words, code }) => `${words}: ${code}`)).toEqual(
        READING.map((words) => `${words.join(' ')}: 0`),
      );
      const [suggested, linted, tested, labels, replayed, covered] = results;
      expect(suggested?.err).toMatch(/5 calls that were let through became 4 rules/);
      expect(linted?.out).toMatch(/no problems/);
      expect(tested?.out).toMatch(/# \d+ tests, 0 failed/);
      expect(labels?.out).toMatch(/destructive:\n {4}- "write_file"/);
      expect(replayed?.out).toMatch(/6 calls: 6 as before/);
      expect(covered?.out).toMatch(/4 of 4 rules had a say/);

      // In force, in place of what was open.
      home.write('sallyport/open.yaml', readFileSync(home.path('suggested/suggested.yaml'), 'utf8'));
      const enforcing = await gate(home, ['up', '-f', './sallyport']);
      const [again, botAgain] = [
        await connectV1(enforcing.url, tokens.ada),
        await connectV2(enforcing.url, 'auto', tokens.bot),
      ];
      expect(await work(home, again, botAgain)).toEqual(before);
      const attack = async (who: Worker, name: string, args: Record<string, unknown>): Promise<string> =>
        textOf(
          await who
            .callTool({ name, arguments: args })
            .catch((error: unknown) => ({ content: [{ text: String(error) }] })),
        );
      for (const refused of [
        await attack(again, 'read_text_file', { path: home.path('data/private/salaries.txt') }),
        await attack(again, 'read_text_file', { path: `${home.path('data/reports')}/../private/salaries.txt` }),
        await attack(again, 'read_text_file', { path: home.path('data/reports/q1.txt'), tail: 1 }),
        await attack(again, 'write_file', { path: home.path('data/reports/q1.txt'), content: 'x' }),
        await attack(botAgain, 'write_file', { path: home.path('data/reports/q1.txt'), content: 'x'.repeat(100) }),
        await attack(botAgain, 'read_text_file', { path: home.path('data/reports/q1.txt') }),
        await attack(again, 'directory_tree', { path: home.path('data/reports') }),
      ])
        expect(refused).toMatch(/Refused by policy|Not executed|Unknown tool/);
      await again.close();
      await botAgain.close();
    },
  );

  it('ends by itself, and says so', { timeout: 60_000 }, async () => {
    const { home, tokens } = await prepared();
    const { up, url } = await gate(home, [
      'up',
      '-f',
      './sallyport',
      '--record',
      'traffic.jsonl',
      '--record-for',
      '3s',
    ]);
    await up.said(/record +traffic is recorded in .*traffic\.jsonl until /);
    await up.said(/record +traffic is not recorded any more: its time is over/);
    const ada = await connectV1(url, tokens.ada);
    await ada.callTool({ name: 'list_directory', arguments: { path: home.path('data') } });
    await ada.close();
    expect(readFileSync(home.path('traffic.jsonl'), 'utf8').trimEnd().split('\n')).toEqual([
      expect.stringContaining('"traffic":1'),
      expect.stringContaining('"end":"time"'),
    ]);
  });
});
