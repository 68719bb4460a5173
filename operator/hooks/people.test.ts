import { describe, expect, test } from 'vitest';
import { People, peopleSchema } from './people.ts';

const problemsOf = (people: unknown): string[] =>
  peopleSchema.safeParse(people).error?.issues.map(({ path, message }) => `${path.join('.')} ${message}`) ?? [];

test('a person is found by both names, and nobody else is', () => {
  const people = new People(
    peopleSchema.parse([{ user: 'ada@example.com', groups: ['treasury'], slack: 'U012AB3CD' }, { user: 'bob' }]),
  );
  const ada = { user: 'ada@example.com', groups: ['treasury'], slack: 'U012AB3CD' };
  expect(people.ofSlack('U012AB3CD')).toEqual(ada);
  expect(people.ofUser('ada@example.com')).toEqual(ada);
  expect(people.ofUser('bob')).toEqual({ user: 'bob', groups: [] });
  expect(people.ofSlack('bob')).toBeUndefined();
  expect(people.ofUser('constructor')).toBeUndefined();
  expect(people.ofSlack('__proto__')).toBeUndefined();
});

describe('the table', () => {
  test.each(['ada', 'ada@example.com', 'oidc:ada', 'Ada Lovelace', 'https://idp.example.com#ada'])(
    'takes %s',
    (user) => {
      expect(problemsOf([{ user, groups: [user] }])).toEqual([]);
    },
  );

  test.each([
    'system:masters',
    'system:serviceaccount:sallyport-system:sallyport-operator',
    'system:anonymous',
    '',
    ' ada',
    'ada ',
    'ada\r\nimpersonate-group: system:masters',
    'zoë',
    'a'.repeat(300),
  ])('does not take %j', (name) => {
    expect(problemsOf([{ user: name }])[0]).toContain('0.user is no name of a user or group here');
    expect(problemsOf([{ user: 'ada', groups: [name] }])[0]).toContain('0.groups.0 is no name of a user or group here');
  });

  test('has one entry for each person', () => {
    expect(problemsOf([{ user: 'ada' }, { user: 'ada' }])).toEqual([
      '1.user is there twice: ada; write one entry for each person',
    ]);
    expect(
      problemsOf([
        { user: 'ada', slack: 'U0ADA' },
        { user: 'bob', slack: 'U0ADA' },
      ])[0],
    ).toContain('1.slack is there twice');
  });

  test('knows ids of Slack, and not names', () => {
    expect(problemsOf([{ user: 'ada', slack: '@ada' }])[0]).toContain('is no id of a Slack user');
  });
});
