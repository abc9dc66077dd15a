/** Phone numbers that ring nowhere: reserved for fiction where a country has such, else begun as none begins. */
import type { Draw } from './draw.ts';
import { countDigits, digitsOf, type Maker, pour } from './shape.ts';

const areaCodes = (
  '201202203205206207208209210212213214215216217218219224225228229231234239240248251252253254256260262267269270' +
  '276281301302303304305307308309310312313314315316317318319320321323325330331334336337339347351352360361386401' +
  '402404405406407408409410412413414415417419423424425430432434435440443469470475478479480484501502503504505507' +
  '508509510512513515516517518520530540541551559561562563567570571573574575580585586601602603605606607608609610' +
  '612614615616617618619620623626630631636641646650651660661662678682701702703704706707708712713714715716717718' +
  '719720724727731732734740757760763765770772773774775781785786801802803804805806808810812813814815816817818828' +
  '830831832843845847848850856857858859860862863864865870901903904906907908909910912913914915916917918919920925' +
  '928931936937940941947949951952954956970971972973978979980985989'
).match(/\d{3}/g)!;

/** Starts of the national numbers that regulators keep free for film and print, by country code. */
const fictional: Readonly<Record<string, readonly string[]>> = {
  '33': ['19900', '26191', '35301', '46571', '53649', '63998'],
  '44': [
    ...['1134960', '1144960', '1154960', '1164960', '1174960', '1184960', '1214960', '1314960', '1414960'],
    ...['1514960', '1614960', '1914980', '1632960', '2079460', '2896496', '2920180', '7700900', '8081570'],
  ],
  '49': ['3023125', '6990009', '4066969', '2214710', '8999998', '17604069'],
  '61': ['25550', '27010', '35550', '37010', '75550', '77010', '85550', '87010', '491570'],
};

const countryCode = /^(?:[17]|2[07]|3[0-469]|4[013-9]|5[1-8]|6[0-6]|8[1246]|9[0-58]|\d{3})/;
const northAmerican = /^1?([2-9]\d{2}[2-9]\d{6})$/;
const extension = /(?:\s*(?:;ext=|ext\.?|extension|x|#)\s*)\d{1,6}$/i;

interface Parts {
  /** With its own digits only; '' where the number is written for its own country. */
  readonly country: string;
  readonly national: string;
}

export const phone: Maker = {
  canonical(value) {
    const bare = value.normalize('NFKC').replace(extension, '');
    if (/\p{L}/u.test(bare.replace(/^tel:/i, ''))) return undefined;
    const { country, national } = partsOf(bare);
    return national.length < 5 ? undefined : `+${country} ${national.replace(/^0/, '')}`;
  },
  make(value, draw) {
    const written = extension.exec(value.normalize('NFKC'))?.[0] ?? '';
    const bare = value.normalize('NFKC').slice(0, -written.length || undefined);
    return pour(bare, ringNowhere(bare, draw)) + pour(written, draw.digits(countDigits(written)));
  },
};

function partsOf(value: string): Parts {
  const all = digitsOf(value);
  const international = /^\D*\+/.test(value) ? all : /^\D*00/.test(value) ? all.slice(2) : undefined;
  const north = northAmerican.exec(international ?? all)?.[1];
  if (north !== undefined && (international?.startsWith('1') ?? true))
    return { country: '1', national: north };
  if (international === undefined) return { country: '', national: all };
  const country = countryCode.exec(international)?.[0] ?? '';
  return { country, national: international.slice(country.length) };
}

/** All digits of the new number, as many as the old one has. */
function ringNowhere(value: string, draw: Draw): string {
  const { country, national } = partsOf(value);
  const before = digitsOf(value).slice(0, -national.length);
  if (country === '1' && national.length === 10)
    return `${before}${draw.pick(areaCodes)}55501${draw.digits(2)}`;
  if (country === '' && /^[2-9]\d{6}$/.test(national)) return `55501${draw.digits(2)}`;
  return before + (inFiction(country, national, draw) ?? unassigned(country, national, draw));
}

/** Within the same kind of number (mobile stays mobile) where the country keeps some of that kind. */
function inFiction(country: string, national: string, draw: Draw): string | undefined {
  const trunk = national.startsWith('0') ? '0' : '';
  const length = national.length - trunk.length;
  const starts = (fictional[country] ?? []).filter((start) => length - start.length >= 3 && length <= 11);
  const alike = starts.filter((start) => start[0] === national[trunk.length]);
  if (starts.length === 0) return undefined;
  const start = draw.pick(alike.length > 0 ? alike : starts);
  return trunk + start + draw.digits(length - start.length);
}

/** No subscriber's number begins with two zeros after its country's code, nor with 000 or 100 at home. */
function unassigned(country: string, national: string, draw: Draw): string {
  const start = country !== '' ? '00' : national.startsWith('0') ? '000' : '100';
  return start + draw.digits(national.length - start.length);
}

/** Other ways to dial the same number, as digits: with and without country code or trunk zero. */
export function dialled(value: string): string[] {
  const { country, national } = partsOf(value.normalize('NFKC').replace(extension, ''));
  if (country === '') return [national];
  const bare = country === '1' ? national : national.replace(/^0/, '');
  return [`${country}${bare}`, `00${country}${bare}`, ...(country === '1' ? [bare] : [`0${bare}`])];
}
