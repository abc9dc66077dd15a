/** The screen on a terminal, by Ink. */
import { Box, type Key as InkKey, Text, useInput, useStdout } from 'ink';
import { createElement as h, type ReactElement, useEffect, useReducer } from 'react';
import type { Key } from './keys.ts';
import type { Line } from './line.ts';
import { type About, screenRows } from './screen.ts';
import type { Store } from './store.ts';

export interface AppProps {
  readonly store: Store;
  readonly about: About;
}

const tickMs = 1_000;

export function App({ store, about }: AppProps): ReactElement {
  const [, redraw] = useReducer((count: number) => count + 1, 0);
  const { stdout } = useStdout();
  const size = { columns: stdout.columns || 80, rows: stdout.rows || 24 };
  useEffect(() => {
    const stop = store.watch(redraw);
    const tick = setInterval(redraw, tickMs);
    stdout.on('resize', redraw);
    return () => {
      stop();
      clearInterval(tick);
      stdout.off('resize', redraw);
    };
  }, [store, stdout]);
  const world = store.world(size);
  // What was drawn counts as seen once it is on the screen.
  useEffect(() => store.look(store.world(size)));
  useInput((input, key) => store.press(nameOf(input, key), store.world(size)));
  const rows = screenRows(store.screen, world, about);
  return h(
    Box,
    { flexDirection: 'column', width: size.columns },
    rows.map((row, i) => h(Row, { key: i, row })),
  );
}

const Row = ({ row }: { readonly row: Line }): ReactElement =>
  h(
    Text,
    { wrap: 'truncate-end' },
    row.length === 0 || row.every(({ text }) => text === '')
      ? ' '
      : row.map(({ text, colour, bold, dim, inverse }, i) =>
          h(
            Text,
            {
              key: i,
              ...(colour ? { color: colour } : {}),
              ...(bold ? { bold } : {}),
              ...(dim ? { dimColor: dim } : {}),
              ...(inverse ? { inverse } : {}),
            },
            text,
          ),
        ),
  );

/** Several signs at once were pasted: they are text, or nothing, but never a command. */
function nameOf(input: string, key: InkKey): Key {
  if (key.ctrl) return input === 'c' ? 'ctrl-c' : 'other';
  if (key.meta && !key.escape) return 'other';
  if (key.upArrow) return 'up';
  if (key.downArrow) return 'down';
  if (key.pageUp) return 'pageup';
  if (key.pageDown) return 'pagedown';
  if (key.return) return 'enter';
  if (key.escape) return 'escape';
  if (key.tab) return 'tab';
  if (key.backspace || key.delete) return 'backspace';
  if (key.leftArrow || key.rightArrow) return 'other';
  return input.replace(/\p{C}/gu, '') || 'other';
}
