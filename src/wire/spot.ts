import type { Doc, Node } from './json.ts';

/** A value in a document, and the path that it has in the body. */
export interface Spot {
  readonly doc: Doc;
  readonly node: Node;
  readonly path: string;
  /** The key it stands under; '' in an array. */
  readonly key: string;
}

export const rootOf = (doc: Doc): Spot => ({ doc, node: 0, path: '', key: '' });
