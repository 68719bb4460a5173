/** What the policy says about reading: a shorter list of tools, a call that passes, and one that the server alone would have served. */
import { join } from 'node:path';
import { connectDirectly, textOf } from './clients.ts';
import type { Scene } from './scene.ts';
import { packageFile } from './stage.ts';

export async function filteredList({ stage, story, assistant }: Scene): Promise<void> {
  const direct = await connectDirectly([packageFile('server-filesystem'), stage.team]);
  const all = namesOf(await direct.listTools());
  await direct.close();
  const shown = namesOf(await assistant.listTools());
  const hidden = all.filter((name) => !shown.includes(name));
  story.output(`without the gate, ${all.length} tools: ${all.join(', ')}`);
  story.output(`through it, ${shown.length} tools: ${shown.join(', ')}`);
  story.observe(
    shown.length === 6 && shown.includes('write_file') && hidden.includes('move_file'),
    `${hidden.length} tools that no rule allows are not even listed`,
    shown,
  );
}

export async function allowedRead({ stage, story, assistant }: Scene): Promise<void> {
  const path = join(stage.team, 'notes', 'todo.txt');
  const result = await assistant.callTool({ name: 'read_text_file', arguments: { path } });
  story.output(`read_text_file ${path}`);
  story.model(textOf(result).trim().replaceAll('\n', ' / '));
  const isServed = result.isError !== true && textOf(result).startsWith('water the plants');
  story.observe(isServed, 'the call is allowed and answered by the server', result);
}

export async function refusedRead({ stage, story, files, assistant }: Scene): Promise<void> {
  const path = join(stage.team, 'private', 'salaries.txt');
  const direct = await connectDirectly([packageFile('server-filesystem'), stage.team]);
  const unguarded = textOf(await direct.callTool({ name: 'read_text_file', arguments: { path } }));
  await direct.close();
  story.output(`read_text_file ${path}`);
  story.output(`without the gate the server answers: ${unguarded.trim().replaceAll('\n', ' / ')}`);

  const mark = files.child.printed;
  const result = await assistant.callTool({ name: 'read_text_file', arguments: { path } });
  story.model(textOf(result));
  const [line] = await files.child.seen(/^Deny .*/, mark);
  story.output(`the gate says: ${line}`);
  const says = 'Refused by policy: tool "read_text_file", argument "path": The path ';
  story.observe(
    result.isError === true &&
      textOf(result).startsWith(says) &&
      /outside the allowed/.test(textOf(result)) &&
      unguarded.includes('Ada'),
    'refused by the gate, with what to do instead; the server never saw the call',
    result,
  );
}

function namesOf({ tools }: { tools: readonly { name: string }[] }): string[] {
  return tools.map(({ name }) => name);
}
