/** Opens the screen on a terminal, and gives the terminal back however the process ends. */
import type { Approver } from '../approval/approver.ts';
import { notifyDesktop } from './desktop.ts';
import type { About } from './screen.ts';
import type { Feed } from './state.ts';
import { type DeskView, openStore } from './store.ts';

export interface TuiOptions {
  readonly desk: DeskView;
  /** Who sits there. */
  readonly approver: Approver;
  readonly about: About;
  readonly stdin: NodeJS.ReadStream;
  readonly stdout: NodeJS.WriteStream;
  now(): number;
  /** Ctrl-C: says what comes of it. */
  onStop(): string;
}

export interface Tui {
  feed(exchange: Feed): void;
  /** A line for whoever looks. */
  notice(text: string): void;
  close(): void;
}

const ENTER = '\x1b[?1049h';
const LEAVE = '\x1b[?1049l\x1b[?25h';
const BELL = '\x07';

export async function openTui({ stdin, stdout, about, ...options }: TuiOptions): Promise<Tui> {
  const { render, app } = await loadInk();
  const title = (): void => {
    const { length } = options.desk.pending;
    stdout.write(`\x1b]2;${length > 0 ? `(${length}) ` : ''}fcgate\x07`);
  };
  const onAsked = (): void => {
    stdout.write(BELL);
    // No word of what is asked: a desktop may be seen by others, and keeps what it showed.
    notifyDesktop(`${options.desk.pending.length} waiting for your approval`);
  };
  const store = openStore({ ...options, onAsked });
  const untitle = options.desk.watch(title);
  stdout.write(ENTER);
  title();
  const restore = (): void => void stdout.write(LEAVE);
  process.once('exit', restore);
  const ink = render(app({ store, about }), {
    stdin,
    stdout,
    exitOnCtrlC: false,
    patchConsole: false,
  });
  return {
    feed: store.feed,
    notice: store.notice,
    close() {
      untitle();
      store.close();
      ink.unmount();
      process.off('exit', restore);
      restore();
    },
  };
}

/** React's development build keeps a measurement of every frame for ever; it chooses as it is loaded. */
async function loadInk() {
  const before = process.env.NODE_ENV;
  process.env.NODE_ENV = 'production';
  try {
    const [{ render }, { App }, { createElement }] = await Promise.all([
      import('ink'),
      import('./app.ts'),
      import('react'),
    ]);
    return { render, app: (props: Parameters<typeof App>[0]) => createElement(App, props) };
  } finally {
    if (before === undefined) delete process.env.NODE_ENV;
    else process.env.NODE_ENV = before;
  }
}
