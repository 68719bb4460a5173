/** `sallyport up`: a gate on this machine for clients that speak Streamable HTTP. */
import type { Command } from 'commander';
import { HttpServer } from '../sidecar/downstream/http/server.ts';
import { endCalls } from '../sidecar/lifecycle/end-calls.ts';
import { AdminServer } from '../sidecar/telemetry/admin-server.ts';
import { StdioSessions } from '../sidecar/upstream/stdio/sessions.ts';
import { standLocalFence } from './local-fence.ts';
import { UserError } from './errors.ts';
import { addExample } from './help.ts';
import { type LocalGate, openLocalGate } from './local-gate.ts';
import { recordOptions, type SaidRecord, withRecord } from './local-traffic.ts';
import { Narrator } from './narrator.ts';
import { hasTerminal, onceAskedToStop } from './stop-signals.ts';
import { TerminalApprover } from './terminal-approver.ts';

interface UpOptions extends SaidRecord {
  readonly folder: string;
  readonly server?: string;
  readonly upstream?: string;
  readonly host: string;
  readonly port: string;
  readonly metricsPort: string;
  readonly audit?: string;
  readonly quiet?: boolean;
}

/** How long calls in flight may take after Ctrl-C. */
const DRAIN_MS = 5_000;

export function registerUp(program: Command): void {
  const command = withRecord(
    program
      .command('up')
      .description('Put a gate in front of an MCP server: a URL, or a command that is started for each session')
      .argument('[command...]', 'after `--`: the stdio server to start')
      .option('-f, --folder <path>', 'policy folder or file', 'sallyport')
      .option('--server <name>', 'which MCPServer of the folder, where it has several')
      .option('--upstream <url>', 'the MCP server to front; goes before what the folder says')
      .option('--host <address>', 'address to listen on', '127.0.0.1')
      .option('--port <number>', 'port for MCP clients; 0 takes a free one', '8484')
      .option('--metrics-port <number>', 'port for /metrics, /healthz and /readyz; 0 takes a free one', '8485')
      .option('--audit <file>', 'where to write the audit log (default: a file in the state directory)'),
  )
    .option('-q, --quiet', 'say nothing of single calls')
    .action(async (words: string[], options: UpOptions) => up(words, options));
  addExample(command, 'sallyport up -f ./sallyport -- npx -y @modelcontextprotocol/server-filesystem /data');
}

async function up(command: string[], options: UpOptions): Promise<void> {
  // From here on: who sees that it is up, or that it hangs, may ask for the end at once.
  const signals = onceAskedToStop();
  const staysWithoutTerminal = !hasTerminal();
  const narrator = new Narrator(process.stdout, options.quiet === true);
  const local = await openLocalGate(
    {
      command,
      folder: options.folder,
      serverName: options.server,
      upstream: options.upstream,
      auditFile: options.audit,
      record: recordOptions(options),
    },
    narrator,
    ({ command: stdio }, { sessions, metrics, credentials }) =>
      new StdioSessions({
        command: stdio,
        onLog: (line) => narrator.onServerLog(credentials.mask(line)),
        onStray: () => metrics.strayMessage(),
        onSessionGone: (sessionId) => sessions.closeAll(sessionId),
      }),
  );
  const server = new HttpServer(local.gate);
  const admin = new AdminServer(local.gate);
  try {
    const port = await listen(server, options.host, options.port, '--port');
    const metricsPort = await listen(admin, options.host, options.metricsPort, '--metrics-port');
    narrator.started(local, options.host, port, metricsPort);
  } catch (error) {
    // The one that does listen would keep the process.
    await server.close(0);
    await admin.close();
    await local.close();
    throw error;
  }
  standLocalFence(local, narrator, async () => {
    await server.close(0);
    await admin.close();
  });
  signals.onHangup = async () => {
    const wasMoved = await local.reopenAudit();
    if (staysWithoutTerminal) narrator.onHangup(wasMoved);
    return wasMoved || staysWithoutTerminal;
  };
  const approver = TerminalApprover.start(local.approvals, process.stdin, narrator);
  const signal = await signals.asked;
  narrator.stopping();
  approver?.close();
  await stop(local, server, admin, signal);
  process.exit(0);
}

/** New calls are refused, held ones told to come back, the rest gets its time; then children and log are closed. */
async function stop(local: LocalGate, server: HttpServer, admin: AdminServer, reason: string): Promise<void> {
  await endCalls(local.gate, (refuseNew) => server.close(DRAIN_MS, refuseNew));
  await admin.close();
  await local.close(reason);
}

async function listen(server: HttpServer | AdminServer, host: string, port: string, option: string): Promise<number> {
  const number = Number(port);
  if (!Number.isInteger(number) || number < 0 || number > 65_535) {
    throw new UserError(`${option} ${port} is not a port`, 'give a number from 0 to 65535', 2);
  }
  try {
    return await server.listen(host, number);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EADDRINUSE') {
      throw new UserError(
        `port ${port} on ${host} is taken`,
        `stop what listens there, or choose another: ${option} 0 takes a free one`,
      );
    }
    if (code === 'EACCES')
      throw new UserError(`port ${port} may not be used by this user`, `choose one above 1023: ${option} 8484`);
    throw new UserError(`cannot listen on ${host}:${port} (${code})`, 'check --host');
  }
}
