/** Appends entries until it is killed, refused, or has COUNT of them, and says each sequence number once it was acknowledged. */
import { writeSync } from 'node:fs';
import type { FcgateError } from '../../src/errors.ts';
import { openAudit } from '../../src/record/audit.ts';
import { loadKeys } from '../../src/record/keys.ts';

// Where a test limits the size of files, the write is to fail rather than the process.
process.on('SIGXFSZ', () => undefined);

const [dir = '', keys = '', name = '', count = 'Infinity'] = process.argv.slice(2);
const { audit: key } = await loadKeys(keys);
const audit = await openAudit({ dir, key, durability: 'batch', now: Date.now });
writeSync(1, 'open\n');
for (let at = 0; at < Number(count); at += 1) {
  try {
    audit.append([{ writer: name, number: at, filler: 'x'.repeat(at % 700) }]);
    writeSync(1, `${at}\n`);
  } catch (error) {
    writeSync(1, `${(error as FcgateError).code}\n`);
    break;
  }
  if (at % 50 === 0) await new Promise((resolve) => setImmediate(resolve));
}
await audit.close();
