import { describe, expect, it } from 'vitest';
import { CALL_TOOL, COMPLETE, GET_PROMPT, LISTEN, type MethodRule, USE_RESOURCE } from './catalogue.ts';
import type { JsonObject } from './message.ts';

const targets = (rule: MethodRule, params: JsonObject) => ('targets' in rule ? rule.targets(params) : []);

describe('what a call names', () => {
  it.each([
    [
      'a tool and its arguments',
      CALL_TOOL,
      { name: 'a', arguments: { x: 1 } },
      [{ kind: 'tool', name: 'a', args: { x: 1 } }],
    ],
    ['a tool without arguments', CALL_TOOL, { name: 'a' }, [{ kind: 'tool', name: 'a', args: {} }]],
    [
      'a tool whose arguments are null, as if there were none',
      CALL_TOOL,
      { name: 'a', arguments: null },
      [{ kind: 'tool', name: 'a', args: {} }],
    ],
    ['a prompt', GET_PROMPT, { name: 'p' }, [{ kind: 'prompt', name: 'p', args: undefined }]],
    ['a resource', USE_RESOURCE, { uri: 'x://y' }, [{ kind: 'resource', name: 'x://y', args: undefined }]],
    [
      'a completion for a prompt',
      COMPLETE,
      { ref: { type: 'ref/prompt', name: 'p' } },
      [{ kind: 'prompt', name: 'p', args: undefined }],
    ],
    [
      'a completion for a prompt whose other names are null',
      COMPLETE,
      { ref: { type: 'ref/prompt', name: 'p', uri: null }, uri: null },
      [{ kind: 'prompt', name: 'p', args: undefined }],
    ],
    [
      'both, where a completion for a prompt names a resource as well',
      COMPLETE,
      { ref: { type: 'ref/prompt', name: 'p', uri: 'x://y' } },
      [
        { kind: 'prompt', name: 'p', args: undefined },
        { kind: 'resource', name: 'x://y', args: undefined },
      ],
    ],
    [
      'both, where a completion for a resource names a prompt as well',
      COMPLETE,
      { ref: { type: 'ref/resource', name: 'p', uri: 'x://y' } },
      [
        { kind: 'resource', name: 'x://y', args: undefined },
        { kind: 'prompt', name: 'p', args: undefined },
      ],
    ],
    [
      'a resource that is handed on with its own name',
      USE_RESOURCE,
      { uri: 'x://y', name: 'y' },
      [{ kind: 'resource', name: 'x://y', args: undefined }],
    ],
    [
      'every resource subscribed to',
      LISTEN,
      { notifications: { resourceSubscriptions: ['a:1', 'a:2'] } },
      [
        { kind: 'resource', name: 'a:1', args: undefined },
        { kind: 'resource', name: 'a:2', args: undefined },
      ],
    ],
    ['no resource', LISTEN, { notifications: { toolsListChanged: true } }, []],
  ] as [string, MethodRule, JsonObject, unknown][])('is %s', (_name, rule, params, expected) => {
    expect(targets(rule, params)).toEqual(expected);
  });

  it.each([
    ['a tool name that is no string', CALL_TOOL, { name: 1 }],
    ['arguments in a list', CALL_TOOL, { name: 'a', arguments: [] }],
    ['a prompt without a name', GET_PROMPT, {}],
    ['a resource without a URI', USE_RESOURCE, {}],
    ['a completion for nothing', COMPLETE, { ref: { type: 'ref/other' } }],
    ['a completion for nothing with a URI', COMPLETE, { ref: { type: 'ref/other', uri: 'x://y' } }],
    ['a completion whose second name is none', COMPLETE, { ref: { type: 'ref/prompt', name: 'p', uri: 7 } }],
    ['a completion with a name spelled otherwise', COMPLETE, { ref: { type: 'ref/prompt', name: 'p', URI: 'x://y' } }],
    ['a completion with a dotted capital', COMPLETE, { ref: { type: 'ref/prompt', name: 'p', 'ur\u0130': 'x://y' } }],
    ['a completion with a name beside its reference', COMPLETE, { ref: { type: 'ref/prompt', name: 'p' }, name: 'q' }],
    ['a tool and a URI', CALL_TOOL, { name: 'a', uri: 'x://y' }],
    ['a prompt and a reference', GET_PROMPT, { name: 'a', ref: { type: 'ref/prompt', name: 'p' } }],
    ['subscriptions spelled with a long s', LISTEN, { notifications: { 're\u017fourceSubscriptions': ['a:1'] } }],
    ['subscriptions that are no list', LISTEN, { notifications: { resourceSubscriptions: 'a' } }],
    ['subscriptions to no string', LISTEN, { notifications: { resourceSubscriptions: [1] } }],
    ['no filter at all', LISTEN, {}],
    ['subscriptions spelled otherwise', LISTEN, { notifications: { ResourceSubscriptions: ['a:1'] } }],
    ['subscriptions without end', LISTEN, { notifications: { resourceSubscriptions: Array(1001).fill('a:1') } }],
    ['a tool name without end', CALL_TOOL, { name: 'a'.repeat(1025) }],
    ['a prompt name without end', GET_PROMPT, { name: 'a'.repeat(1025) }],
  ] as [string, MethodRule, JsonObject][])('cannot be read from %s', (_name, rule, params) => {
    expect(targets(rule, params)).toBeTypeOf('string');
  });
});
