/** Where this command's secrets are kept. */
import { chosenStorage, openSecrets, type Secrets, secretsToKeep } from '../identity/secrets.ts';
import { openHome } from '../record/home.ts';
import type { Context } from './context.ts';

const optionsOf = ({ env }: Context) => ({
  home: openHome(env).path,
  passphrase: env.FCGATE_PASSPHRASE,
});

/** Undefined: nothing was ever kept. */
export const secretsOf = (context: Context): Secrets | undefined => openSecrets(optionsOf(context));

/** Secrets that can be written, or an error that says what the choices are. */
export async function secretsToWrite(context: Context, insecure = false): Promise<Secrets> {
  const options = optionsOf(context);
  const before = chosenStorage(options.home);
  const secrets = await secretsToKeep(options, insecure ? 'insecure-file' : undefined);
  if (secrets.storage === 'insecure-file') {
    context.warn(
      'warning: to be kept in a plain file that only you can read, since --insecure-storage was said.',
    );
  }
  if (before && before !== secrets.storage) {
    context.warn(`warning: what was kept before is still in the ${before}, and is not read any more.`);
  }
  return secrets;
}
