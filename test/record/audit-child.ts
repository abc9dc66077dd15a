/** Appends entries until it is killed, or COUNT of them, and says each sequence number once it was acknowledged. */
import { writeSync } from 'node:fs';
import { openAudit } from '../../src/record/audit.ts';
import { loadKeys } from '../../src/record/keys.ts';

const [dir = '', keys = '', name = '', count = 'Infinity'] = process.argv.slice(2);
const { audit: key } = await loadKeys(keys);
const audit = await openAudit({ dir, key, durability: 'batch', now: Date.now });
writeSync(1, 'open\n');
for (let at = 0; at < Number(count); at += 1) {
  audit.append([{ writer: name, number: at, filler: 'x'.repeat(at % 700) }]);
  writeSync(1, `${at}\n`);
  if (at % 50 === 0) await new Promise((resolve) => setImmediate(resolve));
}
await audit.close();
