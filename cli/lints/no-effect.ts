/** Settings that change nothing as they stand. */
import type { PolicyPack } from '../../core/api/policy-pack.ts';
import { typeByName } from '../../core/inspect/typing/by-name.ts';
import type { LintFinding } from './finding.ts';

export function withoutEffect({ spec }: PolicyPack): LintFinding[] {
  return [...unusedExceptions(spec), ...unpinnedDigests(spec)];
}

function unusedExceptions({ detectors }: PolicyPack['spec']): LintFinding[] {
  return (detectors?.except ?? []).flatMap(({ parameters }, entry) =>
    parameters.flatMap((name, index) => {
      if (typeByName(name) !== undefined) return [];
      const path = ['spec', 'detectors', 'except', entry, 'parameters', index];
      const message = `no detector looks at ${JSON.stringify(name)} because of its name, so there is nothing to leave out`;
      return [{ code: 'no-effect' as const, path, message, mend: 'remove it; docs/detectors.md has the names' }];
    }),
  );
}

function unpinnedDigests({ definitions }: PolicyPack['spec']): LintFinding[] {
  if (definitions?.pin !== 'Off' || definitions.accept === undefined || definitions.accept.length === 0) return [];
  const path = ['spec', 'definitions', 'accept'];
  const message = 'accepts definitions, but the pack pins none';
  return [{ code: 'no-effect', path, message, mend: 'write `pin: Required` or `pin: FirstUse`, or remove it' }];
}
