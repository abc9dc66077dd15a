/** Where a key comes from: the caller, the keychain, the environment. */
export type Credential =
  | { readonly kind: 'passthrough' }
  | { readonly kind: 'keychain' }
  | { readonly kind: 'env'; readonly name: string };

/** The schema has checked its spelling. */
export function readCredential(text = 'passthrough'): Credential {
  if (text.startsWith('env:')) return { kind: 'env', name: text.slice('env:'.length) };
  return { kind: text === 'keychain' ? 'keychain' : 'passthrough' };
}
