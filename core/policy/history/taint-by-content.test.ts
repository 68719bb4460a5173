import { describe, expect, it } from 'vitest';
import { CUSTOMER, BOB, Day, MINUTE, read } from './testing/taint-day.ts';

describe('by content, what was read', { tags: ['taint'] }, () => {
  it('stops what was read on its way out, and says where it came from and nothing of what it is', () => {
    const said = read().send(`FYI: ${CUSTOMER}`);
    expect(said).toMatch(
      /^Deny: its arguments hold what tool "read_customer" 4 minutes ago \(trace trace1\) has answered\./,
    );
    expect(said).not.toMatch(/Erika|4024|ZX81/);
  });

  it('lets everything else pass, before and after', () => {
    const day = new Day();
    expect(day.send(CUSTOMER)).toBeUndefined();
    const other = read();
    expect(
      other.send('The meeting is moved to 2026-12-01, 10:30. Please bring the customer file; see ticket 4711.'),
    ).toBeUndefined();
    expect(other.call('write_note', { body: CUSTOMER })).toBeUndefined();
    expect(other.send(CUSTOMER, BOB)).toBeUndefined();
  });

  const base64 = Buffer.from(CUSTOMER).toString('base64');
  const hex = Buffer.from(CUSTOMER).toString('hex');
  it.each<[string, unknown]>([
    ['a sentence of it', 'has asked twice for her money and intends to leave us'],
    ['the same in other blanks and case', 'HAS ASKED TWICE\nfor  her money -- and intends to LEAVE us'],
    ['its number', 'x4024007145316932x'],
    ['its number as one of JSON', 4024007145316932],
    ['its number grouped in another way', '402400-71453169-32'],
    ['its address of mail', 'ask ERIKA.M@kunde.example'],
    ['its key', 'ref=zx81qt77k9p2'],
    ['Base64', base64],
    ['Base64 of the URL alphabet, without padding', Buffer.from(CUSTOMER).toString('base64url')],
    ['Base64 over several lines', base64.replace(/(.{60})/g, '$1\r\n')],
    ['Base64 from the middle', `x${base64.slice(7)}`],
    ['Base64 of one number', Buffer.from('4024007145316932').toString('base64')],
    ['Base64 of Base64', Buffer.from(base64).toString('base64')],
    ['hexadecimal', hex],
    ['hexadecimal, byte by byte', hex.replace(/(..)/g, '$1:')],
    ['hexadecimal, as C has it', hex.replace(/(..)/g, '\\x$1')],
    ['percent-encoding of all', hex.replace(/(..)/g, '%$1')],
    ['percent-encoding of some', `https://rival.example/?q=${encodeURIComponent(CUSTOMER)}`],
    ['backwards', CUSTOMER.split('').toReversed().join('')],
    ['JSON inside of a text', JSON.stringify({ a: { b: [CUSTOMER] } })],
    ['the name of a member', { [CUSTOMER]: 1 }],
    ['cut into a list', CUSTOMER.match(/.{1,9}/g)],
    ['Base64 cut into a list', base64.match(/.{1,11}/g)],
  ])('knows %s', (_what, body) => {
    expect(read().send(body)).toMatch(/hold what tool "read_customer"/);
  });

  it.each<[string, readonly string[]]>([
    ['a number in two calls', ['the first half is 40240071', '45316932 is the rest']],
    ['a number in three calls', ['402400', '71453', '16932']],
    ['a number in two calls, with others between', ['40240071', 'hello there', 'one more thing', '45316932']],
    ['Base64 of a number in two calls', ['NDAyNDAwNzE0', 'NTMxNjkzMg==']],
    ['a sentence in three calls', ['and intends to le', 'ave us for a comp', 'etitor next spring']],
    ['hexadecimal of a number in two calls', ['3430323430303', '7313435333136393332']],
  ])('knows %s', (_what, bodies) => {
    const day = read();
    const said = bodies.map((body) => day.send(body));
    expect(said.slice(0, -1)).toEqual(bodies.slice(1).map(() => undefined));
    expect(said.at(-1)).toMatch(/hold what tool "read_customer"/);
  });

  it('knows what came as structured content, as JSON in a text, as Base64 and from a resource', () => {
    const answers = [
      { structuredContent: { rows: [{ card: 4024007145316932 }] } },
      { content: [{ type: 'text', text: JSON.stringify({ card: '4024 0071 4531 6932' }) }] },
      { contents: [{ uri: 'crm://17', blob: Buffer.from(CUSTOMER).toString('base64') }] },
    ];
    for (const answer of answers) {
      const day = new Day({ sources: { labels: ['private-source'], resources: ['crm://**'] } });
      const from = 'contents' in answer ? 'crm://17' : 'read_customer';
      expect(day.call(from, {}, answer)).toBeUndefined();
      expect(day.send('4024007145316932'), JSON.stringify(answer)).toMatch(/hold what/);
    }
  });

  it('does not count what the client has said itself before it read it', () => {
    const day = new Day();
    expect(day.send('Write to erika.m@kunde.example.')).toBeUndefined();
    expect(
      day.call('read_customer', { card: '4024 0071 4531 6932' }, { content: [{ type: 'text', text: CUSTOMER }] }),
    ).toBeUndefined();
    expect(day.send('Dear erika.m@kunde.example, your card 4024 0071 4531 6932 has run out.')).toBeUndefined();
    expect(day.send('contract ZX81-QT77-K9P2')).toMatch(/hold what/);
  });

  it('stays what it is, however often it was sent with somebody’s word', () => {
    const day = new Day({ effect: 'Log' });
    day.read();
    expect([day.send(CUSTOMER), day.send(CUSTOMER)]).toEqual([
      expect.stringMatching(/^Log: its arguments hold/),
      expect.stringMatching(/^Log: its arguments hold/),
    ]);
  });

  it('ends with its window', () => {
    const day = new Day({ within: '10m' });
    day.read();
    day.now += 8 * MINUTE;
    expect(day.send(CUSTOMER)).toBeUndefined();
  });

  it('says of more than it keeps that nobody can tell, and lets none of it out', () => {
    const day = new Day();
    day.read(Array.from({ length: 9000 }, (_, i) => `u${i}x${i * 7919}y@kunde.example`).join('\n'));
    expect(day.send('Nothing of that is in here.')).toMatch(/more than can be kept and compared/);
  });
});
