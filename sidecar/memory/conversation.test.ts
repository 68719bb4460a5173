import { describe, expect, it } from 'vitest';
import type { Declared } from '../../core/mcp/client-capabilities.ts';
import { Conversation } from './conversation.ts';

describe('what the client of a conversation can be asked', () => {
  it.each<[name: string, said: (Declared | undefined)[], known: Declared | undefined]>([
    ['is not known before a handshake', [], undefined],
    ['is what it declared', [new Set(['sampling'])], new Set(['sampling'])],
    ['is nothing where it declared nothing', [new Set()], new Set()],
    [
      'is what any client of the name declared: to the server they are one',
      [new Set(['sampling']), new Set(['roots'])],
      new Set(['sampling', 'roots']),
    ],
    ['stays as it was when a handshake could not be read', [new Set(['roots']), undefined], new Set(['roots'])],
  ])('%s', (_name, said, known) => {
    const conversation = new Conversation();
    for (const declared of said) conversation.declare(declared);
    expect(conversation.declares).toEqual(known);
  });
});

it('forgets what the server asked longest ago, so that no server fills the memory with its questions', () => {
  const { askedBack } = new Conversation();
  for (let id = 0; id <= 1_000; id++) askedBack.set(id, true);
  expect([askedBack.size, askedBack.has(0), askedBack.has(1)]).toEqual([1_000, false, true]);
});
