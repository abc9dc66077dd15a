/** A file's value against the JSON Schema, its failures told as people would tell them. */
import type { ErrorObject, ValidateFunction } from 'ajv/dist/2020.js';
import { checkPolicy } from './check.generated.ts';
import { didYouMean } from './nearest.ts';
import type { Layer, Path, Problem } from './yaml.ts';

interface Fragment {
  readonly description?: string;
  readonly properties?: Readonly<Record<string, unknown>>;
}

/** The schema's checks, as its library compiled them when the project was built. */
const check = checkPolicy as unknown as ValidateFunction;

/** What the schema has against a file. */
export const validate = (layer: Layer): Problem[] =>
  check(layer.value) ? [] : problemsOf(layer, check.errors ?? []);

/** One problem a place: the first that says more than that something did not fit. */
function problemsOf(layer: Layer, errors: readonly ErrorObject[]): Problem[] {
  const problems = new Map<string, Problem>();
  for (const error of errors) {
    if (error.keyword === 'propertyNames') continue;
    const problem = problemOf(layer, error);
    const key = `${problem.line}:${problem.column}`;
    if (!problems.has(key)) problems.set(key, problem);
  }
  return [...problems.values()].sort((a, b) => a.line - b.line || a.column - b.column);
}

function problemOf(layer: Layer, error: ErrorObject): Problem {
  const path = pathOf(error.instancePath, layer.value);
  const schema = (error.parentSchema ?? {}) as Fragment;
  if (error.keyword === 'additionalProperties') {
    const key = String(error.params.additionalProperty);
    return { ...layer.keyPlace([...path, key]), message: unknownKey(key, path, schema) };
  }
  if (error.propertyName !== undefined) {
    const what = schema.description ?? 'a name of at least one character';
    return {
      ...layer.keyPlace([...path, error.propertyName]),
      message: `"${error.propertyName}" does not fit as a key: it must be ${what}.`,
    };
  }
  if (error.keyword === 'required') {
    return { ...layer.place(path), message: `${nameOf(path)} needs \`${error.params.missingProperty}\`.` };
  }
  return { ...layer.place(path), message: `${nameOf(path)} ${expectation(error, schema)}` };
}

function unknownKey(key: string, path: Path, schema: Fragment): string {
  const known = Object.keys(schema.properties ?? {});
  if (path[0] === 'rules' && key === 'allow')
    return 'A rule can only tighten; say what is allowed in `tools`.';
  const where = path.length === 0 ? 'a policy' : nameOf(path);
  return `Unknown key "${key}" in ${where}.${didYouMean(key, known) || ` Known are ${known.join(', ')}.`}`;
}

function expectation(error: ErrorObject, schema: Fragment): string {
  switch (error.keyword) {
    case 'enum': {
      const allowed = (error.params.allowedValues as unknown[]).map(String);
      const near = typeof error.data === 'string' ? didYouMean(error.data, allowed) : '';
      return `must be one of ${allowed.join(', ')}.${near}`;
    }
    case 'const':
      return `must be ${String(error.params.allowedValue)}.`;
    case 'not':
      return 'cannot be false; leave it out instead.';
    case 'type':
      return `must be ${plain(error.params.type)}${typeof error.data === 'number' ? ' (put it in quotes)' : ''}.`;
    default:
      return schema.description
        ? `must be ${lower(schema.description)}`
        : `${error.message ?? 'does not fit'}.`;
  }
}

const plain = (type: unknown): string =>
  [type]
    .flat()
    .map(
      (each) =>
        ({ object: 'a map', array: 'a list', string: 'a text', integer: 'a whole number' })[String(each)] ??
        String(each),
    )
    .join(' or ');

const lower = (text: string): string => {
  const sentence = text.endsWith('.') ? text : `${text}.`;
  return /^[A-Z][a-z]/.test(sentence) ? sentence[0]!.toLowerCase() + sentence.slice(1) : sentence;
};

/** `mask.to_model.pii`, as people write it. */
const nameOf = (path: Path): string =>
  path.length === 0
    ? 'A policy'
    : path.reduce<string>((name, step) => {
        if (typeof step === 'number') return `${name}[${step}]`;
        if (/^\w[\w-]*$/.test(step)) return name === '' ? step : `${name}.${step}`;
        return `${name}[${JSON.stringify(step)}]`;
      }, '');

/** A JSON Pointer's steps; those into lists are numbers. */
function pathOf(pointer: string, root: unknown): Path {
  const path: (string | number)[] = [];
  let value: unknown = root;
  for (const raw of pointer.split('/').slice(1)) {
    const step = raw.replaceAll('~1', '/').replaceAll('~0', '~');
    path.push(Array.isArray(value) ? Number(step) : step);
    value = (value as Record<string, unknown> | undefined)?.[step];
  }
  return path;
}
