/** What is left afterwards: metrics while the gate runs, and a log in which every edit shows. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { sallyport } from './approval-steps.ts';
import type { Scene } from './scene.ts';

const DECISION = /^sallyport_decisions_total\{.*tool="([^"]*)",effect="(\w+)",outcome="([\w-]+)"\} (\d+)$/;

export async function scrapedMetrics({ story, files, everything }: Scene): Promise<void> {
  const counts = new Map<string, number>();
  let executedWrites = 0;
  for (const { metricsUrl } of [files, everything]) {
    const page = await (await fetch(metricsUrl)).text();
    const lines = page.split('\n').filter((line) => line.startsWith('sallyport_decisions_total{'));
    story.command(`curl -s ${metricsUrl} | grep sallyport_decisions_total`);
    story.output(lines.filter((line) => !line.includes('tool=""')).join('\n'), 6);
    for (const line of lines) {
      const [, tool, effect = '', outcome, count] = DECISION.exec(line) ?? [];
      counts.set(effect, (counts.get(effect) ?? 0) + Number(count));
      if (tool === 'write_file' && outcome === 'answered') executedWrites += Number(count);
    }
  }
  const summary = [...counts].map(([effect, count]) => `${effect} ${count}`).join(', ');
  const isComplete = ['Allow', 'Log', 'RequireApproval', 'Deny'].every((effect) => (counts.get(effect) ?? 0) > 0);
  story.observe(isComplete, `decisions by effect: ${summary}`, summary);
  story.observe(executedWrites === 1, 'of all the calls of write_file, one was executed', executedWrites);
}

export async function caughtTampering(scene: Scene): Promise<void> {
  const { stage, story, files } = scene;
  story.note('Ctrl-C in the terminal of the gate:');
  const mark = files.child.printed;
  const code = await story.waiting('the gate drains and stops its children', files.child.stop('SIGINT'));
  story.output(files.child.linesSince(mark).join('\n'));
  story.observe(code === 0, 'the gate drains, closes its log and ends with exit code 0', code);

  const sound = await sallyport(scene, 'audit', 'verify', files.auditFile);
  story.observe(sound.code === 0 && sound.stdout.includes('OK:'), 'the audit log is whole', sound);

  const lines = readFileSync(join(stage.folder, files.auditFile), 'utf8').split('\n');
  const line = lines.findIndex((text) => text.includes('"effect":"Deny"') && text.includes('"tool":"read_text_file"'));
  const honest = lines[line] ?? '';
  const edited = honest.replace('"name":"assistant"', '"name":"assistent"');
  const copy = 'edited.audit.jsonl';
  writeFileSync(join(stage.folder, copy), lines.with(line, edited).join('\n'));
  story.output(`in a copy, one byte of line ${line + 1}: ${around(honest)} becomes ${around(edited)}`);
  const caught = await sallyport(scene, 'audit', 'verify', copy);
  story.observe(
    edited !== honest && caught.code === 1 && caught.stdout.includes(`${copy}:${line + 1}: edited`),
    `the edit is found: line ${line + 1}, exit code 1`,
    caught,
  );
}

function around(line: string): string {
  return /"name":"assist.nt"/.exec(line)?.[0] ?? line;
}
