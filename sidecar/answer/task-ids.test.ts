import { describe, expect, it } from 'vitest';
import { JsonView } from '../../core/mcp/json-view.ts';
import { Pieces } from '../../core/mcp/pieces.ts';
import { findRevision } from '../../core/mcp/revisions/index.ts';
import { ada } from '../../core/policy/testing/gen.ts';
import { type CallSketch, type TestParts, answerParts, callOf } from '../testing/answering.ts';
import { sealTaskIds, sealTaskIdsOf, withTaskIds } from './task-ids.ts';

const RELATED = 'io.modelcontextprotocol/related-task';

function partsWithTasks(isHopping = true): TestParts {
  const parts = answerParts();
  parts.tasks.begun('own', ada, undefined);
  if (!isHopping) return parts;
  parts.handles.adopt(Buffer.alloc(32, 1), []);
  parts.handles.listensAt({ address: '10.0.0.1', port: 8486 });
  return parts;
}

function sealed(said: object, parts = partsWithTasks(), sketch: CallSketch = {}): unknown {
  const text = Pieces.of(Buffer.from(JSON.stringify(said)));
  const edits = sealTaskIds(JsonView.of(text.whole) ?? expect.fail(), callOf(parts, sketch), parts);
  const edited = withTaskIds(text, edits);
  return edited === undefined ? 'unchanged' : JSON.parse(edited.toString().replaceAll(/sps1\.[\w-]+\.own/g, 'SEALED'));
}

describe('a client without a session', () => {
  it.each([
    [
      { taskId: 'own', x: 1 },
      { taskId: 'SEALED', x: 1 },
    ],
    [{ task: { taskId: 'own' } }, { task: { taskId: 'SEALED' } }],
    [{ _meta: { [RELATED]: { taskId: 'own' } } }, { _meta: { [RELATED]: { taskId: 'SEALED' } } }],
    [{ notifications: { taskIds: ['own', 'x', 1] } }, { notifications: { taskIds: ['SEALED', 'x', 1] } }],
  ])('gets a name in place of %j', (said, shown) => {
    expect(sealed(said)).toEqual(shown);
  });

  it.each([{ taskId: 'other' }, { taskId: 1 }, { task: 'own' }, { notifications: { taskIds: 'own' } }, { x: 'own' }])(
    'gets %j as it is',
    (said) => {
      expect(sealed(said)).toBe('unchanged');
    },
  );
});

it('in a session, by nobody known, and where no other gate is, the server’s own goes out', () => {
  const said = { taskId: 'own' };
  const parts = partsWithTasks();
  const session = parts.sessions.open('s', ada, findRevision('2025-11-25') ?? expect.fail());
  expect(sealed(said, parts, { session })).toBe('unchanged');
  expect(sealed(said, parts, { principal: undefined })).toBe('unchanged');
  expect(sealed(said, partsWithTasks(false))).toBe('unchanged');
});

it.each([
  [{ [RELATED]: { taskId: 'own' } }, 1],
  [{ other: { taskId: 'own' } }, 0],
  [undefined, 0],
])('a request of the server’s with _meta %j', (meta, count) => {
  const parts = partsWithTasks();
  const params = { _meta: meta };
  const text = Pieces.of(Buffer.from(JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'ping', params })));
  expect(sealTaskIdsOf(text, params, callOf(parts), parts)).toHaveLength(count);
});
