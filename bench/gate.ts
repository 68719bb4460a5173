/** A sidecar as a pod would start it: the built bundle, the image's flags, a policy, a token, its audit log on disk. */
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import { loadDocuments } from '../core/api/load.ts';
import { sha256 } from '../core/digest.ts';
import { compile } from '../core/policy/compile.ts';
import { bundle } from '../scripts/build.ts';

const ROOT = join(import.meta.dirname, '..');
/** One for each run; not in the system's temporary folder, which may be memory. */
const SCRATCHES = join(ROOT, '.cache', 'bench');
const SCRATCH = join(SCRATCHES, String(process.pid));

const READY_MS = 10_000;

/** A secret to nobody: the gate it opens lives as long as the benchmark. */
export const TOKEN = tokenOf(0);

/** Of the other clients, where one would have more sessions than a gate keeps for it. */
export function tokenOf(client: number): string {
  return `sp_${'bench'.repeat(8)}${client === 0 ? '' : client}`;
}

export interface GateFiles {
  /** The sidecar's bundle. */
  readonly script: string;
  readonly flags: readonly string[];
  readonly env: NodeJS.ProcessEnv;
  readonly compileCache: string;
}

/** Builds the sidecar of the working tree, whatever may lie in dist/. */
export async function buildGate(): Promise<GateFiles> {
  const outdir = join(SCRATCH, 'dist');
  removeAbandoned();
  mkdirSync(SCRATCH, { recursive: true });
  await bundle({ root: ROOT, outdir, only: ['sidecar', 'gate', 'telemetry'] });
  return { script: join(outdir, 'sidecar.mjs'), compileCache: join(outdir, 'compile-cache'), ...imageSettings() };
}

/** A folder of this run, on a disk. */
export function scratch(): string {
  mkdirSync(SCRATCH, { recursive: true });
  return SCRATCH;
}

/** Audit logs of a whole run are large. */
export function removeScratch(): void {
  rmSync(SCRATCH, { recursive: true, force: true });
}

/** What runs left behind that were killed. */
function removeAbandoned(): void {
  mkdirSync(SCRATCHES, { recursive: true });
  for (const pid of readdirSync(SCRATCHES)) {
    if (!existsSync(`/proc/${pid}`)) rmSync(join(SCRATCHES, pid), { recursive: true, force: true });
  }
}

/** Node's flags and the setting of malloc from the image, so that what is measured is what is shipped. */
function imageSettings(): Pick<GateFiles, 'flags' | 'env'> {
  const dockerfile = readFileSync(join(ROOT, 'Dockerfile.sidecar'), 'utf8');
  const entrypoint = /^ENTRYPOINT (\[.*\])$/m.exec(dockerfile)?.[1];
  const arenas = /\bMALLOC_ARENA_MAX=(\d+)/.exec(dockerfile)?.[1];
  if (entrypoint === undefined || arenas === undefined) throw new Error('Dockerfile.sidecar does not read as expected');
  const flags = (JSON.parse(entrypoint) as string[]).filter((word) => word.startsWith('--'));
  return { flags, env: { NODE_ENV: 'production', MALLOC_ARENA_MAX: arenas } };
}

export interface GateAddress {
  readonly port: number;
  readonly adminPort: number;
}

/** What a gate has beside what policy.yaml says. */
export interface Setting {
  /** How many clients have tokens; default: one. */
  readonly clients?: number;
  /** Files of packs. */
  readonly packs?: readonly string[];
  /** Fields of the MCPServer, as in YAML: who is let in, and what the server behind is shown. */
  readonly access?: object;
  readonly upstream?: object;
  /** Puts into a folder of the gate what a pod would have mounted there, and gives the variables that say where. */
  readonly mount?: (folder: string) => NodeJS.ProcessEnv;
}

/** The environment of one sidecar in front of `upstreamPort`, with files of its own. */
export function gateEnvironment(
  upstreamPort: number,
  { port, adminPort }: GateAddress,
  setting: Setting = {},
): NodeJS.ProcessEnv {
  const { clients = 1, mount = () => ({}) } = setting;
  const folder = mkdtempSync(join(SCRATCH, 'gate-'));
  const [bundleDirectory, tokenDirectory] = [join(folder, 'bundle'), join(folder, 'tokens')];
  mkdirSync(bundleDirectory);
  mkdirSync(tokenDirectory);
  writeFileSync(join(bundleDirectory, 'bundle.json'), policyText(setting));
  for (let client = 0; client < clients; client++) {
    const digest = sha256(tokenOf(client)).slice('sha256:'.length);
    writeFileSync(join(tokenDirectory, `office-agent-${client}`), `sha256: ${digest}\ngroups: [agents]\n`);
  }
  return {
    SALLYPORT_SERVER: 'default/office',
    SALLYPORT_UPSTREAM: `http://127.0.0.1:${upstreamPort}/mcp`,
    SALLYPORT_BUNDLE_DIR: bundleDirectory,
    SALLYPORT_TOKENS_DIR: tokenDirectory,
    SALLYPORT_STATE_DIR: join(folder, 'state'),
    SALLYPORT_HOST: '127.0.0.1',
    SALLYPORT_PORT: String(port),
    SALLYPORT_ADMIN_HOST: '127.0.0.1',
    SALLYPORT_ADMIN_PORT: String(adminPort),
    ...mount(folder),
  };
}

/** The bundle an operator would write from policy.yaml, and what this gate has beside it. */
function policyText({ packs = [], access, upstream }: Setting): string {
  const files = [join(import.meta.dirname, 'policy.yaml'), ...packs];
  const [server, ...others] = parseAllDocuments(files.map((file) => readFileSync(file, 'utf8')).join('\n---\n'));
  for (const [field, said] of Object.entries({ access, upstream })) {
    if (said !== undefined) server?.setIn(['spec', field], said);
  }
  return bundleText([server, ...others].map(String).join('\n---\n'));
}

function bundleText(text: string): string {
  const { documents, problems } = loadDocuments(text, 'bench/policy.yaml');
  if (problems.length > 0) throw new Error(`bench/policy.yaml: ${JSON.stringify(problems)}`);
  const server = documents.find((document) => document.kind === 'MCPServer')?.value;
  if (server === undefined) throw new Error('bench/policy.yaml names no MCPServer');
  return compile(
    server,
    documents.flatMap(({ kind, value }) => (kind === 'PolicyPack' ? [value] : [])),
  ).text;
}

/** Resolves when the gate is ready for calls. */
export async function untilReady(adminPort: number): Promise<void> {
  const deadline = performance.now() + READY_MS;
  while (!(await isReady(adminPort))) {
    if (performance.now() > deadline) throw new Error('the sidecar is not ready');
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
}

function isReady(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const request = http.get({ host: '127.0.0.1', port, path: '/readyz', agent: false }, (response) => {
      response.resume();
      resolve(response.statusCode === 200);
    });
    request.once('error', () => resolve(false));
  });
}
