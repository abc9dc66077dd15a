/** Says the surrogate key that it found or made. */
import { loadKeys } from '../../src/record/keys.ts';

const { surrogate } = await loadKeys(process.argv[2]!);
console.log(Buffer.from(surrogate).toString('hex'));
