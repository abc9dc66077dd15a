/** The screen on a terminal, by Ink. */
import { Box, Text, useInput, useStdout } from 'ink';
import { createElement as h, type ReactElement, useEffect, useReducer } from 'react';
import type { Line } from './line.ts';
import { keysOf } from './pressed.ts';
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
  useInput((input, key) => {
    for (const each of keysOf(input, key, store.screen.mode)) store.press(each, store.world(size));
  });
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
