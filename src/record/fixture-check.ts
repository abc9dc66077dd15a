/** Checks a fixture file's shape. A key that is unknown in a case is an error: a mistyped expectation must not pass for one that holds. */
import { FcgateError } from '../errors.ts';
import type { Fixture, SketchFile } from '../fixture.ts';
import { type Path, placeIn } from './fixture-place.ts';

type Check = (value: unknown, at: Path) => void;

/** A file that was read, and its text, in which the place of a mistake is looked for. */
export interface Source {
  readonly file: string;
  readonly text: string;
}

export const checkFixture = (source: Source, value: unknown): Fixture =>
  checked(source, () => {
    fixture(value, []);
    distinct(value as Fixture);
    return value as Fixture;
  });

export const checkSketches = (source: Source, value: unknown): SketchFile =>
  checked(source, () => {
    sketchFile(value, []);
    const { cases } = value as SketchFile;
    apart(
      cases.map(({ name }) => name),
      (index) => ['cases', index, 'name'],
    );
    cases.forEach((sketch, index) => {
      toldOneWay(sketch, ['cases', index]);
    });
    return value as SketchFile;
  });

function checked<T>({ file, text }: Source, check: () => T): T {
  try {
    return check();
  } catch (cause) {
    if (!(cause instanceof Wrong)) throw cause;
    throw new FcgateError('usage', `${file}:${placeIn(text, cause.at, cause.side)}: ${cause.message}`, {
      cause,
    });
  }
}

class Wrong extends Error {
  readonly at: Path;
  /** Whether it is the key that is wrong, not what stands there. */
  readonly side: 'key' | 'value';

  constructor(at: Path, message: string, side: 'key' | 'value') {
    super(message);
    this.at = at;
    this.side = side;
  }
}

const wrong = (at: Path, what: string): never => {
  throw new Wrong(at, `${told(at)} ${what}`, 'value');
};

/** `cases[0].expect.masked["/a"]`. */
const told = (at: Path): string =>
  at.reduce<string>((before, step) => {
    if (typeof step === 'number') return `${before}[${step}]`;
    if (!/^\w+$/.test(step)) return `${before}[${JSON.stringify(step)}]`;
    return before === '' ? step : `${before}.${step}`;
  }, '') || 'the file';

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
    for (const [index, one] of value.entries()) item(one, [...at, index]);
  };

const entries = (value: unknown, at: Path): [string, unknown][] =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
    ? Object.entries(value)
    : wrong(at, 'must be an object');

const table =
  (item: Check): Check =>
  (value, at) => {
    for (const [key, one] of entries(value, at)) item(one, [...at, key]);
  };

/** An object of these keys; of no others where it is `closed`. */
const object =
  (required: Record<string, Check>, optional: Record<string, Check>, closed: boolean): Check =>
  (value, at) => {
    const found = new Map(entries(value, at));
    const checks = { ...required, ...optional };
    for (const key of Object.keys(required)) if (!found.has(key)) wrong(at, `lacks ${JSON.stringify(key)}`);
    for (const [key, one] of found) {
      if (Object.hasOwn(checks, key)) checks[key]!(one, [...at, key]);
      else if (closed) {
        const known = Object.keys(checks).join(', ');
        throw new Wrong(
          [...at, key],
          `${told(at)} has the unknown key ${JSON.stringify(key)}; known are ${known}`,
          'key',
        );
      }
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
const provider = oneOf('openai', 'anthropic', 'gemini', 'mistral', 'cohere', 'ollama', 'mcp', 'generic');
const recording = object(
  {
    id: string,
    session: string,
    at: string,
    connection: string,
    provider,
    caller: string,
    request: object({ method: string, path: string, ...message }, {}, false),
    decisions: list(decision),
    findings: list(anything),
    policy: string,
  },
  {
    label: string,
    groups: list(string),
    response: object({ status: number, ...message }, {}, false),
    ms: number,
  },
  false,
);
const leaving = object({}, { must: list(string), must_not: list(string) }, true);

/** A pointer, a stage, or a stage and a tool. */
const place: Check = (value, at) => {
  if (
    !/^$|^\/|^(?:prompt|tool_definition|past_call|tool_result|response|tool_call)(?: .+)?$/.test(
      String(value),
    )
  )
    wrong(
      at,
      'is no place: write a JSON pointer (`/messages/0/content`), a stage (`tool_call`), or a stage and a tool',
    );
};

const byPlace =
  (item: Check): Check =>
  (value, at) => {
    for (const [key, one] of entries(value, at)) {
      place(key, [...at, key]);
      item(one, [...at, key]);
    }
  };

const either =
  (first: Check, second: Check, isFirst: (value: unknown) => boolean): Check =>
  (value, at) =>
    (isFirst(value) ? first : second)(value, at);

const orList = (item: Check): Check => either(list(item), item, Array.isArray);

const expectation = object(
  {},
  {
    decision: effect,
    decisions: byPlace(effect),
    rules: list(string),
    not_rules: list(string),
    masked: byPlace(orList(string)),
    approvers: list(string),
    risk: object({}, { min: number, max: number }, true),
    leaves: object({}, { to_model: leaving, to_app: leaving }, true),
    code: string,
    message: string,
  },
  true,
);
const caller = object(
  {},
  { subject: string, email: string, groups: list(string), claims: table(anything) },
  true,
);
const boolean = oneOf(true, false);
const asking = {
  caller,
  answer: oneOf('allow', 'approval_denied', 'approval_timeout', 'approver_unavailable'),
  todo: either(string, boolean, (value) => typeof value === 'string'),
};
const fixture = object(
  {
    version: oneOf(1),
    recordings: list(recording),
    cases: list(object({ name: string, recording: string, expect: expectation }, asking, true)),
  },
  {},
  true,
);

const values = table(anything);
const tellers = ['openai', 'openai-responses', 'anthropic', 'gemini', 'mistral', 'cohere', 'ollama', 'mcp'];
const offer = object({ name: string }, { description: string, parameters: values }, true);
const said = object(
  {},
  { user: string, assistant: string, tool: string, args: values, result: anything },
  true,
);
const sketch = object(
  { name: string, expect: expectation },
  {
    ...asking,
    recording: string,
    provider: either(list(oneOf(...tellers)), oneOf(...tellers, 'all'), Array.isArray),
    stream: oneOf(true, false, 'both'),
    at: string,
    system: string,
    messages: either(list(said), string, Array.isArray),
    tools: list(either(string, offer, (value) => typeof value === 'string')),
    tool: string,
    args: values,
    result: anything,
    reply: string,
    raw: object({ provider, path: string, request: values }, { connection: string, response: values }, true),
  },
  true,
);
const sketchFile = object({ version: oneOf(1), cases: list(sketch) }, {}, true);

/** Ids tell recordings apart, names cases; a case needs its recording. */
const distinct = ({ recordings, cases }: Fixture): void => {
  apart(
    recordings.map(({ id }) => id),
    (index) => ['recordings', index, 'id'],
  );
  apart(
    cases.map(({ name }) => name),
    (index) => ['cases', index, 'name'],
  );
  const ids = new Set(recordings.map(({ id }) => id));
  for (const [index, { recording }] of cases.entries()) {
    if (!ids.has(recording))
      wrong(['cases', index, 'recording'], `${JSON.stringify(recording)} is no recording of this file`);
  }
};

function apart(names: readonly string[], at: (index: number) => Path): void {
  const seen = new Set<string>();
  for (const [index, name] of names.entries()) {
    if (seen.has(name)) wrong(at(index), `${JSON.stringify(name)} stands twice`);
    seen.add(name);
  }
}

const TELLING = ['provider', 'stream', 'system', 'messages', 'tools', 'tool', 'args', 'result', 'reply'];

/** A recording, raw bodies, or a few words: one of them. */
function toldOneWay(one: object, at: Path): void {
  const ways = ['recording', 'raw'].filter((key) => key in one);
  const words = TELLING.filter((key) => key in one);
  if (ways.length > 1 || (ways.length > 0 && words.length > 0))
    wrong(at, `says ${ways[0]} and ${[...ways.slice(1), ...words][0]}: an exchange is told in one way`);
  if (words.includes('args') && !words.includes('tool')) wrong(at, 'has args, but no tool that they are for');
}
