/** A kubectl in the PATH of this test that gives one answer after the other: that a real one takes these arguments is shown by test/cluster/api/operator/plugin.test.ts. */
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { onTestFinished } from 'vitest';

/** An object is printed as `-o json` does it, several as events of a watch, one to a line; a text is what it says where it fails. */
export type Answer = object | readonly object[] | string;

export interface ScriptedKubectl {
  /** The words of each call, in order. */
  readonly asked: () => string[];
  /** What the call of this number, from 1, was given to read. */
  readonly told: (call: number) => string;
}

/** In force until the test is over. One more call than answers fails. */
export function scriptKubectl(...answers: Answer[]): ScriptedKubectl {
  const folder = mkdtempSync(join(tmpdir(), 'sallyport-kubectl-'));
  const before = process.env['PATH'] ?? '';
  process.env['PATH'] = `${folder}${delimiter}${before}`;
  onTestFinished(() => {
    process.env['PATH'] = before;
    rmSync(folder, { recursive: true });
  });
  const script = `#!/bin/sh
printf '%s\\n' "$*" >> ${folder}/asked
at=$(wc -l < ${folder}/asked)
cat > ${folder}/$at.in
if [ -e ${folder}/$at.out ]; then cat ${folder}/$at.out; exit 0; fi
cat ${folder}/$at.err >&2
exit 1
`;
  writeFileSync(join(folder, 'kubectl'), script);
  chmodSync(join(folder, 'kubectl'), 0o755);
  for (const [at, answer] of answers.entries()) {
    if (typeof answer === 'string') writeFileSync(join(folder, `${at + 1}.err`), answer);
    else
      writeFileSync(
        join(folder, `${at + 1}.out`),
        Array.isArray(answer) ? lines(answer) : `${JSON.stringify(answer, null, 4)}\n`,
      );
  }
  const log = join(folder, 'asked');
  return {
    asked: () => (existsSync(log) ? readFileSync(log, 'utf8').trim().split('\n') : []),
    told: (call) => readFileSync(join(folder, `${call}.in`), 'utf8'),
  };
}

function lines(events: readonly unknown[]): string {
  return events.map((event) => `${JSON.stringify(event)}\n`).join('');
}
