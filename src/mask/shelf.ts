/** Texts that are looked for, by how they begin. */

/** What is joined to an address shows in so many characters behind it. */
export const BEHIND = 2;

/** What begins with the same three characters. */
class Family {
  /** How many texts have a length. */
  readonly lengths: Map<number, number>;
  private texts: string[];
  private isSorted = true;

  /** Most have one text and never another. */
  constructor(first: string) {
    this.texts = [first];
    this.lengths = new Map([[first.length, 1]]);
  }

  add(text: string): void {
    this.texts.push(text);
    this.isSorted = false;
    this.lengths.set(text.length, (this.lengths.get(text.length) ?? 0) + 1);
  }

  remove(text: string): void {
    this.texts = this.texts.filter((each) => each !== text);
    const left = this.lengths.get(text.length)! - 1;
    if (left > 0) this.lengths.set(text.length, left);
    else this.lengths.delete(text.length);
  }

  /** Whether a text begins like this. They are put in order only when somebody asks. */
  hasBeginning(prefix: string): boolean {
    if (!this.isSorted) this.texts.sort();
    this.isSorted = true;
    let from = 0;
    let to = this.texts.length;
    while (from < to) {
      const middle = (from + to) >> 1;
      if (this.texts[middle]! < prefix) from = middle + 1;
      else to = middle;
    }
    return this.texts[from]?.startsWith(prefix) ?? false;
  }
}

/** Texts by themselves, and by their first three characters. */
export class Shelf<T> {
  readonly byText = new Map<string, T[]>();
  private readonly families = new Map<number, Family>();
  /** Marks of beginnings, never taken back: most places are passed over by one look here. */
  readonly marks = new Uint8Array(4096);
  private readonly firsts = new Set<number>();

  /** Whether some text began with this character; never taken back. */
  marked(code: number): boolean {
    return this.firsts.has(code);
  }

  add(text: string, item: T): void {
    const there = this.byText.get(text);
    if (there) {
      there.push(item);
      return;
    }
    this.byText.set(text, [item]);
    this.firsts.add(text.charCodeAt(0));
    this.marks[markOf(text.charCodeAt(0), text.charCodeAt(1), text.charCodeAt(2))] = 1;
    const code = beginning(text, 0);
    const family = this.families.get(code);
    if (family) family.add(text);
    else this.families.set(code, new Family(text));
  }

  remove(text: string, item: T): void {
    const there = this.byText.get(text);
    if (!there) return;
    const left = there.filter((each) => each !== item);
    if (left.length > 0) {
      this.byText.set(text, left);
      return;
    }
    this.byText.delete(text);
    const code = beginning(text, 0);
    const family = this.families.get(code)!;
    family.remove(text);
    if (family.lengths.size === 0) this.families.delete(code);
  }

  /** How long the texts are that begin as `text` does at `at`. */
  lengthsAt(text: string, at: number): Iterable<number> | undefined {
    return this.families.get(beginning(text, at))?.lengths.keys();
  }

  /** Of a text that goes on: is what stands at `at` the beginning of one, or one of which only what follows says that it has ended? */
  mayGrow(text: string, at: number): boolean {
    const family = this.families.get(beginning(text, at));
    if (!family) return false;
    for (const length of family.lengths.keys()) {
      const left = text.length - at - length;
      if (left >= 0 && left < BEHIND && this.byText.has(text.slice(at, at + length))) return true;
    }
    return family.hasBeginning(text.slice(at));
  }
}

const beginning = (text: string, at: number): number =>
  text.charCodeAt(at) * 2 ** 32 + text.charCodeAt(at + 1) * 2 ** 16 + text.charCodeAt(at + 2);

export const markOf = (a: number, b: number, c: number): number => (a * 961 + b * 31 + c) & 4095;
