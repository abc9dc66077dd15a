/** Checks a fixture file's shape. A key that is unknown in a case is an error: a mistyped expectation must not pass for one that holds. */
import { FcgateError } from '../errors.ts';
import type { Fixture } from '../exchange.ts';

type Check = (value: unknown, at: string) => void;

export const checkFixture = (file: string, value: unknown): Fixture => {
  try {
    fixture(value, '');
    distinct(value as Fixture);
    return value as Fixture;
  } catch (cause) {
    if (!(cause instanceof Wrong)) throw cause;
    throw new FcgateError('usage', `${file}: ${cause.message}`, { cause });
  }
};

class Wrong extends Error {}

const wrong = (at: string, what: string): never => {
  throw new Wrong(`${at || 'the file'} ${what}`);
};

const string: Check = (value, at) => {
  if (typeof value !== 'string') wrong(at, 'must be a string');
};

const number: Check = (value, at) => {
  if (typeof value !== 'number') wrong(at, 'must be a number');
};

const anything: Check = () => undefined;

const oneOf =
  (...allowed: readonly unknown[]): Check =>
  (value, at) => {
    if (!allowed.includes(value))
      wrong(at, `must be ${allowed.map((one) => JSON.stringify(one)).join(' or ')}`);
  };

const list =
  (item: Check): Check =>
  (value, at) => {
    if (!Array.isArray(value)) return wrong(at, 'must be a list');
    for (const [index, one] of value.entries()) item(one, `${at}[${index}]`);
  };

const entries = (value: unknown, at: string): [string, unknown][] =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
    ? Object.entries(value)
    : wrong(at, 'must be an object');

const table =
  (item: Check): Check =>
  (value, at) => {
    for (const [key, one] of entries(value, at)) item(one, `${at}[${JSON.stringify(key)}]`);
  };

/** An object of these keys; of no others where it is `closed`. */
const object =
  (required: Record<string, Check>, optional: Record<string, Check>, closed: boolean): Check =>
  (value, at) => {
    const found = new Map(entries(value, at));
    const checks = { ...required, ...optional };
    for (const key of Object.keys(required)) if (!found.has(key)) wrong(at, `lacks ${JSON.stringify(key)}`);
    for (const [key, one] of found) {
      if (Object.hasOwn(checks, key)) checks[key]!(one, at ? `${at}.${key}` : key);
      else if (closed)
        wrong(at, `has the unknown key ${JSON.stringify(key)}; known are ${Object.keys(checks).join(', ')}`);
    }
  };

const effect = oneOf('allow', 'mask', 'approve', 'deny');
const message = { headers: table(string), body: string };
const decision = object(
  {
    stage: string,
    path: string,
    effect,
    rules: list(object({ rule: string }, {}, false)),
    masked: list(anything),
  },
  { tool: string },
  false,
);
const recording = object(
  {
    id: string,
    session: string,
    at: string,
    connection: string,
    provider: oneOf('openai', 'anthropic', 'gemini', 'mistral', 'cohere', 'ollama', 'mcp', 'generic'),
    caller: string,
    request: object({ method: string, path: string, ...message }, {}, false),
    decisions: list(decision),
    findings: list(anything),
    policy: string,
  },
  { label: string, response: object({ status: number, ...message }, {}, false), ms: number },
  false,
);
const leaving = object({}, { must: list(string), must_not: list(string) }, true);
const expectation = object(
  {},
  {
    decision: effect,
    decisions: table(effect),
    rules: list(string),
    not_rules: list(string),
    masked: table(string),
    approvers: list(string),
    leaves: object({}, { to_model: leaving, to_app: leaving }, true),
    code: string,
  },
  true,
);
const caller = object(
  {},
  { subject: string, email: string, groups: list(string), claims: table(anything) },
  true,
);
const fixture = object(
  {
    version: oneOf(1),
    recordings: list(recording),
    cases: list(object({ name: string, recording: string, expect: expectation }, { caller }, true)),
  },
  {},
  true,
);

/** Ids tell recordings apart, names cases; a case needs its recording. */
const distinct = ({ recordings, cases }: Fixture): void => {
  const ids = new Set<string>();
  for (const [index, { id }] of recordings.entries()) {
    if (ids.has(id)) wrong(`recordings[${index}].id`, `${JSON.stringify(id)} stands twice`);
    ids.add(id);
  }
  const names = new Set<string>();
  for (const [index, { name, recording }] of cases.entries()) {
    if (names.has(name)) wrong(`cases[${index}].name`, `${JSON.stringify(name)} stands twice`);
    names.add(name);
    if (!ids.has(recording))
      wrong(`cases[${index}].recording`, `${JSON.stringify(recording)} is no recording of this file`);
  }
};
