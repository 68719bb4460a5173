import { describe, expect, it } from 'vitest';
import * as fc from 'fast-check';
import { type GateAddress, PodHandles } from './pod-handles.ts';

const [KEY, NEXT, OTHER] = [Buffer.alloc(32, 1), Buffer.alloc(32, 2), Buffer.alloc(32, 3)];
const HERE: GateAddress = { address: '10.0.0.1', port: 8486 };
const THERE: GateAddress = { address: 'fd00::2', port: 65_535 };

function gateAt(at: GateAddress | undefined, keys: readonly Buffer[] = [KEY], server = 'finance/ledger'): PodHandles {
  const handles = new PodHandles(server);
  const [key, ...others] = keys;
  if (key !== undefined) handles.adopt(key, others);
  if (at !== undefined) handles.listensAt(at);
  return handles;
}

const ids = fc.string({
  unit: fc.integer({ min: 0x21, max: 0x7e }).map((code) => String.fromCharCode(code)),
  minLength: 1,
});

describe('a name', () => {
  it('says at another gate whose it is, and at its own that it is there', () => {
    fc.assert(
      fc.property(ids, (id) => {
        const handle = gateAt(THERE).seal(id);
        expect(handle).toMatch(/^[\x21-\x7e]+$/);
        for (let again = 0; again < 2; again++) {
          const here = gateAt(HERE);
          expect(here.open(handle)).toEqual({ handle, id, owner: THERE });
          expect(here.open(handle)).toEqual({ handle, id, owner: THERE });
        }
        expect(gateAt(THERE).open(handle)).toEqual({ handle, id, owner: undefined });
        expect(gateAt(THERE).seal(id)).toBe(handle);
      }),
    );
  });

  it('says nothing of the address to whoever has no key', () => {
    const [one, two] = [gateAt(HERE).seal('a'), gateAt(HERE).seal('b')];
    expect(Buffer.from(one.slice(5, -2), 'base64url').toString('latin1')).not.toContain('10.0');
    expect(one.slice(0, 40)).not.toBe(two.slice(0, 40));
  });

  it('leads nowhere when one character of it is another, or another id is put behind it', () => {
    const handle = gateAt(THERE).seal('own');
    fc.assert(
      fc.property(fc.nat(handle.length - 1), fc.constantFrom('A', 'Z', '-', '0'), (at, character) => {
        fc.pre(handle[at] !== character);
        const changed = handle.slice(0, at) + character + handle.slice(at + 1);
        expect(gateAt(HERE).open(changed)?.owner).toBeUndefined();
      }),
    );
  });

  it('stands for its id alone where it does not open: of another server, key or gate that has no key', () => {
    const handle = gateAt(THERE).seal('own');
    for (const other of [gateAt(HERE, [KEY], 'finance/other'), gateAt(HERE, [OTHER]), gateAt(HERE, [])])
      expect(other.open(handle)).toEqual({ handle, id: 'own', owner: undefined });
  });

  it('opens with the key before and the one that comes, and is sealed with the one in force', () => {
    const handle = gateAt(THERE, [NEXT, KEY]).seal('own');
    expect(gateAt(HERE, [KEY, NEXT]).open(handle)?.owner).toEqual(THERE);
    expect(gateAt(HERE, [KEY]).open(handle)?.owner).toBeUndefined();
  });

  it('is forgotten with the key that it was opened by', () => {
    const here = gateAt(HERE);
    const handle = gateAt(THERE).seal('own');
    expect(here.open(handle)?.owner).toEqual(THERE);
    here.adopt(OTHER, []);
    expect(here.open(handle)?.owner).toBeUndefined();
  });
});

it.each([
  ['no key', gateAt(HERE, []), 'own'],
  ['no address', gateAt(undefined), 'own'],
  ['nothing to name', gateAt(HERE), ''],
  ['a name that is very long', gateAt(HERE), 'x'.repeat(4_097)],
])('with %s the server’s own goes out', (_what, handles, id) => {
  expect(handles.seal(id)).toBe(id);
});

it.each(['own', '', 'sps1.', 'sps1.own', 'sps1.AAAA.', `sps1.${'A'.repeat(200)}.own`, `sps1.AA.${'x'.repeat(5_000)}`])(
  '%j is no name of a gate',
  (handle) => {
    expect(gateAt(HERE).open(handle)).toBeUndefined();
  },
);

it('a name of a gate behind a gate passes through both', () => {
  const inner = gateAt(THERE, [OTHER], 'finance/inner').seal('own');
  const outer = gateAt(THERE).seal(inner);
  expect(gateAt(HERE).open(outer)).toMatchObject({ id: inner, owner: THERE });
});

it('a name of a task leads nowhere as one of a session, nor the other way round', () => {
  const [session, task] = [gateAt(THERE).seal('own'), gateAt(THERE).seal('own', 'task')];
  const here = gateAt(HERE);
  for (let again = 0; again < 2; again++) {
    expect(here.open(task, 'task')).toEqual({ handle: task, id: 'own', owner: THERE });
    expect(here.open(session)).toEqual({ handle: session, id: 'own', owner: THERE });
    expect(here.open(task)?.owner).toBeUndefined();
    expect(here.open(session, 'task')?.owner).toBeUndefined();
  }
});
