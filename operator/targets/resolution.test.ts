import { describe, expect, it } from 'vitest';
import type { RawObject } from '../kit/resource.ts';
import { selectorOf } from '../placement.ts';
import { fillIn, type Found, lostTargetOf, lostTargetsOf, type Resolution, targetOf } from './resolution.ts';

const targetRef = { apiVersion: 'apps/v1', kind: 'Deployment', name: 'ledger' };
const server = (workload: object): RawObject => ({
  apiVersion: 'sallyport.dev/v1alpha1',
  kind: 'MCPServer',
  metadata: { name: 'ledger', namespace: 'finance' },
  spec: { workload: { targetRef, path: '/mcp', ...workload } },
});
const found: Found = { kind: 'found', selector: { app: 'ledger' }, port: 9000, path: '/api' };
const lost: Resolution = { kind: 'lost', reason: 'TargetNotFound', message: 'There is none.' };

describe('a server with its target', () => {
  it('has the selector, the port and the path of it, and keeps what its author wrote', () => {
    expect(fillIn(server({}), found).spec).toEqual({
      workload: { selector: { matchLabels: { app: 'ledger' } }, port: 9000, path: '/api' },
    });
    expect(fillIn(server({ port: 'mcp', path: '/mine' }), found).spec).toEqual({
      workload: { selector: { matchLabels: { app: 'ledger' } }, port: 'mcp', path: '/mine' },
    });
    expect(fillIn(server({}), { ...found, path: undefined }).spec).toMatchObject({ workload: { path: '/mcp' } });
  });

  it('selects nothing while the target is lost, and says why', () => {
    const filled = fillIn(server({}), lost);
    expect([selectorOf(filled), lostTargetOf(filled)]).toEqual([{}, lost]);
    expect(targetOf(filled)).toEqual(targetRef);
  });

  it('is told among others while its target is lost, unless its pods are known from before', () => {
    const servers = [fillIn(server({}), found), fillIn(server({}), lost), fillIn(server({}), lost, found)];
    expect(lostTargetsOf(servers)).toEqual([{ server: 'ledger', target: targetRef, why: 'There is none.' }]);
  });

  it('keeps the pods of a target that was there before', () => {
    const filled = fillIn(server({}), lost, found);
    expect([selectorOf(filled), lostTargetOf(filled)]).toEqual([{ app: 'ledger' }, lost]);
  });

  it('is never changed itself', () => {
    const before = server({});
    fillIn(before, found);
    expect([before, lostTargetOf(before)]).toEqual([server({}), undefined]);
  });

  it('is not one that selects by labels', () => {
    expect(targetOf({ spec: { workload: { selector: {} } } })).toBeUndefined();
    expect(targetOf({})).toBeUndefined();
  });
});
