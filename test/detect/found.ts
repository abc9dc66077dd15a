import { compileDetectors, detect } from '../../src/detect/detect.ts';

const builtIn = compileDetectors();

/** What the built-in detectors find in a text: `ENTITY:value`. */
export function found(text: string, key?: string): string[] {
  const bytes = Buffer.from(text);
  const matches = detect(builtIn, bytes, 0, bytes.length, key === undefined ? undefined : { key });
  return matches.map(({ entity, start, end }) => `${entity}:${bytes.toString('utf8', start, end)}`);
}
