/** The sidecar's configuration: environment variables, read once, with an error that names the variable. */
import { isIP } from 'node:net';
import { type AuditLimits, readAuditLimits } from './audit/limits.ts';
import type { OperatorAddress } from './operator-client/client.ts';
import { type Passthrough, readPassthrough } from './downstream/http/passed-paths.ts';
import { type Environment, durationOf, flagOf, portOf, required } from './environment.ts';
import { type CommandConfig, readCommandConfig } from './command-config.ts';
import { type FurtherPort, readFurtherPorts } from './further-ports.ts';
import { type ProbeRoute, readRoutes } from './probes/routes.ts';

export interface SidecarConfig extends CommandConfig {
  /** `namespace/name` of the MCPServer, for logs, metrics and the audit line. */
  readonly server: string;
  /** Undefined: all addresses, of IPv6 too where the machine has it. */
  readonly host: string | undefined;
  readonly port: number;
  /** Where other gates of the server pass on what is for this one. */
  readonly hopPort: number;
  /** Holds `bundle.json`. */
  readonly bundleDirectory: string;
  /** One file for each client; undefined: no token is accepted. */
  readonly tokenDirectory: string | undefined;
  /** One file for each entry; undefined: nothing is revoked. */
  readonly revocationDirectory: string | undefined;
  /** `SECRET/KEY`: what the server is shown; undefined: nothing is mounted. */
  readonly credentialDirectory: string | undefined;
  /** `tls.crt` and `tls.key`, to be shown to clients; undefined: none is mounted. */
  readonly tlsDirectory: string | undefined;
  /** Writable; audit log and digest key. */
  readonly stateDirectory: string;
  /** Of the files of the audit log. */
  readonly audit: AuditLimits;
  /** Audit lines are written to standard output as well. */
  readonly auditToOutput: boolean;
  readonly drainMs: number;
  /** Beyond `drainMs`: an approval that is being used up, and the disk. */
  readonly endWithinMs: number;
  /** Undefined: nobody is told what is enforced, and nobody can approve. */
  readonly operator: OperatorAddress | undefined;
  /** Undefined: the audit log stays in its files. */
  readonly archive: ArchiveAddress | undefined;
  /** Of this pod, which its host name need not be; names the streams of its audit log. */
  readonly podName: string | undefined;
  /** Of this pod; to find out whether the server can be reached beside the gate. */
  readonly podIps: readonly string[];
  /** What passes beside MCP, by path. */
  readonly passthrough: Passthrough;
  /** More MCP ports of the pod; none as a rule. */
  readonly furtherPorts: readonly FurtherPort[];
  /** What kubelets ask here instead of the server, by path. */
  readonly probes: ReadonlyMap<string, ProbeRoute>;
  readonly logLevel: string;
}

export interface ArchiveAddress {
  readonly url: string;
  /** PEM; undefined: the roots that Node knows. */
  readonly caFile: string | undefined;
  /** PEM; undefined: the operator gives a certificate. */
  readonly certificate: { readonly certFile: string; readonly keyFile: string } | undefined;
}

/** Throws an Error that says which variable is wrong and what it should be. */
export function readConfig(env: Environment): SidecarConfig {
  const commands = readCommandConfig(env);
  return {
    ...commands,
    server: required(env, 'SALLYPORT_SERVER', 'namespace/name of the MCPServer'),
    bundleDirectory: required(env, 'SALLYPORT_BUNDLE_DIR', 'the directory that holds bundle.json'),
    stateDirectory: required(env, 'SALLYPORT_STATE_DIR', 'a writable directory for the audit log'),
    tokenDirectory: env['SALLYPORT_TOKENS_DIR'],
    revocationDirectory: env['SALLYPORT_REVOCATIONS_DIR'],
    credentialDirectory: env['SALLYPORT_CREDENTIALS_DIR'],
    tlsDirectory: env['SALLYPORT_TLS_DIR'],
    host: env['SALLYPORT_HOST'],
    port: portOf(env, 'SALLYPORT_PORT', 8484),
    hopPort: portOf(env, 'SALLYPORT_HOP_PORT', 8486),
    audit: readAuditLimits(env),
    auditToOutput: flagOf(env, 'SALLYPORT_AUDIT_STDOUT'),
    drainMs: durationOf(env, 'SALLYPORT_DRAIN', '20s'),
    endWithinMs: durationOf(env, 'SALLYPORT_END_WITHIN', '15s'),
    operator: operatorOf(env),
    archive: archiveOf(env),
    podName: env['SALLYPORT_POD_NAME'],
    podIps: addressesOf(env, 'SALLYPORT_POD_IP'),
    passthrough: readPassthrough('SALLYPORT_PASSTHROUGH', env['SALLYPORT_PASSTHROUGH'], commands.upstream),
    furtherPorts: readFurtherPorts('SALLYPORT_FURTHER_PORTS', env['SALLYPORT_FURTHER_PORTS']),
    probes: readRoutes('SALLYPORT_PROBES', env['SALLYPORT_PROBES']),
    logLevel: env['SALLYPORT_LOG_LEVEL'] ?? 'info',
  };
}

function operatorOf(env: Environment): OperatorAddress | undefined {
  const url = env['SALLYPORT_OPERATOR_URL'];
  const caFile = env['SALLYPORT_OPERATOR_CA'];
  if (url === undefined || url === '') return undefined;
  // The token is a password: it must not travel readable, nor to somebody who cannot prove to be the operator.
  if (!url.startsWith('https://') || URL.parse(url) === null) {
    throw new Error(`SALLYPORT_OPERATOR_URL is not an https URL: ${JSON.stringify(url)}`);
  }
  const tokenFile = required(
    env,
    'SALLYPORT_OPERATOR_TOKEN',
    'the file of the token that proves to the operator which pod this is',
  );
  return { url, tokenFile, caFile: caFile === '' ? undefined : caFile };
}

function archiveOf(env: Environment): ArchiveAddress | undefined {
  const url = env['SALLYPORT_ARCHIVE_URL'];
  if (url === undefined || url === '') return undefined;
  if (!url.startsWith('https://') || URL.parse(url) === null)
    throw new Error(`SALLYPORT_ARCHIVE_URL is not an https URL: ${JSON.stringify(url)}`);
  const [certFile, keyFile] = [env['SALLYPORT_ARCHIVE_CERT'], env['SALLYPORT_ARCHIVE_KEY']];
  if ((certFile === undefined) !== (keyFile === undefined))
    throw new Error('SALLYPORT_ARCHIVE_CERT and SALLYPORT_ARCHIVE_KEY are files of one pair: set both, or neither');
  if (certFile === undefined && operatorOf(env) === undefined)
    throw new Error('SALLYPORT_ARCHIVE_URL needs SALLYPORT_OPERATOR_URL, or SALLYPORT_ARCHIVE_CERT and _KEY');
  const certificate = certFile === undefined || keyFile === undefined ? undefined : { certFile, keyFile };
  return { url, caFile: env['SALLYPORT_ARCHIVE_CA'] ?? env['SALLYPORT_OPERATOR_CA'], certificate };
}

/** The downward API gives one address (status.podIP), or all with commas between them (status.podIPs). */
function addressesOf(env: Environment, name: string): string[] {
  const addresses = (env[name] ?? '').split(',').filter((address) => address !== '');
  const wrong = addresses.find((address) => isIP(address) === 0);
  if (wrong === undefined) return addresses;
  throw new Error(`${name} is not an IP address: ${JSON.stringify(wrong)}`);
}
