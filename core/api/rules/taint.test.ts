import { describe, expect, it } from 'vitest';
import { taintSchema } from './taint.ts';

const entry = { sources: { tools: ['read'] }, sinks: { labels: ['external-sink'] }, effect: 'Deny' };
const problems = (more: object): string[] =>
  taintSchema
    .safeParse([{ ...entry, ...more }])
    .error?.issues.map(({ path, message }) => `${path.join('.')}: ${message}`) ?? [];

describe('an entry', () => {
  it('is about content, an hour and a principal where it does not say', () => {
    expect(taintSchema.parse([entry])).toMatchObject([{ by: 'Content', within: '1h', per: 'principal' }]);
  });

  it.each([
    ['no source', { sources: {} }, '0.sources: names nothing, so nothing could ever come from it'],
    ['no sink', { sinks: {} }, '0.sinks: names nothing, so nothing could ever go there'],
    ['a label that is none', { sinks: { labels: ['External'] } }, '0.sinks.labels.0: is not a label'],
    ['an exemption of nothing', { exempt: {} }, '0.exempt: exempts nothing'],
    ['arguments by label', { by: 'Label', exempt: { arguments: ['to'] } }, '0.exempt.arguments: are not looked at'],
    ['an approval without need', { approval: { expires: '1m' } }, '0.approval: has no meaning with effect Deny'],
    ['longer than anything is kept', { within: '745h' }, '0.within: is out of range'],
    ['an effect that results alone can have', { effect: 'Redact' }, '0.effect: '],
  ])('with %s is refused with its field', (_what, more, problem) => {
    expect(problems(more)[0] ?? '').toContain(problem);
  });
});
