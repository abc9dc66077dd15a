// Sets up a fresh checkout for `npm start`: installs and builds only what is stale. Speaks on stderr alone.
import { spawnSync } from 'node:child_process';
import { readdirSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const changed = (path) => statSync(join(root, path), { throwIfNoEntry: false })?.mtimeMs ?? 0;

if (changed('node_modules/.package-lock.json') < changed('package-lock.json')) {
  npm('ci', '--include=dev', '--no-audit', '--no-fund');
} else if (changed('dist/cli/main.js') < newest('src')) {
  npm('run', 'build');
}

/** When the newest file of a folder changed. */
function newest(folder) {
  const entries = readdirSync(join(root, folder), { recursive: true, withFileTypes: true });
  const sources = entries.filter((entry) => entry.isFile() && !entry.name.endsWith('.generated.ts'));
  return Math.max(
    ...sources.map((entry) => statSync(join(entry.parentPath ?? entry.path, entry.name)).mtimeMs),
  );
}

function npm(...args) {
  process.stderr.write(`fcgate: npm ${args.join(' ')}\n`);
  const { npm_execpath: npmCli } = process.env;
  const [command, first] = npmCli ? [process.execPath, [npmCli]] : ['npm', []];
  const { status } = spawnSync(command, [...first, ...args], { cwd: root, stdio: ['ignore', 2, 2] });
  if (status !== 0) process.exit(status ?? 1);
}
