/** Which policy a file of cases is about, where it does not say so. */
import { existsSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

const TEST_FILE = /\.test\.ya?ml$/;

/**
 * Where `kubectl apply -f FOLDER`, Argo CD and others that read a folder without those in it do not meet cases, which they would take
 * for objects.
 */
const TESTS = 'tests';

/** `NAME.yaml` for `tests/NAME.test.yaml`, and for `NAME.test.yaml` beside it; where there is no such file, the folder. */
export function policyBeside(file: string): string {
  const folder = dirname(file);
  const policies = basename(folder) === TESTS ? [dirname(folder), folder] : [folder];
  const name = basename(file).replace(TEST_FILE, '');
  const named = policies.flatMap((at) => [join(at, `${name}.yaml`), join(at, `${name}.yml`)]);
  return named.find((path) => path !== file && existsSync(path)) ?? policies[0] ?? folder;
}
