/**
 * Signs what a build made, with cosign and a key: `COSIGN_KEY=cosign.key node scripts/supply-chain/sign.ts [IMAGE@sha256:…=BUNDLE …]`.
 * The files of dist/ get a bundle beside them (`FILE.sigstore.json`); each image a signature, and the bill of
 * materials of its bundle as an attestation. Says what it did. Nothing is written to a public log: whoever verifies has the public key.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

/** What to run, and what is to be said of it. */
export interface Step {
  readonly args: readonly string[];
  readonly says: string;
}

const IMAGE = /^(?<image>[^@\s=]+@sha256:[0-9a-f]{64})=(?<bundle>[a-z]+)$/;
const OFFLINE = ['--use-signing-config=false', '--tlog-upload=false'];

/** Throws an Error that says what is wrong with an image. */
export function stepsOf(key: string, dist: string, files: readonly string[], images: readonly string[]): Step[] {
  const signed = files.filter((name) => /\.(?:mjs|cdx\.json|tar\.gz)$|^provenance\.json$/.test(name));
  const blobs = signed.map((name): Step => {
    const bundle = join(dist, `${name}.sigstore.json`);
    const args = ['sign-blob', '--yes', '--key', key, ...OFFLINE, '--bundle', bundle, join(dist, name)];
    return { args, says: `${name} is signed: ${name}.sigstore.json` };
  });
  const ofImages = images.flatMap((text): Step[] => {
    const { image = '', bundle = '' } = IMAGE.exec(text)?.groups ?? {};
    if (image === '') {
      throw new Error(`${text} is not IMAGE@sha256:…=BUNDLE: a tag may be another image by the time it is verified`);
    }
    const sbom = `${bundle}.cdx.json`;
    const attested = ['--type', 'cyclonedx', '--predicate', join(dist, sbom)];
    return [
      { args: ['sign', '--yes', '--key', key, ...OFFLINE, image], says: `${image} is signed` },
      {
        args: ['attest', '--yes', '--key', key, ...OFFLINE, ...attested, image],
        says: `${image} has ${sbom} as an attestation`,
      },
    ];
  });
  return [...blobs, ...ofImages];
}

if (import.meta.main) {
  const dist = join(import.meta.dirname, '..', '..', 'dist');
  const key = process.env['COSIGN_KEY'] ?? '';
  if (key === '') {
    console.log('Nothing was signed: COSIGN_KEY names no key. Make one with `cosign generate-key-pair`.');
  } else if (!existsSync(dist)) {
    throw new Error('there is no dist/ to sign; run `npm run build` first');
  } else {
    for (const { args, says } of stepsOf(key, dist, readdirSync(dist), process.argv.slice(2))) {
      execFileSync('cosign', args, { stdio: ['inherit', 'ignore', 'inherit'] });
      console.log(says);
    }
  }
}
