/** The configuration of each MCP client, in the form and with the placeholders that it understands. */
export const clientNames = ['claude-code', 'claude-desktop', 'cursor', 'vscode'] as const;
export type ClientName = (typeof clientNames)[number];

export interface HttpTarget {
  kind: 'http';
  name: string;
  url: string;
  /** Only when the user gave one; otherwise a placeholder stands in its place. */
  token: string | undefined;
  tokenEnv: string;
}

export interface StdioTarget {
  kind: 'stdio';
  name: string;
  command: readonly string[];
}

export type Target = HttpTarget | StdioTarget;

interface ClientConfig {
  title: string;
  file: string;
  config: object;
  /** A command that does the same. */
  command?: string;
  note?: string;
}

const builders: Record<ClientName, (target: Target) => ClientConfig> = {
  'claude-code': claudeCode,
  'claude-desktop': claudeDesktop,
  cursor,
  vscode,
};

export function renderClient(client: ClientName, target: Target): string {
  const { title, file, config, command, note } = builders[client](target);
  const lines = [
    `# ${title}: ${file}`,
    ...(note === undefined ? [] : [`# ${note}`]),
    JSON.stringify(config, null, 2),
    ...(command === undefined ? [] : ['# or, instead of editing the file:', command]),
  ];
  return `${lines.join('\n')}\n`;
}

function claudeCode(target: Target): ClientConfig {
  const about = { title: 'Claude Code', file: '.mcp.json in the project folder' };
  if (target.kind === 'stdio') {
    return {
      ...about,
      config: { mcpServers: { [target.name]: { type: 'stdio', ...program(target) } } },
      command: `claude mcp add --scope project ${target.name} -- ${target.command.map(shellWord).join(' ')}`,
    };
  }
  // Expanded by Claude Code when it starts, in .mcp.json: hence the scope, and quotes that the shell leaves alone.
  const authorization = bearer(target, `\${${target.tokenEnv}}`);
  return {
    ...about,
    config: {
      mcpServers: { [target.name]: { type: 'http', url: target.url, headers: { Authorization: authorization } } },
    },
    command: `claude mcp add --scope project --transport http ${target.name} ${shellWord(target.url)} --header ${shellWord(`Authorization: ${authorization}`)}`,
    ...envNote(target, 'Claude Code'),
  };
}

function claudeDesktop(target: Target): ClientConfig {
  const about = { title: 'Claude Desktop', file: 'claude_desktop_config.json (Settings, Developer, Edit Config)' };
  if (target.kind === 'stdio') return { ...about, config: { mcpServers: { [target.name]: program(target) } } };
  // Its file knows only servers that it starts, and no variables; mcp-remote puts the variable into the header. No space
  // after the colon: on Windows the argument would be split there.
  const args = [
    '-y',
    'mcp-remote',
    target.url,
    '--transport',
    'http-only',
    '--header',
    'Authorization:${AUTHORIZATION}',
  ];
  const env = { AUTHORIZATION: bearer(target, 'PASTE-THE-TOKEN-HERE') };
  return {
    ...about,
    config: { mcpServers: { [target.name]: { command: 'npx', args, env } } },
    note: 'It starts its servers itself, hence the bridge mcp-remote; `--stdio` does without one.',
  };
}

function cursor(target: Target): ClientConfig {
  const about = { title: 'Cursor', file: '.cursor/mcp.json in the project, or ~/.cursor/mcp.json' };
  if (target.kind === 'stdio') return { ...about, config: { mcpServers: { [target.name]: program(target) } } };
  const headers = { Authorization: bearer(target, `\${env:${target.tokenEnv}}`) };
  return {
    ...about,
    config: { mcpServers: { [target.name]: { url: target.url, headers } } },
    ...envNote(target, 'Cursor'),
  };
}

function vscode(target: Target): ClientConfig {
  const about = { title: 'VS Code', file: '.vscode/mcp.json in the workspace' };
  if (target.kind === 'stdio') {
    return { ...about, config: { servers: { [target.name]: { type: 'stdio', ...program(target) } } } };
  }
  const id = `${target.name}-token`;
  const input = { type: 'promptString', id, description: `Token for ${target.name}`, password: true };
  const headers = { Authorization: bearer(target, `\${input:${id}}`) };
  return {
    ...about,
    config: {
      ...(target.token === undefined ? { inputs: [input] } : {}),
      servers: { [target.name]: { type: 'http', url: target.url, headers } },
    },
    ...(target.token === undefined ? { note: 'It asks for the token once and keeps it in its secret store.' } : {}),
  };
}

function bearer({ token }: HttpTarget, placeholder: string): string {
  return `Bearer ${token ?? placeholder}`;
}

function envNote({ token, tokenEnv }: HttpTarget, client: string): { note?: string } {
  return token === undefined ? { note: `Start ${client} with the token in the variable ${tokenEnv}.` } : {};
}

function program({ command: [command, ...args] }: StdioTarget): { command: string | undefined; args: string[] } {
  return { command, args };
}

/** A word for a POSIX shell. */
function shellWord(text: string): string {
  return /^[A-Za-z0-9_./:@%+=,-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}
