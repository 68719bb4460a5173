import { describe, expect, test } from 'vitest';
import { differenceOf, policyContent, webhookContent } from './compare.ts';

const rules = [{ apiGroups: [''], apiVersions: ['v1'], operations: ['CREATE'], resources: ['pods'] }];

describe('what a policy says', () => {
  test('is the same with and without the defaults that an API server writes', () => {
    const chart = policyContent({ spec: { failurePolicy: 'Fail', matchConstraints: { resourceRules: rules } } });
    const stored = policyContent({
      spec: {
        matchConstraints: {
          resourceRules: rules.map((rule) => ({ ...rule, scope: '*' })),
          matchPolicy: 'Equivalent',
          namespaceSelector: {},
          objectSelector: {},
        },
        failurePolicy: 'Fail',
      },
    });
    expect(differenceOf(stored, chart)).toBeUndefined();
  });

  test.each([
    [{ failurePolicy: 'Ignore' }, 'spec.failurePolicy is "Ignore", in the chart it is "Fail"'],
    [{ validationActions: ['Audit'] }, 'spec.validationActions is ["Audit"], in the chart it is ["Audit","Deny"]'],
    [{ matchConditions: [{ name: 'never', expression: 'false' }] }, 'spec.matchConditions is [{'],
    [
      { matchConstraints: { resourceRules: [{ ...rules[0], resources: ['jobs'] }] } },
      'spec.matchConstraints.resourceRules[0].resources[0] is "jobs"',
    ],
    [
      {
        matchConstraints: {
          resourceRules: rules,
          namespaceSelector: { matchExpressions: [{ key: 'control-plane', operator: 'DoesNotExist' }] },
        },
      },
      'spec.matchConstraints.namespaceSelector is',
    ],
    [{ somethingNew: true }, 'spec.somethingNew is true'],
    // No namespace and no object has such labels, so nobody would be bound.
    ...['failurePolicy=Fail', 'matchPolicy=Equivalent', 'reinvocationPolicy=Never'].map((label): [object, string] => {
      const [key = '', value] = label.split('=');
      return [
        { matchResources: { namespaceSelector: { matchLabels: { [key]: value } } } },
        `spec.matchResources is {"namespaceSelector":{"matchLabels":{"${key}":"${value}"}}}`,
      ];
    }),
  ])('is another with %j', (change, says) => {
    const spec = {
      failurePolicy: 'Fail',
      validationActions: ['Deny', 'Audit'],
      matchConstraints: { resourceRules: rules },
    };
    const difference = differenceOf(policyContent({ spec: { ...spec, ...change } }), policyContent({ spec }));
    expect(difference).toContain(says);
  });
});

describe('what a webhook configuration says', () => {
  const webhook = { name: 'a', rules, clientConfig: { service: { name: 's', namespace: 'n', port: 443 } } };

  test('is the same whatever certificates are trusted, and in any order', () => {
    const stored = {
      webhooks: [
        { ...webhook, name: 'b' },
        { ...webhook, clientConfig: { ...webhook.clientConfig, caBundle: 'AAAA' } },
      ],
    };
    expect(
      differenceOf(webhookContent(stored), webhookContent({ webhooks: [webhook, { ...webhook, name: 'b' }] })),
    ).toBeUndefined();
  });

  test('is the same with what AKS adds, and another with any other exception', () => {
    const seen = (key: string) =>
      webhookContent({
        webhooks: [{ ...webhook, namespaceSelector: { matchExpressions: [{ key, operator: 'DoesNotExist' }] } }],
      });
    const chart = webhookContent({ webhooks: [webhook] });
    expect(differenceOf(seen('control-plane'), chart)).toBeUndefined();
    expect(differenceOf(seen('team'), chart)).toContain('spec.a.namespaceSelector');
  });

  test.each([
    ['one webhook less', []],
    ['one more', [webhook, { ...webhook, name: 'b' }]],
    ['another address', [{ ...webhook, clientConfig: { url: 'https://elsewhere.example' } }]],
  ])('is another with %s', (_, webhooks) => {
    expect(differenceOf(webhookContent({ webhooks }), webhookContent({ webhooks: [webhook] }))).toContain('spec.');
  });
});
