/** `sallyport test`: calls with the decision that each is meant to get, held against the policy beside them. */
import { type Command, Option } from 'commander';
import { EXIT } from './errors.ts';
import { addExample } from './help.ts';
import { findCaseFiles } from './policy-tests/find-files.ts';
import { renderJson, renderJunit, renderTap } from './policy-tests/render.ts';
import { hasPassed, runCaseFile } from './policy-tests/run-cases.ts';

const RENDERERS = { text: renderTap, junit: renderJunit, json: renderJson } as const;

export function registerTest(program: Command): void {
  const command = program
    .command('test')
    .description('Test a policy: calls, and the decision, rules and findings that each is meant to get')
    .argument('[paths...]', '*.test.yaml files, or folders that are searched for them (default: sallyport)')
    .addOption(new Option('-o, --output <format>', 'how to print').choices(Object.keys(RENDERERS)).default('text'))
    .action((paths: string[], { output }: { output: keyof typeof RENDERERS }) => {
      const files = findCaseFiles(paths.length === 0 ? ['sallyport'] : paths);
      const results = files.flatMap(runCaseFile);
      process.stdout.write(RENDERERS[output](results));
      if (!results.every(hasPassed)) process.exitCode = EXIT.failure;
    });
  command.addHelpText('after', HELP);
  addExample(command, 'sallyport test ./sallyport');
}

const HELP = `
A file tests/NAME.test.yaml holds the cases of NAME.yaml beside tests/ or, where there is none, of that folder
(NAME.test.yaml beside NAME.yaml does the same, but kubectl apply -f FOLDER takes it for an object):

  as: {name: ada, groups: [readers]}        # who calls, where a case does not say
  tests:
    - name: reads below /data
      tool: read_file                       # or resource:, prompt:, method:, asks: (of a server)
      arguments: {path: /data/a.txt}
      expect: Allow                         # Allow, Log, RequireApproval or Deny
    - name: does not climb out
      tool: read_file
      arguments: {path: /data/../etc/passwd}
      expect: Deny
      rules: [read-below-data]              # that carry the decision
      findings: [{detector: path, reason: outside-roots, at: /path}]
      message: leads outside                # a part of what the model reads
    - name: exports would need a person
      tool: export_ledger
      expect: Allow
      would: RequireApproval                # what rules in shadow would make of it; Nothing

Left out is not looked at: a case without findings says nothing of findings. policy: names another file or
folder, server: {namespace, labels} the server to assume for packs with targets, server: {name} one of several.

Output is of the Test Anything Protocol (version 14), or JUnit's XML.
Exit codes: 0 all passed; 1 one failed or cannot be read, or there is none; 2 wrong command line.`;
