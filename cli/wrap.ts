/** `sallyport wrap`: a gate between a client that starts its servers itself and such a server; stdio on both sides. */
import type { Command } from 'commander';
import { FAILED_EXIT_CODE } from '../core/last-fence.ts';
import { refuse } from '../core/mcp/refusals.ts';
import type { Principal } from '../core/policy/principal.ts';
import { StdioServer } from '../sidecar/downstream/stdio/server.ts';
import { endCalls } from '../sidecar/lifecycle/end-calls.ts';
import { StdioSingle } from '../sidecar/upstream/stdio/single.ts';
import { approver } from './approvals-api.ts';
import { UserError } from './errors.ts';
import { addExample } from './help.ts';
import { standLocalFence } from './local-fence.ts';
import { openLocalGate } from './local-gate.ts';
import { recordOptions, type SaidRecord, withRecord } from './local-traffic.ts';
import { Narrator } from './narrator.ts';
import { onceAskedToStop } from './stop-signals.ts';

interface WrapOptions extends SaidRecord {
  readonly folder: string;
  readonly server?: string;
  readonly audit?: string;
  readonly quiet?: boolean;
}

export function registerWrap(program: Command): void {
  const command = withRecord(
    program
      .command('wrap')
      .description('Put a gate in front of a stdio server inside a client that starts servers itself')
      .argument('[command...]', 'after `--`: the stdio server to start')
      .option('-f, --folder <path>', 'policy folder or file', 'sallyport')
      .option('--server <name>', 'which MCPServer of the folder, where it has several')
      .option('--audit <file>', 'where to write the audit log (default: a file in the state directory)'),
  )
    .option('-q, --quiet', 'say nothing of single calls on standard error')
    .action(async (words: string[], options: WrapOptions) => wrap(words, options));
  addExample(command, 'sallyport wrap -f ./sallyport -- npx -y @modelcontextprotocol/server-filesystem /data');
}

async function wrap(command: string[], options: WrapOptions): Promise<void> {
  // Standard output belongs to the protocol: everything for people goes to standard error.
  const narrator = new Narrator(process.stderr, options.quiet === true);
  // From the start: a signal while it opens must not leave a child behind.
  const signals = onceAskedToStop();
  const gone = Promise.withResolvers<void>();
  const local = await openLocalGate(
    {
      command,
      folder: options.folder,
      serverName: options.server,
      upstream: undefined,
      auditFile: options.audit,
      record: recordOptions(options),
    },
    narrator,
    ({ command: stdio }, { metrics, credentials }) =>
      new StdioSingle({
        command: stdio,
        onLog: (line) => narrator.onServerLog(credentials.mask(line)),
        onStray: () => metrics.strayMessage(),
        onGone(why) {
          narrator.onServerLog(credentials.mask(`the server is gone: ${why}`));
          gone.resolve();
        },
      }),
  );
  if (local.folder.loaded?.server.spec.remote !== undefined && command.length === 0) {
    await local.close();
    throw new UserError(
      'wrap starts a stdio server, but the folder names a URL',
      'use `sallyport up`, or give a command after `--`',
    );
  }
  standLocalFence(local, narrator, async () => {});
  // Else the client, or its terminal, is gone.
  signals.onHangup = () => local.reopenAudit();
  const client: Principal = { kind: 'local', name: approver(), groups: [] };
  const server = new StdioServer(local.gate, client, process.stdout);
  // A client whose server is gone would wait for ever; it sees us gone instead and starts us again.
  const [exitCode, reason] = await Promise.race([
    server.serve(process.stdin).then(() => [0, 'the client is gone'] as const),
    gone.promise.then(() => [1, 'the server is gone'] as const),
    signals.asked.then((signal) => [0, signal] as const),
  ]);
  await endCalls(local.gate, async (refuseNew) => {
    refuseNew();
    local.gate.inFlight.interruptAll(
      refuse('draining', 'the gate ends. The server may have executed the call: look before calling again'),
    );
  });
  await local.close(reason);
  // Its child is ended by the last fence as well, which is what ends this wait then.
  process.exit(local.gate.failed === undefined ? exitCode : FAILED_EXIT_CODE);
}
