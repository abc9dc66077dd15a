/** Where this command's secrets are kept, and how a person hands one over. */
import { chosenStorage, openSecrets, type Secrets, secretsToKeep } from '../identity/secrets.ts';
import { openHome } from '../record/home.ts';
import type { Context } from './context.ts';
import { textOf } from './lines.ts';

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

type Terminal = Context['stdin'] & NodeJS.ReadStream;

/** A secret typed without echo; or, where no terminal is there, all of standard input. */
export async function askSecret(context: Context, prompt: string): Promise<string> {
  const stdin = context.stdin as Terminal;
  if (!stdin.isTTY) return (await textOf(context.stdin)).trim();
  context.stderr.write(`${prompt}: `);
  stdin.setRawMode(true);
  try {
    return await typed(stdin);
  } finally {
    stdin.setRawMode(false);
    stdin.pause();
    context.stderr.write('\n');
  }
}

/** What is typed up to the return key; in raw mode the terminal itself obeys none. */
function typed(stdin: Terminal): Promise<string> {
  return new Promise((resolve) => {
    let text = '';
    const done = (said: string): void => {
      stdin.off('data', hear);
      resolve(said.trim());
    };
    const hear = (bytes: Buffer | string): void => {
      for (const char of bytes.toString()) {
        const given = char === '\r' || char === '\n';
        if (given || char === '\x03' || char === '\x04') {
          done(given ? text : '');
          return;
        }
        text = char === '\x7f' || char === '\b' ? text.slice(0, -1) : text + char;
      }
    };
    stdin.on('data', hear).resume();
  });
}
