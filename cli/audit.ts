/** `sallyport audit`: the evidence that gates have written. */
import type { Command } from 'commander';
import { registerProve } from './audit/prove.ts';
import { registerVerify } from './audit/verify.ts';
import { addExample } from './help.ts';

export function registerAudit(program: Command): void {
  const audit = program.command('audit').description('Check the evidence that gates have written');
  addExample(audit, 'sallyport audit verify audit.jsonl');
  registerVerify(audit);
  registerProve(audit);
}
