/** Variables that programs are started with: put in front of one (`LD_PRELOAD=x git`), exported, or assigned where all are exported. */
import type { Span } from '../finding.ts';
import { exportedBy, exportsAllBehind, isExportedAlready } from './builtins.ts';
import type { ProgramUse } from './call.ts';
import type { Value } from './values.ts';

export class Environment {
  readonly uses: ProgramUse[] = [];
  #exportsAll = false;

  /** `stays`: no program stands behind it. */
  assign(variable: string, stays: boolean, span: Span): void {
    if (!stays || this.#exportsAll || isExportedAlready(variable)) this.uses.push({ text: variable, span });
  }

  run(name: string, argv: readonly Value[], span: Span): void {
    if (exportsAllBehind(name, argv)) this.#exportsAll = true;
    for (const text of exportedBy(name, argv, this.#exportsAll)) this.uses.push({ text, span });
  }
}
