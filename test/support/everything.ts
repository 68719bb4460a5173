/** The official server-everything over Streamable HTTP or HTTP+SSE, on a free port of the loopback interface. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { packageBin } from './package-bin.ts';

/** The server itself would listen on all interfaces and print the port it was told, not the one it got. */
const LOOPBACK_ONLY = `
import net from 'node:net';
const { listen } = net.Server.prototype;
net.Server.prototype.listen = function (port, done) {
  return listen.call(this, Number(port), '127.0.0.1', () => {
    process.stderr.write('PORT ' + this.address().port + '\\n');
    done();
  });
};`;

export interface EverythingServer {
  readonly url: string;
  readonly process: ChildProcess;
  close(): Promise<void>;
}

export async function startEverything(
  transport: 'streamableHttp' | 'sse' = 'streamableHttp',
): Promise<EverythingServer> {
  const preload = `data:text/javascript,${encodeURIComponent(LOOPBACK_ONLY)}`;
  const args = ['--import', preload, packageBin('@modelcontextprotocol/server-everything'), transport];
  const child = spawn(process.execPath, args, {
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { ...process.env, PORT: '0' },
  });
  const port = await new Promise<string>((resolve, reject) => {
    createInterface({ input: child.stderr }).on('line', (line) => {
      if (line.startsWith('PORT ')) resolve(line.slice('PORT '.length));
    });
    child.once('error', reject);
    child.once('exit', (code) => reject(new Error(`server-everything exited with code ${code}`)));
  });
  return {
    url: `http://127.0.0.1:${port}/${transport === 'sse' ? 'sse' : 'mcp'}`,
    process: child,
    async close() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      child.kill('SIGKILL');
      await once(child, 'exit');
    },
  };
}
