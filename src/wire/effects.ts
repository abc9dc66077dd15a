/** What reading an event did to what was collected. */
import type { TextSlot } from './slots.ts';
import type { Text } from './units.ts';

/** A text to which a further piece was added. */
export interface Going {
  readonly slot: TextSlot;
  readonly text: Text;
}

export class Effects {
  private count = 0;
  private going: Going | undefined;

  /** Something was told; what is the same when it is told twice (a seal) does not count. */
  add(going?: Going): void {
    this.count++;
    this.going = going;
  }

  /** The text that went on since this was asked, where nothing else was told. */
  take(): Going | undefined {
    const going = this.count === 1 ? this.going : undefined;
    this.count = 0;
    this.going = undefined;
    return going;
  }
}
