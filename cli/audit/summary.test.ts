import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { signedStream } from '../../core/audit/testing/signed-stream.ts';
import { registerAudit } from '../audit.ts';
import { folderWith } from '../testing/run-cli.ts';
import { runHere } from '../testing/run-here.ts';

describe('sallyport audit summary', () => {
  const summary = (...args: string[]) => runHere(registerAudit, ['audit', 'summary', ...args]);

  it('says what files and folders hold together', async () => {
    const text = signedStream({ decisions: 3 });
    const folder = folderWith({ 'a.jsonl': `${text.join('\n')}\n`, 'b.jsonl': `${text.join('\n')}\n` });
    const { code, stdout } = await summary(folder);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^6 decisions, from 2026-11-21T10:00:01.000Z to 2026-11-21T10:00:04.000Z: Allow 6\n/);
    expect(JSON.parse((await summary('-o', 'json', join(folder, 'a.jsonl'))).stdout)).toMatchObject({ decisions: 3 });
  });

  it('says what cannot be read', async () => {
    const { code, stderr } = await summary(join(folderWith(), 'none.jsonl'));
    expect([code, stderr]).toEqual([
      2,
      expect.stringMatching(/^sallyport: cannot read .*none\.jsonl: it does not exist/),
    ]);
    expect((await summary('-', 'a')).code).toBe(2);
  });
});
