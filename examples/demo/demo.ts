/**
 * `npm start`: two official MCP servers behind two gates, and the story of what the gates do, in a terminal. Everything is real: the
 * processes, the SDK clients, the files. Exit code 0 only if each step was observed.
 */
import { constants } from 'node:os';
import { approvedWrite, usedApproval } from './approval-steps.ts';
import { editedPolicy, rotatedToken } from './change-steps.ts';
import { promptsAndResources, toolsByGroup } from './everything-steps.ts';
import { caughtTampering, scrapedMetrics } from './evidence-steps.ts';
import { allowedRead, filteredList, refusedRead } from './reading-steps.ts';
import { openScene } from './scene.ts';
import { Stage } from './stage.ts';
import { Mismatch, Story } from './story.ts';

/** Longer than any step should take on a slow machine: what hangs becomes a failure with a name. */
const STEP_MS = 25_000;

async function tell(story: Story, stage: Stage): Promise<void> {
  let number = 0;
  const step = async <Result>(title: string, work: () => Promise<Result>): Promise<Result> => {
    number++;
    story.step(number, title);
    return withDeadline(title, work());
  };
  const scene = await step('Two MCP servers are up, each behind a gate', () => openScene(stage, story));
  await step('A list of tools is filtered', () => filteredList(scene));
  await step('A read is allowed', () => allowedRead(scene));
  await step('A read outside is refused', () => refusedRead(scene));
  const used = await step('A write is held, approved from a second process, executed', () => approvedWrite(scene));
  await step('The same approval does not work twice', () => usedApproval(scene, used));
  await step('A token is rotated', () => rotatedToken(scene));
  await step('A policy is edited live, and a broken edit changes nothing', () => editedPolicy(scene));
  await step('Another server, over HTTP: who may use which tool', () => toolsByGroup(scene));
  await step('Prompts and resources are decided on as well', () => promptsAndResources(scene));
  await step('Every decision is counted', () => scrapedMetrics(scene));
  await step('Every decision is on record, and an edit of the record is caught', () => caughtTampering(scene));
}

async function withDeadline<Result>(title: string, work: Promise<Result>): Promise<Result> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    const error = new Mismatch(`"${title}" is over in ${STEP_MS / 1000} s`, 'it still goes on');
    timer = setTimeout(() => reject(error), STEP_MS);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

function report(story: Story, stage: Stage, error: unknown): void {
  const seen = error instanceof Error ? (error.stack ?? error.message) : String(error);
  story.failure(error instanceof Mismatch ? error : { expected: 'the step runs to its end', seen });
  for (const child of stage.children) story.say(`\nLast lines of the ${child.title}:\n${child.tail()}`);
}

function sayWhatNext(story: Story, seconds: string): void {
  story.say(`\nAll of it was observed, in ${seconds} s. What to try next, in this folder:`);
  // Through npm, which brings a Node that is new enough.
  story.say(`
  npm run -s sallyport -- init my-gate
  npm run -s sallyport -- token create me -f my-gate
  npm run -s sallyport -- up -f my-gate -- node node_modules/@modelcontextprotocol/server-filesystem/dist/index.js .
  npm run -s sallyport -- connect --client claude-code

examples/ has the policies of this demo and others to start from; README.md says the rest.`);
}

async function main(): Promise<void> {
  const started = performance.now();
  const story = new Story(process.stdout, process.env);
  const stage = new Stage();
  let stopped = false;
  process.once('exit', () => stage.destroy());
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.once(signal, () => {
      stopped = true;
      story.say('\nStopped: ending what was started …');
      void stage.close().finally(() => process.exit(128 + constants.signals[signal]));
    });
  }
  story.say(
    'Sallyport decides on every call between an agent and an MCP server. This is its demo: official servers and clients,',
  );
  story.say(`real processes, real output. They live in ${stage.folder} until it ends.`);
  let code = 0;
  try {
    await tell(story, stage);
    sayWhatNext(story, ((performance.now() - started) / 1000).toFixed(1));
  } catch (error) {
    if (stopped) return;
    report(story, stage, error);
    code = 1;
  }
  await stage.close();
  // Clients whose gates are gone would try to reach them again for a while.
  process.exit(code);
}

await main();
