/** The words around a name that tell what it is the name of, in the languages that most text is in; lower case. */

const list = (words: string): ReadonlySet<string> => new Set(words.split(' '));

/** Before a person's name, and no part of it. */
export const titles = list(
  'mr mrs ms miss mx dr prof professor doctor sir madam madame monsieur mme herr frau señor señora señorita sr sra signor signora dhr mevr',
);

/** Small words within a name: `Ludwig van Beethoven`. */
export const particles = list(
  'de da do dos das del della di du la le van von der den ter ten zu bin ibn al el y e',
);

/** What organisations call themselves, as the last word of their name. */
export const organisations = list(
  `inc incorporated llc llp ltd limited plc corp corporation co company gmbh ag kg se sa sas sarl srl spa bv nv oy ab as aps
  pty kk holding holdings group groupe partners associates technologies technology systems solutions services software
  consulting consultants capital ventures investments insurance financial finance bank bancorp trust fund foundation
  institute university college school hospital clinic laboratories labs pharmaceuticals pharma therapeutics biosciences
  industries international enterprises logistics airlines airways motors energy electric media pictures studios records
  entertainment networks communications telecom analytics interactive agency ministry department council committee
  commission association federation research lines international systems union society church club press times post journal news sons brothers`,
);

/** In the name of a street, or of what stands in one. */
export const streets = list(
  `street st road rd avenue ave lane drive boulevard blvd square court terrace highway suite apt apartment box building floor
  rue rua avenida calle via viale piazza place strasse straße platz weg gasse straat laan vej gade gatan gata tér utca út ulica`,
);

/** Right before a place. */
export const towards = list(
  'in from near to at visit visited visiting leaving around outside across via nach aus bei à en en desde em från til till fra',
);

/** Pairs of words before a place. */
export const placed = list(
  'city-of town-of village-of born-in based-in live-in lives-in lived-in living-in moved-to flew-to fly-to travel-to trip-to home-city capital-of arrived-at located-in am-in is-in are-in originally-from moving-to travelling-to traveling-to flight-to',
);

/** Right before an organisation. */
export const employers = list('for at by with joined via hired');
/** Pairs of words before an organisation. */
export const employed = list(
  'work-for works-for worked-for working-for work-at works-at worked-at working-at employed-by employed-at hired-by job-at ceo-of founder-of cto-of cfo-of employee-of offer-from acquired-by recorded-for invested-by president-of',
);

/** Right before a person. */
export const callers = list(
  'dear hi hello hey named called née alias by with meet mrs thanks sincerely regards',
);
/** Pairs of words before a person. */
export const called = list(
  "name-is name's-is i-am this-is i'm-is my-friend my-son my-daughter my-wife my-husband my-kid call-me is-called was-called was-named is-named maiden-name directed-by written-by signed-by sung-by regards-to up-with attention-of care-of patient-is",
);
/** Right behind a person. */
export const doings = list(
  'said says told asked asks replied wrote writes shouted lives lived works worked was is has had will would did does called loves likes went knows thinks and employs',
);

/** Under a JSON key that ends with these words stands a person's name and nothing else. */
export const personKeys =
  /(?:^|\b)(?:first|last|full|given|family|middle|maiden|sur|fore|nick|display|contact|customer|client|patient|employee|user|owner|author|recipient|sender|beneficiary|cardholder|card ?holder|account ?holder|passenger|guest|person|member|doctor|student|manager) ?names?$|^(?:surname|forename|lastname|firstname|fullname|vorname|nachname|nom|prenom|nombre|apellidos?|cognome|cardholder|passenger|patient|recipient|beneficiary|assignee|attendee|person)$/;
/** …a place… */
export const placeKeys =
  /\b(?:city|town|village|country|county|state or province|province|municipality|locality|birthplace|place of birth|birth place|hometown|ort|stadt|ville|ciudad|cidade|pays|land|location)(?: name)?$/;
/** …an organisation. */
export const organisationKeys =
  /\b(?:company|organi[sz]ation|employer|firm|vendor|supplier|bank|institution|manufacturer|school|university|hospital|insurer|merchant|firma|unternehmen|entreprise|empresa|azienda)(?: name)?$/;
