import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { stringify } from 'yaml';
import type { Effect } from '../../src/exchange.ts';
import { bySpecificity, lookup, matchesGlob } from '../../src/policy/glob.ts';
import { call, decide, policyOf, unit } from './scene.ts';

const rank: Readonly<Record<Effect, number>> = { allow: 0, mask: 1, approve: 2, deny: 3 };

const condition = fc.constantFrom(
  'true',
  'false',
  'args.n > 5',
  'args.n < 3',
  'has(args.x)',
  'args.x == 1',
  'session.calls > 2',
  'args.n / 0 == 1',
);
const effect = fc.constantFrom(
  { deny: 'No.' },
  { approve: true },
  { approve: { groups: ['a', 'b'] } },
  { approve: { groups: ['b'], min: 2 } },
  { deny: true, on_deny: 'error' },
);
const rule = fc.record({ when: condition, effect });
const rules = fc
  .array(rule, { maxLength: 6 })
  .map((list) =>
    list.map(({ when, effect }, i) => ({ id: `r${i}`, stages: ['tool_call'], when, ...effect })),
  );
const pattern = fc.constantFrom('*', 'p*', 'pay', 'pa?', '*y', 'send', 's*d');
const row = fc.oneof(
  fc.constantFrom('allow', 'deny', 'approve'),
  condition.map((text) => ({ approve: { if: text } })),
  condition.map((text) => ({ deny: { if: text } })),
);
const tools = fc.dictionary(pattern, row, { maxKeys: 5 });

const units = [
  call('pay', { n: 7 }),
  call('send', { n: 1, x: 1 }),
  call('sad', {}),
  unit('prompt', 'ada@lovelace.org'),
];
const under = (file: object, files: Record<string, string> = {}) =>
  decide(policyOf(stringify(file), files), units);

describe('rules and rows', () => {
  test('the order in which they stand cannot matter', () => {
    fc.assert(
      fc.property(rules, tools, fc.integer(), (list, table, turn) => {
        const turned = (each: unknown[]) =>
          [
            ...each.slice(Math.abs(turn) % (each.length || 1)),
            ...each.slice(0, Math.abs(turn) % (each.length || 1)),
          ].reverse();
        const strip = (decisions: ReturnType<typeof under>) =>
          decisions.map((decision) => ({
            ...decision,
            rules: decision.rules.map((each) => ({ ...each, at: '' })),
          }));
        const other = {
          rules: turned(list),
          tools: Object.fromEntries(turned(Object.entries(table)) as [string, unknown][]),
        };
        expect(strip(under(other))).toEqual(strip(under({ rules: list, tools: table })));
      }),
      { numRuns: 60 },
    );
  });

  test('one more rule can only tighten', () => {
    fc.assert(
      fc.property(rules, tools, rule, (list, table, { when, effect: added }) => {
        const before = under({ rules: list, tools: table });
        const after = under({
          rules: [...list, { id: 'more', stages: ['tool_call'], when, ...added }],
          tools: table,
        });
        after.forEach((decision, i) => {
          expect(rank[decision.effect]).toBeGreaterThanOrEqual(rank[before[i]!.effect]);
        });
      }),
      { numRuns: 60 },
    );
  });

  test('the strongest rule is the effect', () => {
    fc.assert(
      fc.property(rules, tools, (list, table) => {
        for (const { effect: whole, rules: told, masks, approval } of under({ rules: list, tools: table })) {
          const strongest = Math.max(0, ...told.map((each) => rank[each.effect]));
          expect(rank[whole]).toBe(strongest === 0 && masks.length > 0 ? 1 : strongest);
          expect(approval !== undefined).toBe(whole === 'approve');
        }
      }),
      { numRuns: 60 },
    );
  });
});

describe('extends', () => {
  const form = fc.constantFrom('surrogate', 'placeholder', 'redact', 'partial', 'hash', 'keep');
  const forms = fc.dictionary(fc.constantFrom('pii', 'secret', 'EMAIL_ADDRESS', 'all'), form, { maxKeys: 3 });
  const mask = fc.dictionary(fc.constantFrom('prompt', 'to_model', 'to_app', 'all'), forms, { maxKeys: 3 });
  const file = fc.record(
    { mask, tools, rules, unoffered_tools: fc.constantFrom('deny', 'allow') },
    { requiredKeys: [] },
  );
  const alone = (each: object) => under({ extends: 'none', ...each });
  const plain = (decisions: ReturnType<typeof under>) =>
    JSON.stringify(decisions, (key, value: unknown) => (key === 'at' ? '' : value));

  test('a file over nothing, and nothing over a file, is the file', () => {
    fc.assert(
      fc.property(file, (each) => {
        const base = stringify({ extends: 'none', ...each });
        expect(plain(under({ extends: './base.yaml' }, { 'base.yaml': base }))).toBe(plain(alone(each)));
        expect(plain(under({ extends: './base.yaml', ...each }, { 'base.yaml': 'extends: none' }))).toBe(
          plain(alone(each)),
        );
      }),
      { numRuns: 40 },
    );
  });

  test('a file over itself is the file', () => {
    fc.assert(
      fc.property(file, (each) => {
        const base = stringify({ extends: 'none', ...each });
        expect(plain(under({ extends: './base.yaml', ...each }, { 'base.yaml': base }))).toBe(
          plain(alone(each)),
        );
      }),
      { numRuns: 40 },
    );
  });

  test('what the file says of a key holds, what it does not say is its base', () => {
    fc.assert(
      fc.property(mask, mask, (own, base) => {
        const merged = policyOf(stringify({ extends: './base.yaml', mask: own }), {
          'base.yaml': stringify({ extends: 'none', mask: base }),
        });
        const joined = Object.fromEntries(
          [...Object.keys(base), ...Object.keys(own)].map((table) => [
            table,
            { ...base[table], ...own[table] },
          ]),
        );
        const whole = policyOf(stringify({ extends: 'none', mask: joined }));
        for (const stage of ['prompt', 'past_call', 'response'] as const) {
          for (const entity of ['EMAIL_ADDRESS', 'US_SSN', 'GITHUB_PAT'])
            expect(merged.masks.row(stage, entity)).toEqual(whole.masks.row(stage, entity));
        }
      }),
      { numRuns: 60 },
    );
  });
});

describe('patterns', () => {
  const text = fc.string({ unit: fc.constantFrom('a', 'b', '*', '?'), maxLength: 8 });
  const name = fc.string({ unit: fc.constantFrom('a', 'b'), maxLength: 10 });

  test('match what the regular expression of the same meaning matches', () => {
    fc.assert(
      fc.property(text, name, (glob, word) => {
        const meaning = new RegExp(`^${glob.replaceAll('*', '[ab]*').replaceAll('?', '[ab]')}$`);
        expect(matchesGlob(glob, word)).toBe(meaning.test(word));
      }),
    );
  });

  test('have one order, and the first that matches holds', () => {
    fc.assert(
      fc.property(fc.uniqueArray(text, { maxLength: 6 }), name, (globs, word) => {
        const sorted = globs.toSorted(bySpecificity);
        expect(globs.toReversed().toSorted(bySpecificity)).toEqual(sorted);
        const find = lookup(globs.map((glob) => [glob, glob] as const));
        expect(find(word)).toBe(globs.includes(word) ? word : sorted.find((glob) => matchesGlob(glob, word)));
      }),
    );
  });

  test('take linear time on names made to slow them down', () => {
    const begun = performance.now();
    expect(matchesGlob(`${'*a'.repeat(30)}b`, 'a'.repeat(20_000))).toBe(false);
    expect(performance.now() - begun).toBeLessThan(5_000);
  });
});
