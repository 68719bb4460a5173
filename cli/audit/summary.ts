/** `sallyport audit summary`: what audit lines say together. */
import { type Command, Option } from 'commander';
import { Summariser } from '../../core/audit/summary.ts';
import { pushLines } from '../../core/audit/verify-chunks.ts';
import { addExample } from '../help.ts';
import { renderSummary, renderSummaryJson } from '../render-summary.ts';
import { forLines, onlyFile } from './files.ts';

export function registerSummary(audit: Command): void {
  const summary = audit
    .command('summary')
    .description('Say rule by rule what was refused, held, changed or marked, and what rules in shadow would have done')
    .argument('<files...>', 'audit files, or a folder of them; - reads standard input')
    .addOption(new Option('-o, --output <format>', 'how to print').choices(['text', 'json']).default('text'))
    .action(async (paths: string[], { output }: { output: 'text' | 'json' }) => {
      const summariser = new Summariser();
      const sink = {
        push(line: Uint8Array): void {
          if (line.length > 0) summariser.add(Buffer.from(line).toString('utf8'));
        },
        // Counted as one that cannot be read, which it is.
        pushOversized: () => summariser.add(''),
      };
      if (onlyFile(paths) === '-') sink.push(await pushLines(sink, process.stdin));
      else await (await forLines(paths, { all: true }))(sink);
      const said = summariser.finish();
      process.stdout.write(output === 'json' ? renderSummaryJson(said) : renderSummary(said));
    });
  addExample(summary, 'sallyport audit summary audit.jsonl');
}
