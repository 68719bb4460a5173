/**
 * The plugin of kubectl as krew installs it: `node scripts/supply-chain/krew.ts` after a build. Writes into dist/ the archive, which is the
 * command and its licences, and the manifest for an index (https://krew.sigs.k8s.io/docs/developer-guide/plugin-manifest/).
 */
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { REPOSITORY } from './provenance.ts';
import { tarGz } from './tar.ts';

const ARCHIVE = 'kubectl-sallyport.tar.gz';
const MANIFEST = 'kubectl-sallyport.krew.yaml';

/** Paths from the root of the repository, which are those in the archive too. */
const FILES = ['bin/sallyport.mjs', 'dist/cli.mjs', 'dist/THIRD_PARTY_NOTICES.txt', 'LICENSE', 'NOTICE'];

/** What a plugin manifest says, as an object. `sha256`: of the archive, in hexadecimal. */
function krewManifest(version: string, sha256: string): object {
  return {
    apiVersion: 'krew.googlecontainertools.github.com/v1alpha2',
    kind: 'Plugin',
    metadata: { name: 'sallyport' },
    spec: {
      version: `v${version}`,
      homepage: REPOSITORY,
      shortDescription: 'Decide on MCP calls that wait for a person',
      description:
        'Lists, shows, approves and denies what waits for a person in a cluster with Sallyport, the MCP firewall:\ncalls of AI agents, and what MCP servers say of their tools.\n',
      caveats: 'Needs Node 24.15 or newer in the PATH (https://nodejs.org).\n',
      platforms: [
        {
          selector: { matchExpressions: [{ key: 'os', operator: 'In', values: ['linux', 'darwin'] }] },
          uri: `${REPOSITORY}/releases/download/v${version}/${ARCHIVE}`,
          sha256,
          // krew calls it kubectl-sallyport, by which name the command knows what it is.
          bin: 'bin/sallyport.mjs',
        },
      ],
    },
  };
}

/** Returns the paths written. */
export function writeKrew(root: string): string[] {
  const missing = FILES.filter((path) => !existsSync(join(root, path)));
  if (missing.length > 0) throw new Error(`${missing.join(', ')} is not there; run \`npm run build\` first`);
  const archive = tarGz(
    FILES.map((path) => ({ path, content: readFileSync(join(root, path)), isExecutable: path.startsWith('bin/') })),
  );
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string };
  const sha256 = createHash('sha256').update(archive).digest('hex');
  const [archivePath, manifestPath] = [join(root, 'dist', ARCHIVE), join(root, 'dist', MANIFEST)];
  writeFileSync(archivePath, archive);
  writeFileSync(manifestPath, stringify(krewManifest(version, sha256)));
  return [archivePath, manifestPath];
}

if (import.meta.main) {
  for (const path of writeKrew(join(import.meta.dirname, '..', '..'))) console.log(path);
}
