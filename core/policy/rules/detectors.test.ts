import { describe, expect, it } from 'vitest';
import { readCondition } from '../../conditions/read.ts';
import type { JsonObject } from '../../mcp/message.ts';
import { Inspection } from '../inspection.ts';
import { pack } from '../testing/gen.ts';
import { compileDetectors, detectorsSchema, PackDetectors } from './detectors.ts';

type Said = NonNullable<Parameters<typeof pack>[0]['detectors']>;

const compiled = (said?: Said) => compileDetectors('finance/pack', pack({ detectors: said }).spec, readCondition);
const found = (args: JsonObject, said: Said = { use: 'Default' }, work?: number, tool = 'run') => {
  const { detectors } = compiled(said);
  if (detectors === undefined) throw new Error('it is in shadow');
  const inspection = new Inspection({ monotonic: () => 0 }, work);
  return new PackDetectors(detectors, false).inspect(tool, args, inspection, inspection.enforced)?.findings;
};

const INSIDE = 'http://169.254.169.254/';

describe('the detectors of a pack', () => {
  it('find what stands in parameters by their names, wherever these are', () => {
    expect(found({ url: INSIDE })).toMatchObject([
      { detector: 'url', rule: 'finance/pack#detectors', pointer: '/url' },
    ]);
    expect(found({ jobs: [{ steps: [{ webhook_urls: ['https://example.com', INSIDE] }] }] })).toMatchObject([
      { pointer: '/jobs/0/steps/0/webhook_urls/1' },
    ]);
    expect(found({ 'a/b~c': { url: INSIDE } })).toMatchObject([{ pointer: '/a~1b~0c/url' }]);
  });

  it('find the same under every spelling of a name', () => {
    for (const name of ['URL', 'target-url', 'targetUrl', 'targetURLs'])
      expect(found({ [name]: INSIDE })).toHaveLength(1);
  });

  it('find the same under letters that some decoder takes for those of a name', () => {
    expect(found({ targetHoſt: '127.0.0.1' })).toHaveLength(1);
    expect(found({ webhooK: INSIDE })).toHaveLength(1);
  });

  it('read a name once, however many texts have it', () => {
    expect(found({ 宛先一覧: Array.from({ length: 20_000 }, () => 'x'), url: INSIDE })).toHaveLength(1);
  });

  it('find nothing in what is no text, in texts that may say anything, and in names that say nothing', () => {
    expect(found({ url: 7, host: null, path: {}, text: INSIDE, whatever: INSIDE, id: '' })).toBeUndefined();
  });

  it('find eight at most', () => {
    const args = Object.fromEntries(Array.from({ length: 50 }, (_, i) => [`u${i}_url`, INSIDE]));
    expect(found(args)).toHaveLength(8);
  });

  it('leave out the parameters that the pack names, for the tools that it names', () => {
    const everywhere: Said = { use: 'Default', except: [{ parameters: ['Command', 'url'] }] };
    expect(found({ URL: INSIDE }, everywhere)).toBeUndefined();
    expect(found({ host: '127.0.0.1' }, everywhere)).toHaveLength(1);
    const some: Said = { use: 'Default', except: [{ tools: ['run*'], parameters: ['url'] }] };
    expect(found({ url: INSIDE }, some, undefined, 'runner')).toBeUndefined();
    expect(found({ url: INSIDE }, some, undefined, 'fetch')).toHaveLength(1);
    const both: Said = { use: 'Default', except: [{ parameters: ['url'] }, { tools: ['run'], parameters: ['url'] }] };
    expect(found({ url: INSIDE }, both, undefined, 'fetch')).toBeUndefined();
  });

  it('know nothing once the budget is used up', () => {
    expect(found({ a: 'x', url: INSIDE }, undefined, 20)).toBeUndefined();
  });

  it('are written into a bundle as they can be read from it, and not where there are none', () => {
    const { detectors } = compiled({ use: 'Default', except: [{ parameters: ['url'] }] });
    expect(detectorsSchema.parse(JSON.parse(JSON.stringify(detectors)))).toEqual(detectors);
    expect(compiled()).toEqual({});
    expect(Object.keys(compiled({ use: 'Default', mode: 'Shadow' }))).toEqual(['shadowDetectors']);
  });
});
