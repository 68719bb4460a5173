/** The licences of what is bundled: bundling is redistribution, and every one of these licences asks for its text. */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

export interface BundledPackage {
  name: string;
  version: string;
  license: string;
  /** From the root of the repository: node_modules/… */
  folder: string;
  /** The texts of its licence and notice files, in the order of their names. */
  texts: string[];
}

// Another licence may carry duties that a text file does not meet; a person has to look before it is added here.
const knownLicenses = new Set([
  '0BSD',
  'Apache-2.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'BlueOak-1.0.0',
  'ISC',
  'MIT',
  'MIT-0',
  'Unlicense',
]);

/** The packages behind the input files of a bundle, sorted by name. */
export function bundledPackages(root: string, inputs: readonly string[]): BundledPackage[] {
  const folders = new Set<string>();
  for (const input of inputs) {
    // The innermost node_modules names the package: a/node_modules/b/node_modules/@c/d/index.js → …/@c/d.
    const folder = /^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+/.exec(input.replaceAll('\\', '/'))?.[0];
    if (folder !== undefined) folders.add(folder);
  }
  return [...folders]
    .map((folder) => readPackage(root, folder))
    .sort((a, b) => (a.name === b.name ? compare(a.version, b.version) : compare(a.name, b.name)));
}

function readPackage(root: string, folder: string): BundledPackage {
  const path = join(root, folder);
  const manifest = JSON.parse(readFileSync(join(path, 'package.json'), 'utf8')) as Record<string, unknown>;
  const license = String(manifest['license']);
  const label = `${String(manifest['name'])}@${String(manifest['version'])}`;
  if (!knownLicenses.has(license)) throw new Error(`${label} is bundled under "${license}", which nobody has checked`);
  const names = readdirSync(path).filter((name) => /^(?:licen[cs]e|copying|notice)/i.test(name));
  const texts = names.toSorted(compare).flatMap((name) => textsAt(join(path, name)));
  return { name: String(manifest['name']), version: String(manifest['version']), license, texts, folder };
}

/** Of a file, or of the files in a folder, which has those of what the package was made from. */
function textsAt(path: string): string[] {
  if (!statSync(path).isDirectory()) return [readFileSync(path, 'utf8').trim()];
  return readdirSync(path)
    .toSorted(compare)
    .flatMap((name) => textsAt(join(path, name)));
}

/** One readable text file. */
export function thirdPartyNotices(packages: readonly BundledPackage[]): string {
  const sections = packages.map(({ name, version, license, texts }) =>
    [
      `${name} ${version}`,
      `Licence: ${license}`,
      '',
      ...(texts.length > 0 ? texts : ['(the package has no licence file)']),
    ].join('\n'),
  );
  const head = 'Sallyport contains the following third-party software.';
  return `${[head, ...sections].join(`\n\n${'-'.repeat(80)}\n\n`)}\n`;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
