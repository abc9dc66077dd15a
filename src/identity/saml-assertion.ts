/** What a SAML assertion proves: that it is the provider's, for us, for now and for this login; and of whom it speaks. */
import type { Profile, SAML } from '@node-saml/node-saml';
import type { Login } from './logins.ts';
import { failed } from './provider.ts';
import type { SamlProvider } from './saml-metadata.ts';

/** One login's own side. */
interface Ours {
  readonly provider: SamlProvider;
  /** As what fcgate is known to the provider. */
  readonly entity: string;
  readonly consumer: string;
  /** The request's id. */
  readonly request: string;
}

const skewMs = 60_000;
/** An assertion tells who somebody was when it was made: it is believed no longer than a working day. */
const longestMs = 8 * 3_600_000;

/** Made elsewhere: the request is not remembered here, so an assertion must be young instead. */
export async function openSaml(
  { provider, entity, consumer, request }: Ours,
  longestAgeMs?: number,
): Promise<SAML> {
  const { SAML, ValidateInResponseTo } = await import('@node-saml/node-saml');
  return new SAML({
    entryPoint: provider.page,
    idpCert: [...provider.keys],
    idpIssuer: provider.entity,
    issuer: entity,
    audience: entity,
    callbackUrl: consumer,
    wantAssertionsSigned: true,
    wantAuthnResponseSigned: false,
    ...(longestAgeMs === undefined
      ? { validateInResponseTo: ValidateInResponseTo.always }
      : { validateInResponseTo: ValidateInResponseTo.never, maxAssertionAgeMs: longestAgeMs }),
    acceptedClockSkewMs: skewMs,
    identifierFormat: null,
    disableRequestedAuthnContext: true,
    generateUniqueId: () => request,
  });
}

export async function loginIn(
  saml: SAML,
  ours: Ours,
  answer: string,
  groupsAttribute: string,
): Promise<Login> {
  const profile = await validated(saml, answer);
  requireOurs(profile, ours);
  return loginOf(profile, ours, groupsAttribute);
}

async function validated(saml: SAML, answer: string): Promise<Profile> {
  try {
    const { profile } = await saml.validatePostResponseAsync({ SAMLResponse: answer });
    if (profile) return profile;
  } catch (cause) {
    throw failed(toldFault((cause as Error).message), cause);
  }
  throw failed('the provider’s answer holds no assertion');
}

/** In words of ours: the library's may quote what the assertion says. */
const faults: readonly (readonly [RegExp, string])[] = [
  [/signature/i, 'the assertion is not signed by the provider as it stands'],
  [
    /expired|not yet valid|subject confirmation|timestamp/i,
    'the assertion is not valid at this time; check the clocks',
  ],
  [/audience/i, 'the assertion is meant for somebody else; check --client-id'],
  [/InResponseTo/, 'the assertion answers another login than this one'],
  [/provider returned/, 'the login was denied at the provider'],
];

const toldFault = (message: string): string =>
  faults.find(([sign]) => sign.test(message))?.[1] ?? 'the provider’s answer cannot be read';

/** Where only the assertion is signed, what stands around it is anybody's word: all of this is read from inside. */
function requireOurs(profile: Profile, { provider, consumer, request }: Ours): void {
  if (profile.issuer !== provider.entity) throw failed('the assertion is another provider’s');
  const confirmed = all(all(assertionOf(profile).Subject)[0]?.SubjectConfirmation).some(
    ({ $, SubjectConfirmationData: [data] = [] }) =>
      $?.Method === 'urn:oasis:names:tc:SAML:2.0:cm:bearer' &&
      data?.$?.InResponseTo === request &&
      data.$.Recipient === consumer &&
      data.$.NotOnOrAfter !== undefined,
  );
  if (!confirmed) throw failed('the assertion answers another login than this one');
}

/** An element as the library reads XML. */
interface Node {
  readonly $?: Readonly<Record<string, string>>;
  readonly [child: string]: readonly Node[] | undefined | Readonly<Record<string, string>>;
}

const all = (
  nodes: Node[string],
): readonly (Node & { readonly SubjectConfirmationData?: readonly Node[] })[] =>
  Array.isArray(nodes) ? nodes : [];

const assertionOf = (profile: Profile): Node =>
  ((profile.getAssertion?.() as { Assertion?: Node } | undefined)?.Assertion ?? {}) as Node;

const mailNames = [
  'email',
  'mail',
  'http://schemas.xmlsoap.org/ws/2005/05/identity/claims/emailaddress',
  'urn:oid:0.9.2342.19200300.100.1.3',
];
/** What is usual where nobody chose another attribute. */
const groupNames = [
  'groups',
  'http://schemas.xmlsoap.org/claims/Group',
  'http://schemas.microsoft.com/ws/2008/06/identity/claims/groups',
];

function loginOf(profile: Profile, { entity }: Ours, groupsAttribute: string): Login {
  const { nameID, nameIDFormat = '', issuer } = profile;
  if (typeof nameID !== 'string' || !/^(?!anonymous$|local:)./.test(nameID))
    throw failed('the assertion names nobody that can be used here');
  const told = (profile.attributes ?? {}) as Readonly<Record<string, unknown>>;
  const said = (names: readonly string[]): string[] =>
    names.flatMap((name) => told[name] ?? []).filter((value) => typeof value === 'string');
  const email = said(mailNames)[0] ?? (nameIDFormat.endsWith(':emailAddress') ? nameID : undefined);
  return {
    issuer,
    clientId: entity,
    groupsClaim: groupsAttribute,
    subject: nameID,
    ...(email === undefined ? {} : { email }),
    groups: [...new Set(said(groupsAttribute === 'groups' ? groupNames : [groupsAttribute]))],
    expires: Math.min(sessionEnd(profile), Date.now() + longestMs),
  };
}

function sessionEnd(profile: Profile): number {
  const end = Date.parse(all(assertionOf(profile).AuthnStatement)[0]?.$?.SessionNotOnOrAfter ?? '');
  return Number.isNaN(end) ? Number.POSITIVE_INFINITY : end;
}
