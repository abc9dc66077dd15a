/** Asks whoever sits at the terminal, on stderr. */
import { createInterface } from 'node:readline';
import { type Context, Interrupted } from './context.ts';
import { textOf } from './lines.ts';

type Terminal = Context['stdin'] & NodeJS.ReadStream;

/** A line; empty where the input ends. */
export function ask({ stdin, stderr }: Context, question: string): Promise<string> {
  const lines = createInterface({ input: stdin as Terminal, output: stderr as NodeJS.WriteStream });
  const answered = new Promise<string>((resolve, reject) => {
    lines.question(question, resolve);
    lines.once('close', () => resolve(''));
    lines.once('SIGINT', () => {
      stderr.write('\n');
      reject(new Interrupted());
    });
  });
  return answered.finally(() => lines.close());
}

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
  return new Promise((resolve, reject) => {
    let text = '';
    const hear = (bytes: Buffer | string): void => {
      for (const char of bytes.toString()) {
        const isEnd = char === '\r' || char === '\n' || char === '\x04';
        if (isEnd || char === '\x03') {
          stdin.off('data', hear);
          if (char === '\x03') reject(new Interrupted());
          else resolve(char === '\x04' ? '' : text.trim());
          return;
        }
        text = char === '\x7f' || char === '\b' ? text.slice(0, -1) : text + char;
      }
    };
    stdin.on('data', hear).resume();
  });
}
