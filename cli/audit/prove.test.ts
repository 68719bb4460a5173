import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { KEY, OTHER_KEY, signedStream, WITNESS, witnessedList } from '../../core/audit/testing/signed-stream.ts';
import { registerAudit } from '../audit.ts';
import { folderWith } from '../testing/run-cli.ts';
import { runHere } from '../testing/run-here.ts';

const audit = (...args: string[]) => runHere(registerAudit, ['audit', ...args]);
const file = (text: string, name = 'audit.jsonl'): string => join(folderWith({ [name]: text }), name);
const log = (lines: readonly string[]): string => file(`${lines.join('\n')}\n`);
const { text: key } = KEY.verifier;

describe('sallyport audit prove', () => {
  it('prints what proves the record to somebody who has only the key', async () => {
    const { stdout } = await audit('prove', '2', log(signedStream()));
    const { code, stdout: checked } = await audit('check-proof', file(stdout), '--key', key);
    expect(code).toBe(0);
    expect(checked).toContain('"traceId":"trace-2"');
    expect(checked).toContain(`PROVEN: record 2 of s1, among 3 that ${key} has signed\n`);
  });

  it('rests on what a witness has cosigned, where that is given, and says when the record was there', async () => {
    const witness = WITNESS.verifier.text;
    const list = file(witnessedList(signedStream(), 60), 'witnessed');
    const { stdout } = await audit('prove', '2', log(signedStream()), '--witnessed', list, '--key', witness);
    const { code, stdout: checked } = await audit('check-proof', file(stdout), '--key', key, '--key', witness);
    expect(code).toBe(0);
    expect(checked).toContain(
      `among 3 that ${key} has signed; it existed before 2026-11-21T10:01:00.000Z, as witness.example.com/w1 saw\n`,
    );
    const alone = await audit('check-proof', file(stdout), '--key', key);
    expect(alone.stdout).toContain(`among 3 that ${key} has signed\n`);
  });

  it('takes no checkpoints of a witness whose key is not given', async () => {
    const list = file(witnessedList(signedStream(), 60), 'witnessed');
    const { code, stderr } = await audit('prove', '2', log(signedStream()), '--witnessed', list);
    expect(code).toBe(2);
    expect(stderr).toContain('--witnessed proves nothing without the key of its witness');
  });

  it('reads the files of a log in their order, whatever they are called', async () => {
    const lines = signedStream({ decisions: 6, signAfter: [2, 6], fileAfter: 3 });
    const folder = folderWith({
      'audit.jsonl': `${lines.slice(5).join('\n')}\n`,
      'audit-000001.jsonl': `${lines.slice(0, 5).join('\n')}\n`,
    });
    const { stdout } = await audit('prove', '4', folder);
    expect((await audit('check-proof', file(stdout), '--key', key)).code).toBe(0);
  });

  const two = () => log([...signedStream(), ...signedStream({ stream: 's2' })]);
  it.each([
    ['a number that is none', () => ['x', two()], 'x is no number of a record; its field is seq', 2],
    ['a record that is not there', () => ['99', two()], 'no stream has a record 99 in these files', 1],
    ['a stream that is not there', () => ['1', two(), '--stream', 's3'], 'no stream s3 has a record 1', 1],
    ['a number of several streams', () => ['1', two()], '2 streams have a record 1; choose with --stream: s1, s2', 2],
    ['a record that is not signed', () => ['8', log(signedStream())], 'record 8 of s1 is after the last checkpoint', 1],
    [
      'lines that are missing',
      () => ['4', log(signedStream().toSpliced(1, 1))],
      'that the proof rests on are missing',
      1,
    ],
    ['standard input', () => ['4', '-'], 'standard input can be read only once', 2],
  ])('refuses %s, and says why', async (_, args, sentence, code) => {
    const run = await audit('prove', ...args());
    expect(run.code).toBe(code);
    expect(run.stderr).toContain(sentence);
  });
});

describe('sallyport audit check-proof', () => {
  it('ends with 1 where the record is not proven, and says why', async () => {
    const { stdout } = await audit('prove', '2', log(signedStream()));
    const run = await audit('check-proof', file(stdout), '--key', OTHER_KEY.verifier.text);
    expect(run.code).toBe(1);
    expect(run.stdout).toMatch(/^NOT PROVEN: its checkpoint is signed by sallyport\/default\/files\+/);
  });

  it.each([
    ['without a key', () => [file('x')], 'no key is given; a proof proves nothing'],
    ['for what is no proof', () => [file('x'), '--key', key], 'is no proof of a record'],
    ['for a file that is not there', () => ['/nowhere', '--key', key], 'cannot read /nowhere: it does not exist'],
  ])('ends with 2 %s', async (_, args, sentence) => {
    const run = await audit('check-proof', ...args());
    expect(run.code).toBe(2);
    expect(run.stderr).toContain(sentence);
  });
});

describe('sallyport audit checkpoint', () => {
  it('prints the last one, which shows later that the end was cut off', async () => {
    const lines = signedStream();
    const kept = file((await audit('checkpoint', log(lines))).stdout);
    const whole = await audit('verify', log(lines), '--key', key, '--checkpoint', kept);
    expect(whole.code).toBe(0);
    expect(whole.stdout).not.toContain('Not checked');
    const cut = await audit('verify', log(lines.slice(0, 5)), '--key', key, '--checkpoint', kept);
    expect(cut.code).toBe(1);
    expect(cut.stdout).toContain(`checkpoint-not-met: The checkpoint ${kept} was signed for 7 lines of sallyport/s1`);
  });

  it.each(['checkpoint', 'prove 1'])('%s shows no checkpoint that would move the cursor', async (command) => {
    const lines = signedStream({ stream: 's\u009b2J' });
    const [name = '', ...seq] = command.split(' ');
    const run = await audit(name, ...seq, log(lines));
    expect(run).toMatchObject({ code: 1, stdout: '' });
    expect(run.stderr).toContain('its checkpoint has characters that a terminal does not show');
  });

  it('passes over what stands for a checkpoint and is none', async () => {
    const lines = signedStream();
    const forged = [...lines, (lines[3] ?? '').replace('"seq":3', '"seq":4')];
    expect((await audit('checkpoint', log(forged))).stdout).toContain('sallyport/s1\n7\n');
  });

  it('says that there is none where nothing is signed', async () => {
    const run = await audit('checkpoint', log(signedStream({ signAfter: [] })));
    expect(run).toMatchObject({ code: 1, stdout: '' });
    expect(run.stderr).toContain('no checkpoint is in these files');
  });
});
