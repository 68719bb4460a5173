import { describe, expect, it } from 'vitest';
import { declaredByRequest, declaredIn } from './client-capabilities.ts';

describe('what a client says that it can be asked', () => {
  it.each<[string, unknown, string[]]>([
    ['nothing', {}, []],
    ['no object', null, []],
    [
      'all there is',
      { sampling: {}, roots: { listChanged: true }, elicitation: { form: {}, url: {} } },
      ['sampling', 'elicitation', 'urlElicitation', 'roots'],
    ],
    ['an elicitation without a mode is a form', { elicitation: {} }, ['elicitation']],
    ['pages only', { elicitation: { url: {} } }, ['urlElicitation']],
    ['what is no object declares nothing', { sampling: true, roots: null, elicitation: [] }, []],
    ['another spelling is another member', { Sampling: {} }, []],
  ])('%s', (_name, capabilities, kinds) => {
    expect([...declaredIn(capabilities)]).toEqual(kinds);
  });

  it('stands in every request of the modern era', () => {
    const _meta = { 'io.modelcontextprotocol/clientCapabilities': { roots: {} } };
    expect([...declaredByRequest({ _meta })]).toEqual(['roots']);
    expect([...declaredByRequest({})]).toEqual([]);
  });
});
