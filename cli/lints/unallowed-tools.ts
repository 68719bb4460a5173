/** Tools of a server that nobody may call, by all packs that apply to it together. */
import type { PolicyPack } from '../../core/api/policy-pack.ts';
import type { Lint, ToolRule } from './finding.ts';
import { patternsCover } from './covers.ts';

export interface UnallowedTool {
  readonly code: Lint;
  readonly tool: string;
  readonly message: string;
  readonly mend: string;
}

interface NamedRule {
  readonly id: string;
  readonly rule: ToolRule;
}

export function unallowedTools(packs: readonly PolicyPack[], tools: readonly string[]): UnallowedTool[] {
  const rules = packs.filter(({ spec }) => spec.mode === 'Enforce').flatMap(rulesOf);
  return [...new Set(tools)].flatMap((tool): UnallowedTool[] => {
    const naming = rules.filter(({ rule }) => patternsCover(rule.names, [tool], 'name'));
    const allowed = naming.find(({ rule }) => rule.effect !== 'Deny');
    const forbidding = naming.find(({ rule }) => forbidsEveryone(rule));
    if (naming.length === 0) {
      const message = `no rule names the tool ${JSON.stringify(tool)}, so that every call of it is denied`;
      return [
        { code: 'unnamed-tool', tool, message, mend: 'write a rule for it, or one that denies it if that is meant' },
      ];
    }
    // A tool that is denied and that nothing allows is meant to be.
    if (allowed === undefined || forbidding === undefined) return [];
    const message = `nobody may call the tool ${JSON.stringify(tool)}: ${allowed.id} allows it, and ${forbidding.id} denies it to everyone`;
    return [{ code: 'nobody-allows', tool, message, mend: 'remove one of them, or narrow the one that denies' }];
  });
}

function rulesOf({ metadata, spec }: PolicyPack): NamedRule[] {
  return (spec.tools ?? []).flatMap((rule, index) =>
    rule.mode === 'Shadow' ? [] : [{ id: `${metadata.name}#${rule.name ?? `tools[${index}]`}`, rule }],
  );
}

function forbidsEveryone(rule: ToolRule): boolean {
  return (
    rule.effect === 'Deny' && rule.principals === undefined && (rule as { readonly when?: string }).when === undefined
  );
}
