import { describe, expect, it } from 'vitest';
import { Inspection } from '../inspection.ts';
import { argumentChecks, brokenCheck, CheckTable } from './arguments.ts';

const STILL = { monotonic: () => 0 };
const inData = { type: 'path' as const, roots: ['/data'] };

describe('checks of arguments', () => {
  it('are held as they are said, and as null where there are none', () => {
    expect(argumentChecks.compile({ effect: 'Allow', arguments: { path: inData } })).toEqual({ path: inData });
    expect(argumentChecks.compile({ effect: 'Allow' })).toBeNull();
  });

  it('are shared by rules that say the same of a parameter', () => {
    const table = new CheckTable();
    const [one, other] = [table.prepare({ path: inData, to: inData }), table.prepare({ path: inData })];
    expect(other?.[0]).toBe(one?.[0]);
    expect(one?.[1]?.id).not.toBe(one?.[0]?.id);
    expect(table.prepare({ path: { ...inData, roots: ['/srv'] } })?.[0]).not.toBe(one?.[0]);
    expect(table.prepare(null)).toBeNull();
  });

  const table = new CheckTable();
  const checks = table.prepare({ path: inData, to: inData }) ?? [];
  const broken = (args: Record<string, unknown>, inspection = new Inspection(STILL)) =>
    brokenCheck(checks, table, args, inspection, inspection.enforced);

  it('say which argument is wrong, by the name in the rule, and where it was sent', () => {
    expect(broken({ path: '/data/a', TO: '/etc' })).toMatchObject({ parameter: 'to', pointer: '/TO' });
    expect(broken({ path: '/data/a', PATH: ['/data', '/etc'] })).toMatchObject({
      parameter: 'path',
      pointer: '/PATH/1',
      finding: { reason: 'outside-roots' },
    });
  });

  it('point to arguments with odd names as RFC 6901 has it', () => {
    const odd = table.prepare({ 'a/b~c': inData }) ?? [];
    const inspection = new Inspection(STILL);
    expect(brokenCheck(odd, table, { 'a/b~c': '/etc' }, inspection, inspection.enforced)?.pointer).toBe('/a~1b~0c');
  });

  it('hold for arguments that are not sent, and for those that no rule names', () => {
    expect(broken({})).toBeUndefined();
    expect(broken({ paths: '/etc', file: '/etc' })).toBeUndefined();
  });

  it('read the arguments of a call once, however many rules ask', () => {
    const inspection = new Inspection(STILL);
    const args = { path: '/data/a' };
    broken(args, inspection);
    const { left } = inspection.enforced;
    broken(args, inspection);
    expect(left - inspection.enforced.left).toBe(checks.length);
    expect(inspection.readings).toBe(1);
  });

  it('say nothing once the budget is used up', () => {
    const inspection = new Inspection(STILL, 1);
    expect(broken({ path: '/etc' }, inspection)).toBeUndefined();
    expect(inspection.enforced.exhausted).toBe(true);
  });
});
