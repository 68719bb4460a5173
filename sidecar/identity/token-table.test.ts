import { hash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { TokenTable } from './token-table.ts';

const digest = (token: string) => hash('sha256', token, 'hex');

describe('TokenTable', () => {
  const table = new TokenTable([
    { name: 'ada', groups: ['agents'], digests: [digest('new'), digest('old')] },
    { name: 'bob', groups: [], digests: [digest('bob')] },
  ]);

  it('finds the owner of any of its tokens', () => {
    expect(table.find('new')).toEqual({ kind: 'token', name: 'ada', groups: ['agents'] });
    expect(table.find('old')?.name).toBe('ada');
    expect(table.find('bob')?.name).toBe('bob');
  });

  it.each(['', 'x', digest('bob'), 'bob '])('finds nobody for %j', (token) => {
    expect(table.find(token)).toBeUndefined();
  });
});
