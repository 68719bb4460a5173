/** `sallyport test`: calls, answers and definitions with the decision that each is meant to get, held against the policy beside them. */
import { type Command, Option } from 'commander';
import { EXIT } from './errors.ts';
import { addExample } from './help.ts';
import { coverageOf } from './policy-tests/coverage.ts';
import { findCaseFiles } from './policy-tests/find-files.ts';
import { renderJson, renderJunit, renderTap } from './policy-tests/render.ts';
import { type FileResult, hasPassed, runCaseFile } from './policy-tests/run-cases.ts';

const RENDERERS = { text: renderTap, junit: renderJunit, json: renderJson } as const;

interface TestOptions {
  readonly output: keyof typeof RENDERERS;
  readonly enforce?: boolean;
  readonly requireCoverage?: boolean;
}

export function registerTest(program: Command): void {
  const command = program
    .command('test')
    .description('Test a policy: calls, answers and definitions, and what each is meant to become')
    .argument('[paths...]', '*.test.yaml files, or folders that are searched for them (default: sallyport)')
    .addOption(new Option('-o, --output <format>', 'how to print').choices(Object.keys(RENDERERS)).default('text'))
    .option('--enforce', 'as if what is in shadow acted')
    .option('--require-coverage', 'fail where a rule has no say in any case')
    .action(async (paths: string[], { output, enforce, requireCoverage }: TestOptions) => {
      const files: FileResult[] = [];
      // One after another, so that a terminal and a log have them in order.
      for (const file of findCaseFiles(paths.length === 0 ? ['sallyport'] : paths)) {
        files.push(await runCaseFile(file, enforce));
      }
      const results = files.flatMap(({ cases }) => cases);
      const coverage = coverageOf(files);
      process.stdout.write(RENDERERS[output](results, coverage));
      const isCovered = requireCoverage !== true || coverage.untouched.length === 0;
      // Only lines say it: a report of cases has no place for what no case is about.
      if (!isCovered && output !== 'text')
        process.stderr.write(`sallyport: no case touches ${coverage.untouched.join(', ')}; write one for each\n`);
      if (!isCovered || !results.every(hasPassed)) process.exitCode = EXIT.failure;
    });
  command.addHelpText('after', HELP);
  addExample(command, 'sallyport test ./sallyport');
}

const HELP = `
A file tests/NAME.test.yaml holds the cases of NAME.yaml beside tests/ or, where there is none, of that folder
(NAME.test.yaml beside NAME.yaml does the same, but kubectl apply -f FOLDER takes it for an object):

  as: {name: ada, groups: [readers]}        # who calls, where a case does not say
  tools: tools.json                         # what the server lists: its answer to tools/list, or the list itself
  tests:
    - name: reads below /data
      tool: read_file                       # or resource:, prompt:, method:
      arguments: {path: /data/a.txt}
      expect: Allow                         # Allow, Log, Redact, RequireApproval or Deny
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
      would: RequireApproval                # of rules in shadow; Nothing; or {expect:, rules:, findings:}
    - name: numbers of cards do not reach the server
      tool: note
      arguments: {text: "4111 1111 1111 1111"}
      expect: Redact
      sends: {text: "[redacted: creditCard-1]"}

With an answer a case is about what becomes of that:

    - name: keys are taken out of what is read
      tool: read_file
      arguments: {path: /data/config}
      result: "password ..."                # a text, [several, blocks], or a result as in MCP; or error:
      messages: [{progress: "..."}, {log: "..."}]   # what the server says before, as events
      expect: Redact
      hides: hunter2                        # what does not arrive at the client
      shows: password                       # and what does; each a text or a list

And so with what a server lists, or asks of its client:

    - name: a tool that speaks to the model is left out
      lists: {tools: [{name: add, description: "..."}]}   # or prompts, resources, resourceTemplates, instructions
      before: {tools: [{name: add}]}        # what it was at its first use; accepted: true where a person has accepted it
      expect: Deny
      hides: add                            # names
    - name: servers here do not ask for passwords
      asks: elicitation                     # sampling, elicitation, urlElicitation (with url:), roots
      params: {message: Your password, please}
      expect: Deny

Left out is not looked at: a case without findings says nothing of findings. policy: names another file or
folder, server: {namespace, labels} the server to assume for packs with targets, server: {name} one of several.
enforce: true plays the cases as if what is in shadow acted, so that they hold before and after it is rolled out.
Each case is played through a gate of its own; what needs a person is approved.

Output is of the Test Anything Protocol (version 14), or JUnit's XML. The last lines say which rules no case touches:
a rule is touched where it carries a decision, has found something, or would have.
Exit codes: 0 all passed; 1 one failed or cannot be read, or there is none; 2 wrong command line.`;
