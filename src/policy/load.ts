/** From the text of a policy file to the policy in force, or to what is wrong with it and where. */
import { sha256 } from '../detect/sha256.ts';
import { FcgateError } from '../errors.ts';
import { compile, type ReadNames } from './compile.ts';
import { type Merged, merge } from './merge.ts';
import type { PolicyFile } from './policy.generated.ts';
import type { Policy } from './policy.ts';
import { createReport } from './report.ts';
import { starterPolicy } from './starter.ts';
import { loosenedThresholds } from './thresholds.ts';
import { validate } from './validate.ts';
import { type Layer, type Problem, readYaml, type SourceFile } from './yaml.ts';

export type { Problem, SourceFile } from './yaml.ts';

/** Fetches what `extends` names; throws where it cannot. */
export type ReadSource = (reference: string, from: string) => SourceFile;

export type Loaded =
  | {
      readonly ok: true;
      readonly policy: Policy;
      readonly warnings: readonly Problem[];
      /** What it was made of. */
      readonly merged: Merged;
    }
  | { readonly ok: false; readonly problems: readonly Problem[] };

/** How many files may extend one another. */
const MAX_DEPTH = 8;

const builtIn: SourceFile = { file: 'built-in', text: starterPolicy };

/** No file means the built-in policy. */
export function loadPolicy(
  source: SourceFile | undefined,
  read: ReadSource,
  readNames: ReadNames = noNames,
): Loaded {
  const chain = source
    ? readChain(source, read)
    : { sources: [], layers: [], problems: [], extendsNone: false };
  if (chain.problems.length > 0) return { ok: false, problems: chain.problems };
  const sources = chain.extendsNone ? chain.sources : [...chain.sources, builtIn];
  const layers = chain.extendsNone ? chain.layers : [...chain.layers, builtInLayer()];
  const merged = merge(layers.toReversed());
  const report = createReport(merged);
  const compiled = compile(merged.value, report, readNames);
  const loosened = [...loosenedIdentity(layers), ...loosenedThresholds(layers, compiled.masks.groupOf)];
  const problems = [...loosened, ...report.problems].sort(byPlace);
  if (problems.length > 0) return { ok: false, problems };
  const files = chain.sources.map(({ file }) => file);
  return {
    ok: true,
    policy: { hash: hashOf(sources), files, ...compiled },
    warnings: report.warnings,
    merged,
  };
}

/** A policy that asks for names where there is no table of them protects nobody: it does not load. */
const noNames: ReadNames = () => {
  throw new FcgateError(
    'policy_invalid',
    'The policy asks for names of people or places; give it the table that they are told by.',
  );
};

const byPlace = (a: Problem, b: Problem): number =>
  (a.file < b.file ? -1 : Number(a.file > b.file)) || a.line - b.line || a.column - b.column;

interface Chain {
  /** The file itself first, then what it extends. */
  readonly sources: readonly SourceFile[];
  readonly layers: readonly Layer[];
  readonly problems: readonly Problem[];
  readonly extendsNone: boolean;
}

function readChain(first: SourceFile, read: ReadSource): Chain {
  const sources: SourceFile[] = [];
  const layers: Layer[] = [];
  const stop = (problems: readonly Problem[]): Chain => ({ sources, layers, problems, extendsNone: false });
  for (let source = first; ; ) {
    const result = readYaml(source);
    if (!result.ok) return stop(result.problems);
    const { layer } = result;
    const problems = [...validate(layer), ...repeatedIds(layer)];
    if (problems.length > 0) return stop(problems);
    sources.push(source);
    layers.push(layer);
    const reference = (layer.value as PolicyFile).extends;
    if (reference === undefined || reference === 'none')
      return { sources, layers, problems: [], extendsNone: reference === 'none' };
    const next = follow(reference, layer, sources, read);
    if ('message' in next) return stop([next]);
    source = next;
  }
}

function follow(
  reference: string,
  layer: Layer,
  sources: readonly SourceFile[],
  read: ReadSource,
): SourceFile | Problem {
  const problem = (message: string): Problem => ({ ...layer.place(['extends']), message });
  if (sources.length >= MAX_DEPTH)
    return problem(`More than ${MAX_DEPTH} files extend one another; use fewer.`);
  let next: SourceFile;
  try {
    next = read(reference, layer.file);
  } catch (error) {
    return problem(`${reference} cannot be read (${(error as Error).message}). Name a file, or \`none\`.`);
  }
  const isCycle = sources.some(({ file }) => file === next.file);
  return isCycle ? problem(`${reference} extends this file in turn; break the circle.`) : next;
}

/** The same id replaces a rule of the base; twice in one file it is a slip. */
function repeatedIds(layer: Layer): Problem[] {
  const rules = (layer.value as PolicyFile).rules;
  if (!Array.isArray(rules)) return [];
  const seen = new Set<string>();
  return rules.flatMap(({ id }, i) => {
    if (!seen.has(id)) return seen.add(id) && [];
    return [
      {
        ...layer.place(['rules', i, 'id']),
        message: `The id "${id}" stands twice in this file; give each rule its own.`,
      },
    ];
  });
}

/** A file cannot take back that its base requires an identity. */
function loosenedIdentity(layers: readonly Layer[]): Problem[] {
  const required = (layer: Layer): boolean | undefined => (layer.value as PolicyFile).identity?.required;
  return layers.flatMap((layer, i) => {
    const base = layers.slice(i + 1).find((each) => required(each) === true);
    if (required(layer) !== false || !base) return [];
    return [
      {
        ...layer.place(['identity', 'required']),
        message: `${base.file} requires an identity, which this file cannot loosen; take the line out.`,
      },
    ];
  });
}

/** The built-in text was never anybody's input: it needs no schema. */
function builtInLayer(): Layer {
  const result = readYaml(builtIn);
  if (!result.ok) throw new Error('The built-in policy cannot be read.');
  return result.layer;
}

/** Of the texts alone, their lengths keeping them apart: a policy stays what it is when its folder moves. */
function hashOf(sources: readonly SourceFile[]): string {
  const text = sources.map((source) => `${source.text.length}\n${source.text}`).join('');
  return Buffer.from(sha256(new TextEncoder().encode(text))).toString('hex');
}
