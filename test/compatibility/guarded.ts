/** A gate as people run it, in front of a server with all features, for clients that need a token and have no way to go around. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { type CliProcess, Workspace, runCli } from '../support/cli.ts';
import { sha256Hex } from '../support/gate.ts';
import type { Target } from './clients/shape.ts';
import { httpProgram } from './servers/programs.ts';

const TOKEN = 'a-token-of-forty-characters-at-the-least-0001';
const PORTS = ['--port', '0', '--metrics-port', '0'];

export interface Guarded {
  readonly url: string;
  readonly token: string;
  readonly home: Workspace;
  close(): Promise<void>;
}

export async function startGuarded(): Promise<Guarded> {
  const server = await httpProgram(
    '/mcp',
    process.execPath,
    join(import.meta.dirname, 'servers', 'features-v1.ts'),
    'http',
  );
  const home = new Workspace();
  mkdirSync(home.path('policy'));
  home.write('policy/policy.yaml', policyText(server.target));
  const up: CliProcess = runCli(home, 'up', '-f', home.path('policy'), '--quiet', ...PORTS);
  const [url] = await up.said(/http:\/\/127\.0\.0\.1:\d+\/mcp/);
  return {
    url,
    token: TOKEN,
    home,
    async close() {
      await up.close();
      await server.close();
      home.close();
    },
  };
}

function policyText(target: Target): string {
  return `apiVersion: sallyport.dev/v1alpha1
kind: PolicyPack
metadata: {name: rules}
spec:
  tools:
    - {names: ["*"], effect: Allow}
    - {name: paths, names: [was_cancelled], effect: Allow, arguments: {key: {type: path, roots: [/data]}}}
    - {name: never, names: [forbidden], effect: Deny, reason: nobody needs it}
    - {name: ask, names: [held], effect: RequireApproval, approval: {hold: 0s}}
---
apiVersion: sallyport.dev/v1alpha1
kind: MCPServer
metadata: {name: guarded}
spec:
  remote: {url: ${JSON.stringify(target)}}
  access: {tokens: {secretName: clients}}
---
apiVersion: v1
kind: Secret
metadata: {name: clients}
stringData: {agent: "sha256: ${sha256Hex(TOKEN)}"}
`;
}
