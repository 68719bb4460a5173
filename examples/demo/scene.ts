/** First step: tokens are made, servers and gates started, clients connected. All other steps play in what comes out of it. */
import type { Client as Client2 } from '@modelcontextprotocol/client';
import type { Client as Client1 } from '@modelcontextprotocol/sdk/client/index.js';
import { connectClient1, connectClient2, type Credential } from './clients.ts';
import { type Gate, packageFile, type Stage } from './stage.ts';
import type { Story } from './story.ts';

export interface Scene {
  readonly stage: Stage;
  readonly story: Story;
  /** The gate of server-filesystem, and an agent of the group `agents` before it. */
  readonly files: Gate;
  readonly assistant: Client1;
  readonly assistantCredential: Credential;
  /** The gate of server-everything; an agent of the group `agents` and a person of the group `operators`. */
  readonly everything: Gate;
  readonly agent: Client2;
  readonly operator: Client2;
}

export async function openScene(stage: Stage, story: Story): Promise<Scene> {
  const [files, everything, assistantToken, tokens, url] = await story.waiting(
    'starting servers and gates',
    start(stage),
  );
  const assistantCredential: Credential = { token: assistantToken };
  const [assistant, agent, operator] = await Promise.all([
    connectClient1(files.url, assistantCredential),
    connectClient2(everything.url, { token: tokens.agent }),
    connectClient2(everything.url, { token: tokens.operator }),
  ]);
  story.command(`sallyport up -f ${files.folder} -- node server-filesystem/dist/index.js ${stage.team}`);
  story.output(files.child.linesSince(0).slice(0, 6).join('\n'));
  story.command(`sallyport up -f ${everything.folder} --upstream ${url}`);
  story.output(everything.child.linesSince(0).slice(0, 6).join('\n'));
  const servers = [assistant, agent].map((client) => client.getServerVersion()?.name);
  story.observe(
    servers.join() === 'secure-filesystem-server,mcp-servers/everything',
    'clients of SDK 1.x and 2.x are connected to them through the gates',
    servers,
  );
  return { stage, story, files, assistant, assistantCredential, everything, agent, operator };
}

type Tokens = { agent: string; operator: string };

async function start(stage: Stage): Promise<[Gate, Gate, string, Tokens, string]> {
  const [filesFolder, everythingFolder] = [stage.copyPolicy('files'), stage.copyPolicy('everything')];
  const openFiles = async (): Promise<[Gate, string]> => {
    const token = await createToken(stage, filesFolder, 'assistant', 'agents');
    const server = ['--', process.execPath, packageFile('server-filesystem'), stage.team];
    return [await stage.openGate(filesFolder, server), token];
  };
  const openEverything = async (): Promise<[Gate, Tokens, string]> => {
    const upstream = stage.startEverything();
    // Awaited below; a failure of the tokens must not leave it unheard.
    upstream.catch(() => {});
    const agent = await createToken(stage, everythingFolder, 'assistant', 'agents');
    const operator = await createToken(stage, everythingFolder, 'ops', 'operators');
    const url = await upstream;
    return [await stage.openGate(everythingFolder, ['--upstream', url]), { agent, operator }, url];
  };
  const [[files, token], [everything, tokens, url]] = await Promise.all([openFiles(), openEverything()]);
  return [files, everything, token, tokens, url];
}

async function createToken(stage: Stage, folder: string, name: string, groups: string): Promise<string> {
  const { code, stdout, stderr } = await stage.sallyport('token', 'create', name, '--groups', groups, '-f', folder);
  if (code !== 0) throw new Error(`sallyport token create failed: ${stderr}`);
  return stdout.trim();
}
