import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { SYSTEM_CLOCK } from '../sidecar/clock.ts';
import { SessionTable } from '../sidecar/memory/sessions.ts';
import { keepSessions, openEvidence } from './local-evidence.ts';
import { folderWith } from './testing/run-cli.ts';

let state = '';
beforeEach(() => {
  state = folderWith();
  vi.stubEnv('SALLYPORT_STATE_DIR', state);
});
afterEach(() => vi.unstubAllEnvs());

const listeners = { onState: () => {}, onRefusals: () => {} };

test('log and key lie in the state directory, by namespace and name', async () => {
  const { log, digestKey } = openEvidence('finance/ledger', { auditFile: undefined }, listeners);
  await log.close();
  expect(log.file).toBe(join(state, 'finance/ledger/audit.jsonl'));
  expect(readFileSync(join(state, 'finance/ledger/digest.key'))).toEqual(digestKey);
  expect(readFileSync(log.file, 'utf8')).toMatch(/"server":"finance\/ledger".*"stream":"finance\/ledger\/\d+\//);
});

test('a log lies where it was asked for, and its key stays', async () => {
  const file = join(folderWith(), 'mine.jsonl');
  const { log } = openEvidence('finance/ledger', { auditFile: file }, listeners);
  await log.close();
  expect(log.file).toBe(file);
  expect(readFileSync(join(state, 'finance/ledger/digest.key'))).toHaveLength(32);
});

test('a log that cannot be written is told, with what to choose instead', () => {
  writeFileSync(join(state, 'plain'), '');
  expect(() => openEvidence('a/b', { auditFile: join(state, 'plain', 'x.jsonl') }, listeners)).toThrow(
    /the audit log .*x\.jsonl cannot be written: /,
  );
  mkdirSync(join(state, 'folder.jsonl'));
  expect(() => openEvidence('a/b', { auditFile: join(state, 'folder.jsonl') }, listeners)).toThrow(/cannot be written/);
});

test('a limit that is none is told, and no log is begun', () => {
  vi.stubEnv('SALLYPORT_AUDIT_SIZE', 'large');
  expect(() => openEvidence('a/b', { auditFile: undefined }, listeners)).toThrow(
    /SALLYPORT_AUDIT_SIZE is not a number of bytes/,
  );
  expect(() => readFileSync(join(state, 'a/b/audit.jsonl'))).toThrow(/ENOENT/);
});

test('a key that is none is no reason to make another', () => {
  mkdirSync(join(state, 'a/b'), { recursive: true });
  writeFileSync(join(state, 'a/b/digest.key'), 'short');
  expect(() => openEvidence('a/b', { auditFile: undefined }, listeners)).toThrow(/is no digest key: it has 5 bytes/);
});

test('sessions are kept by one gate of a server, and the second goes without', () => {
  const said: string[] = [];
  const keep = () =>
    keepSessions('a/b', 'http://127.0.0.1:1/', { sessions: new SessionTable(SYSTEM_CLOCK) }, (line) => said.push(line));
  const first = keep();
  expect(first).toBeDefined();
  expect(keep()).toBeUndefined();
  first?.close();
  expect(said).toEqual([]);
});

test('calls go on where sessions cannot be kept, and it is said', () => {
  writeFileSync(join(state, 'a'), '');
  const said: string[] = [];
  expect(
    keepSessions('a/b', 'http://127.0.0.1:1/', { sessions: new SessionTable(SYSTEM_CLOCK) }, (line) => said.push(line)),
  ).toBeUndefined();
  expect(said).toEqual([expect.stringMatching(/^sessions are not kept: they end with this process \(/)]);
});
