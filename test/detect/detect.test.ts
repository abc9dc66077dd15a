import { describe, expect, it } from 'vitest';
import { compileDetectors, detect, entities, groupOf } from '../../src/detect/detect.ts';
import { found } from './found.ts';

/** Values as they stand in text: each is found, whole, as what it is. Tokens are put together, so that no scanner of this repository trips over them. */
const hits: readonly (readonly [text: string, expected: string])[] = [
  ['write to bob.o@x.co.uk.', 'EMAIL_ADDRESS:bob.o@x.co.uk'],
  ['mailto:jürgen@müller.de?x', 'EMAIL_ADDRESS:jürgen@müller.de'],
  ['メールはbob@x.comです', 'EMAIL_ADDRESS:bob@x.com'],
  ['root@[10.1.2.3]', 'EMAIL_ADDRESS:root@[10.1.2.3]'],
  ['at (415) 555-0132, or', 'PHONE_NUMBER:(415) 555-0132'],
  ['at 1-415-555-0132 x12 please', 'PHONE_NUMBER:1-415-555-0132 x12'],
  ['on +1 415 555 0132or later', 'PHONE_NUMBER:+1 415 555 0132'],
  ['on +44 (0)20 7946 0018.', 'PHONE_NUMBER:+44 (0)20 7946 0018'],
  ['電話は090-1234-5678です', 'PHONE_NUMBER:090-1234-5678'],
  ['我的手机号码是13812345678，谢谢', 'PHONE_NUMBER:13812345678'],
  ['my UK number is 07911 123456', 'PHONE_NUMBER:07911 123456'],
  ['Tel. 33 3461 2234', 'PHONE_NUMBER:33 3461 2234'],
  ['pay with 4111 1111 1111 1111 12/27', 'CREDIT_CARD:4111 1111 1111 1111'],
  ['amex 3782-822463-10005', 'CREDIT_CARD:3782-822463-10005'],
  ['{"pan":"5555555555554444"}', 'CREDIT_CARD:5555555555554444'],
  ['to DE89 3704 0044 0532 0130 00 today', 'IBAN_CODE:DE89 3704 0044 0532 0130 00'],
  ['gb29nwbk60161331926819', 'IBAN_CODE:gb29nwbk60161331926819'],
  ['my SSN is 123456789', 'US_SSN:123456789'],
  ['219-09-9999', 'US_SSN:219-09-9999'],
  ['from 10.0.0.0/8', 'IP_ADDRESS:10.0.0.0/8'],
  ['[2001:db8::ff00:42:8329]:80', 'IP_ADDRESS:2001:db8::ff00:42:8329'],
  ['fe80::1%eth0', 'IP_ADDRESS:fe80::1%eth0'],
  ['::ffff:192.0.2.1', 'IP_ADDRESS:::ffff:192.0.2.1'],
  ['postgres://svc:pa/ss@db:5432/x', 'URL_CREDENTIALS:svc:pa/ss'],
  ['https://u:p@ss@host.example/', 'URL_CREDENTIALS:u:p@ss'],
  ['1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa', 'CRYPTO:1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa'],
  ['bc1qar0srrr7xfkvy5l643lydnw9re59gtzzwf5mdq', 'CRYPTO:bc1qar0srrr7xfkvy5l643lydnw9re59gtzzwf5mdq'],
  ['0x88dA6B6a8D3590e88E0FcadD5CEC56A7C9478319', 'CRYPTO:0x88dA6B6a8D3590e88E0FcadD5CEC56A7C9478319'],
  [`key=${'AKIA'}2E0A8F3B5C7D9E1F`, `AWS_ACCESS_TOKEN:${'AKIA'}2E0A8F3B5C7D9E1F`],
  [
    `"${'ghp_'}wWPw5k4aXcaT4fNP0UcnZwJUVFk6LO0pINUx"`,
    `GITHUB_PAT:${'ghp_'}wWPw5k4aXcaT4fNP0UcnZwJUVFk6LO0pINUx`,
  ],
  [`${'sk-'}proj-aB3dE5gH7jK9mN1pQ3sT5`, `OPENAI_API_KEY:${'sk-'}proj-aB3dE5gH7jK9mN1pQ3sT5`],
  [`${'sk-'}ant-api03-aB3dE5gH7jK9mN1pQ3sT5`, `ANTHROPIC_API_KEY:${'sk-'}ant-api03-aB3dE5gH7jK9mN1pQ3sT5`],
  ['eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln', 'JWT:eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln'],
  ['eyJhbGciOiJIUzI1NiJ9.eyJzdW', 'JWT:eyJhbGciOiJIUzI1NiJ9.eyJzdW'],
];

/** Look-alikes: nothing is found in them. */
const misses: readonly string[] = [
  '550e8400-e29b-41d4-a716-446655440000',
  'd41d8cd98f00b204e9800998ecf8427e',
  '2012-01-02 08:00, 03/27/2011 and 2025-11-22T10:11:12.123456789Z',
  'order 12345678, id +123456789012345678, code +1234567',
  'costs 1,234,567.89 or 0.4111111111111111',
  'v1.2.3.4 and Chrome/120.0.0.0 and version 10.0.19041.1',
  'std::vector, a::b, 12:34:56, aa:bb:cc:dd:ee:ff, Ratio 1:2:3:4',
  'icon@2x.png, @scope/pkg@1.2.3, user@localhost, @decorator.name',
  'git clone git@github.com:owner/repo.git',
  'call_0a1B2c3D4e5F6g7H8i9J0k1L toolu_01A09q90qw90lq917835lq9 chatcmpl-9AbCdEfGhIjKlMnOpQrStUvWxYz01',
  '[EMAIL_ADDRESS_7Q2F] [REDACTED:PHONE_NUMBER] [CREDIT_CARD:9f2c4e]',
  'https://host:8080/path?mail=x and https://{user}:{password}@host and https://u:***@host',
  '4111111111111112',
  'DE89370400440532013001',
  `${'ghp_'}${'x'.repeat(36)}`,
  'risk-assessment-framework-for-everyone-2024 sk-learn-contrib-something-long',
];

describe('detect', () => {
  it.each(hits)('finds in %s', (text, expected) => {
    expect(found(text)).toEqual([expected]);
  });

  it.each(misses)('finds nothing in %s', (text) => {
    expect(found(text)).toEqual([]);
  });

  it('takes the key that a value stands under for its context', () => {
    expect(found('123456789', 'ssn')).toEqual(['US_SSN:123456789']);
    expect(found('000-12-3456', 'ssn')).toEqual(['US_SSN:000-12-3456']);
    expect(found('123456789', 'order_id')).toEqual([]);
    expect(found('5551234567', 'phoneNumber')).toEqual(['PHONE_NUMBER:5551234567']);
    expect(found('5551234567', 'created_at')).toEqual([]);
    expect(found('4111111111111112', 'card_number')).toEqual(['CREDIT_CARD:4111111111111112']);
  });

  it('never bridges lines, cells or lists', () => {
    expect(found('4111 1111\n1111 1111')).toEqual([]);
    expect(found('4111 1111 | 1111 1111')).toEqual([]);
    expect(found('4111\t1111\t1111\t1111')).toEqual([]);
    expect(found('GB29 NWBK 6016\n1331 9268 19')).toEqual([]);
  });

  it('gives offsets in bytes from the start of the span', () => {
    const bytes = Buffer.from('xx größe a@b.de yy');
    const [match] = detect(compileDetectors(), bytes, 3, bytes.length);
    expect(bytes.toString('utf8', 3 + match!.start, 3 + match!.end)).toBe('a@b.de');
  });

  it('sees nothing beyond the span', () => {
    const bytes = Buffer.from('a@b.de');
    expect(detect(compileDetectors(), bytes, 0, 4)).toEqual([]);
    expect(detect(compileDetectors(), new Uint8Array(bytes), 0, 6)).toHaveLength(1);
  });

  it('masks a private key as soon as its beginning is certain', () => {
    const begin = `-----BEGIN RSA ${'PRIVATE'} KEY-----`;
    const body = 'MIIEpAIBAAKCAQEA04up8hoqzS1APIB0RhjXyObwHQnOzhAk5Bd7mhkSbPkyhP1\n'.repeat(3);
    expect(found(`x ${begin}\n${body}-----END RSA ${'PRIVATE'} KEY----- y`)[0]).toMatch(
      /^PRIVATE_KEY:-----BEGIN[\s\S]*-----$/,
    );
    expect(found(`${begin}\n${body}and then prose`)).toEqual([`PRIVATE_KEY:${begin}\n${body.trimEnd()}`]);
    expect(found(begin)).toEqual([`PRIVATE_KEY:${begin}`]);
  });

  it('lists its entities, each with a group', () => {
    const detectors = compileDetectors();
    for (const { entity, group } of entities) {
      expect(entity).toMatch(/^[A-Z0-9_]+$/);
      expect(['pii', 'financial', 'secret', 'network']).toContain(group);
      expect(groupOf(detectors, entity)).toBe(group);
    }
    expect(groupOf(detectors, 'NO_SUCH')).toBeUndefined();
  });
});
