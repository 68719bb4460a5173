/** `sallyport token`: makes, lists and revokes the bearer tokens of clients. Only digests are ever stored. */
import { hash, randomBytes } from 'node:crypto';
import type { Command } from 'commander';
import { type ClientToken, readTokenEntries } from '../core/api/client-tokens.ts';
import { stringDataLines, tokenEntry } from './edit-secret.ts';
import { usageError, UserError } from './errors.ts';
import { addExample } from './help.ts';
import { table, visible } from '../core/shown/terminal-text.ts';
import { TokenFolder } from './token-folder.ts';

interface CreateOptions {
  groups?: string;
  folder?: string;
  server?: string;
  replace?: boolean;
  add?: boolean;
}

interface FolderOptions {
  folder: string;
  server?: string;
}

const FOLDER = ['-f, --folder <folder>', 'policy folder, or one YAML file'] as const;
const SERVER = ['--server <name>', 'which MCPServer, where the folder has several'] as const;

export function registerToken(program: Command): void {
  const token = program.command('token').description('Make, list and revoke the bearer tokens of clients');
  addExample(token, 'sallyport token create billing-agent -f ./sallyport');
  const create = token
    .command('create')
    .description('Make a token, print it once and store its SHA-256')
    .argument('<name>', 'name of the client: what policies and audit records call it')
    .option('--groups <names>', 'groups of the client, separated by commas')
    .option(...FOLDER)
    .option(...SERVER)
    .option('--replace', 'put the new token in place of the old ones, which stop working at once')
    .option('--add', 'let the old tokens work beside the new one, for a rotation without a gap')
    .action((name: string, options: CreateOptions) => createToken(name, options));
  addExample(create, 'TOKEN=$(sallyport token create billing-agent --groups agents -f ./sallyport)');
  const list = token
    .command('list')
    .description('List the clients of a policy folder')
    .option(...FOLDER, 'sallyport')
    .option(...SERVER)
    .action(({ folder, server }: FolderOptions) => {
      process.stdout.write(renderClients(new TokenFolder(folder, server).clients));
    });
  addExample(list, 'sallyport token list -f ./sallyport');
  const revoke = token
    .command('revoke')
    .description('Remove a client with all its tokens')
    .argument('<name>', 'name of the client')
    .option(...FOLDER, 'sallyport')
    .option(...SERVER)
    .action((name: string, { folder, server }: FolderOptions) => revokeToken(name, new TokenFolder(folder, server)));
  addExample(revoke, 'sallyport token revoke billing-agent -f ./sallyport');
}

function createToken(name: string, options: CreateOptions): void {
  if (options.replace === true && options.add === true) throw usageError('--replace and --add exclude each other');
  const { token, client } = newToken(name, options.groups);
  if (options.folder === undefined) {
    if (options.replace === true || options.add === true)
      throw usageError('--replace and --add need a folder', 'add -f FOLDER');
    process.stderr.write(renderEntry(client));
  } else {
    const folder = new TokenFolder(options.folder, options.server);
    const merged = merge(folder.find(name), client, options);
    checkEntry(merged);
    folder.set(merged);
    process.stderr.write(renderCreated(merged, folder.file));
  }
  process.stdout.write(`${token}\n`);
}

function newToken(name: string, groupList: string | undefined): { token: string; client: ClientToken } {
  // The prefix lets secret scanners find one that leaked.
  const token = `sallyport_${randomBytes(32).toString('base64url')}`;
  const groups = (groupList ?? '')
    .split(',')
    .map((group) => group.trim())
    .filter((group) => group !== '');
  const client = { name, groups: [...new Set(groups)], digests: [hash('sha256', token, 'hex')] };
  checkEntry(client);
  return { token, client };
}

/** Refuses what a gate would not read: names, groups, and more tokens than one client may have. */
function checkEntry(client: ClientToken): void {
  const [problem] = readTokenEntries({ [client.name]: tokenEntry(client) }).problems;
  if (problem !== undefined) throw usageError(`client ${visible(client.name)}: ${problem.message}`, problem.mend);
}

/** What is stored when a client of that name may exist already. Groups that are not given stay as they were. */
export function merge(old: ClientToken | undefined, client: ClientToken, options: CreateOptions): ClientToken {
  if (old === undefined) return client;
  if (options.replace !== true && options.add !== true) {
    throw new UserError(
      `client ${client.name} has a token already`,
      '--replace puts the new one in its place and stops the old one at once, --add lets both work, for a rotation without a gap',
    );
  }
  const groups = options.groups === undefined ? old.groups : client.groups;
  const digests = options.add === true ? [...old.digests, ...client.digests] : client.digests;
  return { name: client.name, groups, digests };
}

function revokeToken(name: string, folder: TokenFolder): void {
  if (folder.find(name) === undefined) {
    const names = folder.clients.map((client) => client.name).join(', ');
    throw new UserError(`no client is named ${visible(name)}`, `there are: ${names === '' ? 'none' : names}`);
  }
  folder.remove(name);
  process.stderr.write(`Client ${name} is gone from ${folder.file}: its next call is refused.\n`);
}

export function renderClients(clients: readonly ClientToken[]): string {
  if (clients.length === 0) return 'No clients.\n';
  const rows = clients.map(({ name, groups, digests }) => [
    name,
    groups.length === 0 ? '-' : visible(groups.join(',')),
    String(digests.length),
  ]);
  return table(['NAME', 'GROUPS', 'TOKENS'], rows);
}

function renderCreated({ name, groups, digests }: ClientToken, file: string): string {
  const of = groups.length === 0 ? '' : ` (${groups.join(', ')})`;
  const tokens = digests.length === 1 ? 'one token' : `${digests.length} tokens, all of which work`;
  return `Client ${name}${of} has ${tokens}; ${file} holds only the SHA-256. The new token, shown this once:\n`;
}

export function renderEntry(client: ClientToken): string {
  const lines = stringDataLines(client.name, tokenEntry(client));
  return `Add this to the Secret that your MCPServer names in spec.access.tokens.secretName:\n\nstringData:\n${lines}\nThe token, shown this once:\n`;
}
