/** `sallyport connect`: prints what an MCP client needs to find the gate. */
import { resolve } from 'node:path';
import { type Command, Option } from 'commander';
import { type ClientName, clientNames, type HttpTarget, renderClient, type StdioTarget } from './client-configs.ts';
import { usageError } from './errors.ts';
import { addExample } from './help.ts';

interface ConnectOptions {
  client?: ClientName;
  url: string;
  name: string;
  token?: string;
  tokenEnv: string;
  stdio?: boolean;
  folder: string;
}

export function registerConnect(program: Command): void {
  const command = program
    .command('connect')
    .description('Print the configuration with which an MCP client comes to the gate')
    .argument('[command...]', 'after `--`, with --stdio: the server to start')
    .addOption(new Option('--client <client>', 'only for this client (default: all)').choices(clientNames))
    .option('--url <url>', 'where the gate listens', 'http://127.0.0.1:8484/mcp')
    .option('--name <name>', 'what the client calls the server', 'sallyport')
    .addOption(new Option('--token <token>', 'write this token into the configuration').conflicts('tokenEnv'))
    .option('--token-env <variable>', 'environment variable that holds the token', 'SALLYPORT_TOKEN')
    .option('--stdio', 'let the client start gate and server itself, with `sallyport wrap`')
    .option('-f, --folder <folder>', 'policy folder, with --stdio', 'sallyport')
    .action((server: string[], options: ConnectOptions) => {
      const target = options.stdio === true ? stdioTarget(server, options) : httpTarget(server, options);
      const clients = options.client === undefined ? clientNames : [options.client];
      process.stdout.write(clients.map((client) => renderClient(client, target)).join('\n'));
    });
  addExample(command, 'sallyport connect --client claude-code');
}

function httpTarget(server: readonly string[], { name, url, token, tokenEnv }: ConnectOptions): HttpTarget {
  if (server.length > 0)
    throw usageError('a server command goes with --stdio only', 'add --stdio, or leave the command out');
  const protocol = URL.parse(url)?.protocol;
  if (protocol !== 'http:' && protocol !== 'https:') {
    throw usageError(`--url ${url} is not an http or https URL`, 'write for example http://127.0.0.1:8484/mcp');
  }
  if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(tokenEnv)) {
    throw usageError(`--token-env ${tokenEnv} is not the name of a variable`, 'write for example SALLYPORT_TOKEN');
  }
  return { kind: 'http', name: checked(name), url, token, tokenEnv };
}

function stdioTarget(server: readonly string[], { name, folder }: ConnectOptions): StdioTarget {
  if (server.length === 0) {
    throw usageError(
      '--stdio needs the command that starts the server',
      'add it after `--`: sallyport connect --stdio -- npx -y my-server',
    );
  }
  // Absolute, because a client starts it in a folder of its own.
  return { kind: 'stdio', name: checked(name), command: ['sallyport', 'wrap', '-f', resolve(folder), '--', ...server] };
}

function checked(name: string): string {
  if (/^[A-Za-z0-9][A-Za-z0-9_-]{0,62}$/.test(name)) return name;
  throw usageError(
    `--name ${name} is not a name that every client takes`,
    'use letters, digits, "_" and "-", at most 63',
  );
}
