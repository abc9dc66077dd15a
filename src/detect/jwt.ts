import { ALNUM, byteAt, type Found, flags, type Kind, latin, runEnd, type Text, URLSAFE } from './bytes.ts';

/** JSON web tokens whose header decodes; also cut short, with or without a signature. */
export const webTokens: readonly Kind[] = [{ entity: 'JWT', group: 'secret', longest: undefined }];

const CAP = 16 * 1024;
const LONGEST_HEADER = 4096;

/** From the `eyJ` of the header. */
export function findJwt(text: Text, at: number): Found | undefined {
  if ((flags[byteAt(text, at - 1)]! & ALNUM) !== 0) return undefined;
  const headerEnd = runEnd(text, at, URLSAFE, LONGEST_HEADER);
  if (byteAt(text, headerEnd) !== 0x2e || headerEnd - at < 12) return undefined;
  let end = runEnd(text, headerEnd + 1, URLSAFE, CAP);
  if (end - headerEnd < 5 || !isHeader(latin(text, at, headerEnd))) return undefined;
  // Signature, or the four further parts of an encrypted token.
  for (let parts = 0; parts < 3 && byteAt(text, end) === 0x2e; parts++) {
    const next = runEnd(text, end + 1, URLSAFE, CAP);
    if (next === end + 1 && parts > 0) break;
    end = next;
  }
  return { entity: 'JWT', start: at, end, score: 1, detector: 'jwt' };
}

/** The beginning says enough: keys of a header stand in it, even where an example's base64 was damaged. */
function isHeader(header: string): boolean {
  return (
    /^\{\s*"(?:alg|typ|kid|enc|cty|jku|jwk|x5[uct]|x5t#S256|crit|zip|iss|nonce|b64|p2s|p2c|epk|apu|apv|iv|tag)"?/.test(
      Buffer.from(header.slice(0, 64), 'base64url').toString('latin1'),
    ) || /"(?:alg|typ|enc)"\s*:/.test(Buffer.from(header, 'base64url').toString('latin1'))
  );
}
