/**
 * What a bundle contains, as a CycloneDX document (ECMA-424, version 1.6 of the format): the packages of which code is in it, and no
 * others. Nothing in it depends on when or where it was made, so that the same sources give the same document.
 */
import type { BundledPackage } from '../notices.ts';

export interface SbomInput {
  /** Of the bundle, such as `operator`. */
  readonly name: string;
  readonly version: string;
  /** Of its file, in hexadecimal. */
  readonly sha256: string;
  readonly packages: readonly BundledPackage[];
  /** Of package-lock.json (version 3): by folder, such as `node_modules/zod`. */
  readonly locked: Readonly<Record<string, { readonly integrity?: string } | undefined>>;
}

export function sbomOf({ name, version, sha256, packages, locked }: SbomInput): object {
  const reference = `sallyport-${name}@${version}`;
  const components = packages.map((bundled) => componentOf(bundled, locked[bundled.folder]?.integrity));
  return {
    bomFormat: 'CycloneDX',
    specVersion: '1.6',
    version: 1,
    metadata: {
      component: {
        type: 'application',
        'bom-ref': reference,
        name: `sallyport-${name}`,
        version,
        licenses: [{ license: { id: 'Apache-2.0' } }],
        hashes: [{ alg: 'SHA-256', content: sha256 }],
      },
    },
    components,
    dependencies: [
      { ref: reference, dependsOn: components.map((component) => component['bom-ref']) },
      ...components.map((component) => ({ ref: component['bom-ref'], dependsOn: [] })),
    ],
  };
}

function componentOf({ name, version, license, folder }: BundledPackage, integrity: string | undefined) {
  // A package may be in a tree twice in one version; its folder tells the two apart.
  const purl = `pkg:npm/${name.replace('@', '%40')}@${version}`;
  return {
    type: 'library',
    'bom-ref': folder,
    name,
    version,
    purl,
    licenses: [{ license: { id: license } }],
    ...(integrity === undefined ? {} : { hashes: [hashOf(integrity)] }),
  };
}

/** Subresource Integrity as npm writes it, such as `sha512-…`: of the archive that the registry gave. */
function hashOf(integrity: string): { alg: string; content: string } {
  const [algorithm = '', digest = ''] = integrity.split(' ', 1)[0]?.split('-', 2) ?? [];
  const alg = { sha512: 'SHA-512', sha256: 'SHA-256', sha1: 'SHA-1' }[algorithm];
  if (alg === undefined) throw new Error(`package-lock.json has an integrity of an unknown kind: ${integrity}`);
  return { alg, content: Buffer.from(digest, 'base64').toString('hex') };
}
