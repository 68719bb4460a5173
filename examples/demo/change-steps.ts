/** What changes while everything runs: who may call, and what they may do. */
import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { sallyport } from './approval-steps.ts';
import { errorOf, textOf } from './clients.ts';
import type { Scene } from './scene.ts';

export async function rotatedToken(scene: Scene): Promise<void> {
  const { story, files, assistant, assistantCredential } = scene;
  for (const [who, headers] of [
    ['without a token', {}],
    ['with a wrong token', { authorization: 'Bearer sallyport_wrong' }],
  ] as const) {
    const response = await fetch(files.url, { method: 'POST', headers: { ...JSON_BODY, ...headers }, body: PING });
    const challenge = response.headers.get('www-authenticate') ?? 'none';
    story.output(`${who}: HTTP ${response.status}, WWW-Authenticate: ${challenge}`);
    await response.body?.cancel();
    const isChallenged = response.status === 401 && challenge.startsWith('Bearer ');
    story.observe(isChallenged, `a call ${who} is refused`, challenge);
  }
  const mark = files.child.printed;
  const created = await sallyport(scene, 'token', 'create', 'assistant', '--replace', '-f', files.folder);
  story.observe(created.code === 0, 'the token is replaced while the gate runs', created);
  await files.child.seen(/^clients /, mark);
  const refusal = await errorOf(assistant.ping());
  story.output(`ping with the old token: ${refusal}`);
  story.observe(/401|not known/.test(refusal), 'the old token is refused on the very next request', refusal);
  assistantCredential.token = created.stdout.trim();
  const { tools } = await assistant.listTools();
  story.observe(tools.length === 6, 'the new one is accepted on the one after, in the same session', tools.length);
}

const JSON_BODY = { accept: 'application/json, text/event-stream', 'content-type': 'application/json' };
const PING = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'ping' });

const NEW_RULE = `
    - name: no-search
      names: [search_files]
      effect: Deny
      reason: the notes are being moved
`;

export async function editedPolicy(scene: Scene): Promise<void> {
  const { stage, story, files } = scene;
  const file = join(stage.folder, files.folder, 'policy.yaml');
  const before = await search(scene);
  story.observe(before.startsWith(stage.team), 'search_files is allowed', before);

  const mark = files.child.printed;
  appendFileSync(file, NEW_RULE);
  story.output(`appended to policy.yaml:${NEW_RULE.trimEnd()}`);
  const [taken] = await files.child.seen(/^policy .*in force.*/, mark);
  story.output(`the gate says: ${taken}`);
  const refusal = await search(scene);
  story.model(refusal);
  const isRefused =
    refusal.includes('default/notes#no-search forbids') && refusal.includes('the notes are being moved');
  story.observe(isRefused, 'the next call is decided by the new rule', refusal);

  const broken = readFileSync(file, 'utf8').replace('effect: Deny', 'effect: Denny');
  const line = broken.slice(0, broken.indexOf('Denny')).split('\n').length;
  const brokenMark = files.child.printed;
  writeFileSync(file, broken);
  story.output('then the same rule with `effect: Denny`');
  const [problem] = await files.child.seen(/^policy .*Denny.*/, brokenMark);
  const [kept] = await files.child.seen(/^policy .*last good.*/, brokenMark);
  story.output(`the gate says: ${problem}\nthe gate says: ${kept}`);
  story.observe(problem.includes(`policy.yaml:${line}:`), `the broken line, ${line}, is named`, problem);
  const still = await search(scene);
  story.observe(still === refusal, 'the last good policy stays: the call is answered as before', still);
}

async function search({ stage, assistant }: Scene): Promise<string> {
  const path = join(stage.team, 'notes');
  return textOf(await assistant.callTool({ name: 'search_files', arguments: { path, pattern: '*.txt' } }));
}
