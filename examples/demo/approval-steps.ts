/** Calls that wait for a person, who decides in a second process; and that an approval is good for one call only. */
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { textOf } from './clients.ts';
import type { Scene } from './scene.ts';

const CONTENT = 'water the plants\nreviewed: the gate\n';
const HELD = /^held .*write_file/;

export async function approvedWrite(scene: Scene): Promise<string> {
  const { story, files, stage } = scene;
  const mark = files.child.printed;
  const written = write(scene);
  await files.child.seen(HELD, mark);
  story.output(`write_file ${fileOf(scene)}: the call is open, nothing is written`);
  const list = await sallyport(scene, 'approvals', 'list');
  const [name = ''] = /files-write-file-\w+/.exec(list.stdout) ?? [];
  story.observe(name !== '' && /Pending/.test(list.stdout), 'a second process sees the call pending', list);

  const approved = await sallyport(scene, 'approvals', 'approve', name, '--reason', 'ticket 4711');
  story.observe(approved.code === 0, 'and approves it', approved);

  let result = await story.waiting('the approved call', written);
  // On a slow machine the call has been told to come back before it was approved; an agent would do just that.
  if (textOf(result).startsWith('Not executed yet')) result = await write(scene);
  story.model(textOf(result));
  const onDisk = readFileSync(join(stage.team, 'notes', 'todo.txt'), 'utf8');
  story.observe(
    result.isError !== true && onDisk === CONTENT,
    'executed: the file on disk has the new content',
    result,
  );
  return name;
}

export async function usedApproval(scene: Scene, used: string): Promise<void> {
  const { story, files } = scene;
  const mark = files.child.printed;
  const before = statSync(fileOf(scene)).mtimeMs;
  const answer = write(scene);
  await files.child.seen(HELD, mark);
  story.output('write_file with the same arguments: held again');
  const again = await sallyport(scene, 'approvals', 'approve', used);
  story.observe(again.code === 1 && again.stderr.includes('Consumed'), `${used} cannot be approved twice`, again);

  const pending = textOf(await story.waiting('the call is held for the 5 s that the policy says', answer));
  story.model(pending);
  const says = `The earlier approval ${used} was used once and does not cover this call.`;
  story.observe(pending.startsWith('Not executed yet') && pending.includes(says), 'the model is told so', pending);

  const [name = ''] = /files-write-file-\w+/.exec(pending) ?? [];
  const denied = await sallyport(scene, 'approvals', 'deny', name, '--reason', 'once is enough');
  story.observe(denied.code === 0, 'the new request is denied', denied);
  const refusal = textOf(await write(scene));
  story.model(refusal);
  const isRefused = refusal.startsWith('Not executed:') && refusal.includes('Reason given: "once is enough".');
  const isUntouched = statSync(fileOf(scene)).mtimeMs === before;
  story.observe(isRefused && isUntouched, 'the model reads why, and the file was not touched', refusal);
}

function fileOf({ stage }: Scene): string {
  return join(stage.team, 'notes', 'todo.txt');
}

/** An agent's call of `write_file`, always with the same arguments. */
async function write(scene: Scene): Promise<{ [key: string]: unknown }> {
  return scene.assistant.callTool({ name: 'write_file', arguments: { path: fileOf(scene), content: CONTENT } });
}

/** Runs the command in a process of its own and shows both. */
export async function sallyport({ stage, story }: Pick<Scene, 'stage' | 'story'>, ...args: readonly string[]) {
  story.command(`sallyport ${args.map((arg) => (/[^\w./=-]/.test(arg) ? JSON.stringify(arg) : arg)).join(' ')}`);
  const finished = await story.waiting('the command', stage.sallyport(...args));
  const shown = `${finished.stderr}${finished.stdout}`;
  story.output(shown.replaceAll(/sallyport_[\w-]{20,}/g, (token) => `${token.slice(0, 16)}…`));
  return finished;
}
