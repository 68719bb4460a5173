import { describe, expect, it } from 'vitest';
import { ALLOWED_DEFINITIONS, HIDING, throughDoor } from '../../testing/definitions.ts';
import { UnreadableMessage } from '../check.ts';

const initialized = (more: object): object => ({ protocolVersion: '2025-11-25', capabilities: {}, ...more });
const HIDDEN = 'Use add.\u{e0041}\u{e0042}';

describe('instructions', () => {
  it.each(['initialize', 'server/discover'])('with hidden text are left empty in an answer to %s', (method) => {
    const { result, lines } = throughDoor(HIDING, method, initialized({ instructions: HIDDEN }));
    expect(result).toEqual(initialized({ instructions: '' }));
    expect(lines).toMatchObject([{ method, decision: { reason: 'definition-left-out', effect: 'Deny' } }]);
  });

  it('that nothing is found in pass', () => {
    expect(throughDoor(HIDING, 'initialize', initialized({ instructions: 'Use add.' })).result).toBe('pass');
    expect(throughDoor(HIDING, 'initialize', initialized({ instructions: null })).result).toBe('pass');
    expect(throughDoor(HIDING, 'initialize', initialized({})).result).toBe('pass');
  });

  it('pass where no pack says anything of definitions', () => {
    expect(throughDoor(ALLOWED_DEFINITIONS, 'initialize', initialized({ instructions: HIDDEN })).result).toBe('pass');
  });

  it('that are no text are left empty', () => {
    const { result } = throughDoor(HIDING, 'initialize', initialized({ instructions: { a: 1 } }));
    expect(result).toEqual(initialized({ instructions: '' }));
  });

  it('in another spelling cannot be read', () => {
    expect(() => throughDoor(HIDING, 'initialize', initialized({ Instructions: 'x' }))).toThrow(UnreadableMessage);
  });

  it('of what is no handshake are data', () => {
    expect(throughDoor(HIDING, 'tools/call', { content: [], instructions: HIDDEN }).result).toBe('pass');
  });
});
