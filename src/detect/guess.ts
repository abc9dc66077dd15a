/** What a value looks like that its name calls secret: made by chance or by a person, or a word, a name, a stand-in. */

/** The pairs of letters that half of all text is made of, and chance makes one in eleven. */
const frequent = new Set(
  (
    'th he in er an re on at en nd ti es or te of ed is it al ar st to nt ng se ha as ou io le ve co me de hi ri ro ic ne ea ra ce ' +
    'li ch ll be ma si om ur ta ec pe ac us ss ke ey ok ct ap pi ge lo pr di sa wo rd ag ag fi il na am un ge ut em ns no id tr ad'
  ).split(' '),
);

/** Whether its letters follow each other as those of words do. */
export function isWordy(value: string): boolean {
  let pairs = 0;
  let usual = 0;
  for (const run of value.match(/[A-Z]?[a-z]+|[A-Z]+/g) ?? []) {
    const letters = run.toLowerCase();
    for (let i = 1; i < letters.length; i++) {
      pairs++;
      if (frequent.has(letters.slice(i - 1, i + 1))) usual++;
    }
  }
  return pairs >= 4 && usual * 100 >= pairs * 42 && pairs * 2 >= value.length;
}

/** Shannon's, in bits a character. */
export function entropy(value: string): number {
  const counts = new Map<string, number>();
  for (const char of value) counts.set(char, (counts.get(char) ?? 0) + 1);
  let bits = 0;
  for (const count of counts.values()) bits -= (count / value.length) * Math.log2(count / value.length);
  return bits;
}

export const isUuid = (value: string): boolean =>
  /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(value);

/** A variable, a call, a template, a mask, or words that ask to be replaced. */
export const isStandIn = (value: string): boolean =>
  /^(?:\$[({]?\w|%[\w(]+%?s?$|%\{|\{\{?|<|&lt;|\[|@\{|#\{|\\?\$|\.\.|process\.|os\.|env\.|ENC\[|vault:|ref\+|!)/.test(
    value,
  ) ||
  /\$\{|\$\(|\{\{|\}\}|\(\)|<[\w -]+>|(.)\1{6}/.test(value) ||
  /^(?:your|my[-_]|insert|enter|replace|change|todo|example|sample|dummy|fake|placeholder|redacted|masked|hidden)|[-_ ]here$|redacted|not[-_]?(?:set|real|long)/i.test(
    value,
  );

/** A key as machines make them: long, no words, no path, no date, no number. */
export function isRandom(value: string): boolean {
  if (isStandIn(value) || value.length < 12) return false;
  if (/^\d+$/.test(value)) return value.length >= 24;
  if (/^(?:[vr]c?)?\d+(?:[.:_-]\d+)+|^[\d.:TZ+-]+$|:\/\/|^\.?\.?\/\w+\/|[({[]|^[\w.+-]+@\w|::/.test(value))
    return false;
  if (new Set(value).size < 6 || isWordy(value)) return false;
  if (/\d/.test(value)) return entropy(value) >= 2.5;
  return value.length >= 20 && entropy(value) >= 3.2 && !isCamel(value);
}

/** `someVeryLongName`, `Some.Other-Name`: its parts are as long as words are. */
const isCamel = (value: string): boolean => {
  const parts = value.match(/[A-Z]?[a-z]+|[A-Z]+/g) ?? [];
  return parts.length > 1 && value.length >= parts.length * 4;
};

/** A password as people choose them; unquoted, more must tell, as it may be a word of a sentence or of code. */
export function isPassword(value: string, quoted: boolean): boolean {
  if (value.length < (quoted ? 5 : 6) || isStandIn(value) || /^["'`]|\[$|\($/.test(value)) return false;
  if (/^[\w$]+(?:(?:\.|->|::)[\w$]+)+$|^\w*\(|^[#./~][\w/-]*$|:\/\/|^arn:/.test(value) && !quoted)
    return false;
  if (/^[#./][\w/:.-]*$|:\/\/|^arn:|\$\w+$/.test(value) && !/\d/.test(value))
    return quoted && /^\w+\$\w+$/.test(value);
  const kinds = [/\d/, /[a-z]/, /[A-Z]/, /[^\w.,:;/-]/].filter((kind) => kind.test(value)).length;
  const odd = /\d/.test(value) ? kinds >= 2 : /[!@#$%^&*?]/.test(value) && kinds >= 2;
  if (odd) return !/^\w+\($|^[a-z]+\[|^[\d.,:/-]+$|^\d+(?:px|ms|[smhdkg]b?|rem|em)$|^0x/i.test(value);
  return quoted && (isPhrase(value) || (value.length >= 8 && isMixed(value)));
}

/** A password in a sentence: `hunter2!`, but neither `SHA256` nor `8-digit`. */
export const isSaidPassword = (value: string): boolean =>
  !/^(?:sha|md|base|utf|aes|rsa|rot|crc|argon|pbkdf|scrypt|http|oauth|saml|ldap|iso|win|python|php|tls|v|latin|ntlm|step|day|line|page|section|version)-?\d|^\d+-/i.test(
    value,
  ) &&
  (/^[A-Za-z]{3,}\d+\W*$|^\d+[A-Za-z]{3,}\W*$/.test(value) ||
    [/\d/, /[a-z]/, /[A-Z]/, /[^\w.,:;/'-]/].filter((kind) => kind.test(value)).length >= 3);

/** Letters of both cases where no word has them. */
const isMixed = (value: string): boolean =>
  /^\w+$/.test(value) && /[a-z][A-Z].*[a-z][A-Z]/.test(value) && !isWordy(value);

/** A word or several, written as one: `thisismypassword`. */
const isPhrase = (value: string): boolean =>
  /^(?:[a-z]{10,}|[A-Z]{10,})$/.test(value) &&
  !/required|optional|incorrect|forgot|invalid|missing|encrypt|credential|undefined|confirm|current|clear|plaintext|authenti|^placeholder|string$|input$|field$|label$|X{3}/i.test(
    value,
  );
