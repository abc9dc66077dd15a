/** Patterns that are slow are told with their place. */
import { expect, test } from 'vitest';
import { slowPatterns } from '../../src/policy/slow.ts';
import { load, told } from './scene.ts';

function warnings(text: string): string[] {
  const loaded = load(`version: 1\n${text}`);
  if (!loaded.ok) throw new Error(loaded.problems.map(told).join('\n'));
  return slowPatterns(loaded.merged).map(told);
}

const detector = (pattern: string) => `detectors:\n  - { entity: X_ID, pattern: '${pattern}' }\n`;
const row = (condition: string) => `tools:\n  pay: { deny: { if: '${condition}' } }\n`;
const rule = (when: string) =>
  `rules:\n  - { id: r, stages: [prompt, tool_call], when: '${when}', deny: x }\n`;

test.each([[String.raw`\d{8}`], ['[A-Z]{3}[0-9]{5}'], ['AB|CD'], ['(?i)abc-[0-9]+']])(
  'a detector that nothing fixed spares a look at: %s',
  (pattern) => {
    expect(warnings(detector(pattern))).toEqual([
      expect.stringMatching(/^fcgate\.yaml:3:30: This pattern is slow: it is run over every text/),
    ]);
  },
);

test.each([
  [row('args.a.matches("[ab]*a[ab]{300}c")'), 'fcgate.yaml:3:38: tools["pay"]: this pattern is slow'],
  [rule('model == "m" || model.matches("x" + "(.?){500}$")'), 'rules.r: this pattern is slow'],
])('a condition whose counts are written out: %s', (text, message) => {
  expect(warnings(text)).toEqual([expect.stringContaining(message)]);
});

test.each([
  detector(String.raw`CUST-\d{8}`),
  row('args.a.matches("^[a-z]{2,40}@(one|two|three)[.]example$")'),
  rule('model.matches("(?i)^(gpt|claude|gemini|mistral|command|llama|qwen|deepseek)-[a-z0-9.-]+$")'),
])('%s is fast enough', (text) => {
  expect(warnings(text)).toEqual([]);
});
