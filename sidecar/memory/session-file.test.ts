import { appendFileSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { findRevision } from '../../core/mcp/revisions/index.ts';
import type { Revision } from '../../core/mcp/revision.ts';
import type { Principal } from '../../core/policy/principal.ts';
import { SessionTable } from './sessions.ts';
import { FakeClock } from '../testing/fake-clock.ts';
import { SessionFile } from './session-file.ts';

const ADA: Principal = { kind: 'token', name: 'ada', groups: ['agents'] };
const BOB: Principal = { kind: 'token', name: 'bob', groups: [] };
const REVISION = findRevision('2025-06-18') as Revision;
const ALL = { tools: true, prompts: true, resources: true };

let directory: string;
let path: string;
let files: SessionFile[];
let problems: unknown[];
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'sp-'));
  path = join(directory, 'state', 'sessions.jsonl');
  files = [];
  problems = [];
});
afterEach(() => {
  for (const file of files) file.close();
  rmSync(directory, { recursive: true });
});

function openFile(upstream = 'http://127.0.0.1/mcp'): SessionFile {
  const file = SessionFile.open({ path, upstream, onProblem: (error) => problems.push(error) });
  if (file === undefined) throw new Error('somebody else writes there');
  files.push(file);
  return file;
}

/** The table of a gate that has just started; the one before it is gone without a word. */
function restart(upstream?: string): SessionTable {
  files.at(-1)?.close();
  const table = new SessionTable(new FakeClock());
  table.keep(openFile(upstream));
  return table;
}

describe('after a restart', () => {
  it("a session is whose it was, with what was agreed on, and nobody else's", () => {
    const before = restart();
    before.open('S1', ADA, findRevision('2025-03-26') as Revision);
    const session = before.find('S1', ADA);
    if (session === undefined) throw new Error('it was just opened');
    session.revision = REVISION;
    session.conversation.announces = ALL;
    session.conversation.declare(new Set(['sampling', 'urlElicitation']));
    before.find('S1', ADA);
    const after = restart();
    expect(after.find('S1', ADA)).toMatchObject({
      revision: REVISION,
      conversation: { announces: ALL, declares: new Set(['sampling', 'urlElicitation']), wasRestored: true },
    });
    for (const other of [BOB, { ...ADA, kind: 'anonymous' } as const]) expect(after.find('S1', other)).toBeUndefined();
    expect(restart().find('S1', ADA)).toBeDefined();
  });

  it('what was ended is gone: by its client, for want of use, or to make room', () => {
    const clock = new FakeClock();
    const before = new SessionTable(clock);
    before.keep(openFile());
    before.close(before.open('closed', ADA, REVISION));
    before.open('idle', ADA, REVISION);
    clock.advance(1_000);
    expect(before.closeIdle(1_000).map(({ id }) => id)).toEqual(['idle']);
    for (let i = 0; i <= 1_000; i++) before.open(`s${i}`, BOB, REVISION);
    const after = restart();
    expect(['closed', 'idle'].map((id) => after.find(id, ADA))).toEqual([undefined, undefined]);
    expect([after.find('s0', BOB), after.find('s1', BOB)?.id]).toEqual([undefined, 's1']);
  });

  it('in front of another server there are none', () => {
    restart().open('S1', ADA, REVISION);
    expect(restart('http://127.0.0.1/other').find('S1', ADA)).toBeUndefined();
  });

  it('half a line, and lines that nobody here wrote, are no sessions; the others are', () => {
    restart().open('S1', ADA, REVISION);
    const line = readFileSync(path, 'utf8').split('\n')[1] ?? '';
    appendFileSync(
      path,
      `null\n7\n{"open":null}\n{"open":{"id":1}}\n${line.replace('S1', 'S2').replace(/"version":"[^"]*"/, '"version":"9"')}\n`,
    );
    appendFileSync(path, line.replace('S1', 'S3').slice(0, -4));
    const after = restart();
    expect(['S1', 'S2', 'S3'].map((id) => after.find(id, ADA)?.id)).toEqual(['S1', undefined, undefined]);
  });
});

it('the file is for its owner alone, and does not grow with sessions that come and go', () => {
  const table = restart();
  for (let i = 0; i < 5_000; i++) table.close(table.open(`s${i}`, ADA, REVISION));
  expect(statSync(path).mode & 0o777).toBe(0o600);
  expect(readFileSync(path, 'utf8').split('\n').length).toBeLessThan(1_100);
});

it('a second gate of the same server keeps none', () => {
  openFile();
  expect(SessionFile.open({ path, upstream: 'http://127.0.0.1/mcp', onProblem() {} })).toBeUndefined();
});

it('a file that cannot be written costs no session, and is told once', () => {
  const table = restart();
  rmSync(join(directory, 'state'), { recursive: true });
  writeFileSync(join(directory, 'state'), '');
  for (let i = 0; i < 1_100; i++) table.close(table.open(`s${i}`, ADA, REVISION));
  table.open('S1', ADA, REVISION);
  expect(table.find('S1', ADA)?.id).toBe('S1');
  expect(problems).toHaveLength(1);
});
