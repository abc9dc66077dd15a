/** A suggested policy as a file: each line with what it rests on. */
import { escapeCode } from '../../escape.ts';
import type { SuggestedField, SuggestedTool, Suggestion } from '../../trial/suggest.ts';

export function policyText({ exchanges, sessions, tools }: Suggestion): string {
  const writable = tools.filter(({ name }) => !isPattern(name));
  const called = writable.filter(({ calls }) => calls > 0);
  const idle = writable.filter(({ calls }) => calls === 0);
  const lines = [
    `# Suggested from ${count(exchanges, 'exchange')} in ${count(sessions, 'session')}: the least that they needed. Read each line before you rely on it;`,
    '# then: fcgate policy check, and fcgate policy test or diff against the same traffic.',
    'version: 1',
    '',
    ...maskLines(called),
    '# New calls, by tool. What was not called is refused.',
    'tools:',
    ...called.flatMap(rowLines),
    ...idle.map(({ name }) => `  # ${key(name)}: offered, and never called`),
    ...tools
      .filter(({ name }) => isPattern(name))
      .map(({ name }) => `  # ${key(name)}: has a wildcard in its name, and cannot have a row`),
    '  "*": { deny: No call of this tool was seen when the policy was made. }',
  ];
  return escapeCode(`${lines.join('\n')}\n`);
}

const isPattern = (name: string): boolean => /[*?]/.test(name);

function maskLines(tools: readonly SuggestedTool[]): string[] {
  const masked = tools.filter(({ fields }) => fields.length > 0);
  if (masked.length === 0) return [];
  const isNamed = masked.some(({ fields }) => fields.some(({ whole }) => whole));
  return [
    '# Arguments that held findings: masked whole from now on, whatever stands there. The caller gets its own values back;',
    '# a value that a model made up itself reaches the tool as masked.',
    ...(isNamed ? ['mask:', '  fields:'] : []),
    ...masked.flatMap(fieldLines),
    '',
  ];
}

function fieldLines({ name, calls, fields }: SuggestedTool): string[] {
  const whole = fields.filter((field) => field.whole);
  const said = ({ entities, calls: held }: SuggestedField): string =>
    `${entities.join(', ')} in ${held} of ${count(calls, 'call')}`;
  return [
    ...(whole.length > 0 ? [`    ${key(name)}:`] : []),
    ...whole.map((field) => `      ${key(field.path)}: ${field.form} # ${said(field)}`),
    ...fields
      .filter((field) => !field.whole)
      .map(
        (field) =>
          `    # ${key(name)} ${key(field.path)}: ${said(field)}, within texts: the detectors mask them there`,
      ),
  ];
}

function rowLines({ name, calls, sessions, risk, allowed, refused }: SuggestedTool): string[] {
  const past = [
    ...(allowed > 0 ? [`allowed by people ${count(allowed, 'time')}`] : []),
    ...(refused > 0 ? [`refused ${count(refused, 'time')}`] : []),
  ];
  const seen = `${count(calls, 'call')} in ${count(sessions, 'session')}${past.map((each) => `, ${each}`).join('')}`;
  const asks = risk ?? (past.length > 0 ? { what: 'was decided by people before' } : undefined);
  if (!asks) return [`  ${key(name)}: allow # ${seen}`];
  const told = 'word' in asks ? `"${asks.word}" ${asks.what}` : asks.what;
  return [`  ${key(name)}: approve # ${told}; ${seen}`];
}

const count = (number: number, noun: string): string => `${number} ${noun}${number === 1 ? '' : 's'}`;

/** A key as YAML (and JSON) has it; nothing of it can end the line. */
const key = (name: string): string =>
  /^[A-Za-z][\w-]*$/.test(name) && !WORDS.test(name) ? name : JSON.stringify(name);

/** What YAML takes for something else than a text, in one version or another. */
const WORDS = /^(?:y|n|yes|no|on|off|true|false|null)$/i;
