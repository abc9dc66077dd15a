/** A Secret Service of the test's own: a session bus, and gnome-keyring on it, with an empty keyring. */
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished, vi } from 'vitest';

const programs = ['/usr/bin/dbus-daemon', '/usr/bin/gnome-keyring-daemon', '/usr/bin/dbus-send'] as const;

/** Why there is none here; undefined where there is. */
export const keyringMissing: string | undefined = programs.every((path) => existsSync(path))
  ? undefined
  : 'gnome-keyring or dbus is not installed';

/** As a session's bus is, but that it starts nothing by itself: a second keyring would race the test's own. */
const busConfig = `<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN" "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig><type>session</type><listen>unix:tmpdir=/tmp</listen>
<policy context="default"><allow send_destination="*"/><allow receive_sender="*"/><allow own="*"/></policy></busconfig>`;

export interface Keyring {
  /** Nobody keeps secrets any more. */
  stop(): void;
  /** As when a screen is locked: what was kept stays. */
  lock(): void;
  /** As at the next login, when it is open again. */
  restart(): Promise<void>;
}

/** From here on this process finds it, as any program of a desktop does, until it is stopped. */
export async function startKeyring({ locked = false } = {}): Promise<Keyring> {
  const scratch = mkdtempSync(join(tmpdir(), 'fcgate-ring-'));
  const { bus, address } = await startBus(scratch);
  vi.stubEnv('DBUS_SESSION_BUS_ADDRESS', address);
  onTestFinished(() => void vi.unstubAllEnvs());
  const begin = async (how: '--start' | '--unlock') => {
    const env = { ...process.env, HOME: scratch, XDG_DATA_HOME: scratch, XDG_RUNTIME_DIR: scratch };
    const daemon = spawn(programs[1], [how, '--foreground', '--components=secrets'], {
      env,
      stdio: ['pipe', 'ignore', 'ignore'],
    });
    daemon.stdin.end('pw');
    onTestFinished(() => void daemon.kill());
    await vi.waitUntil(() => isThere(address), 25_000);
    return daemon;
  };
  let daemon = await begin(locked ? '--start' : '--unlock');
  return {
    stop() {
      bus.kill();
      daemon.kill();
    },
    lock: () => lock(address),
    async restart() {
      daemon.kill();
      await once(daemon, 'exit');
      daemon = await begin('--unlock');
    },
  };
}

async function startBus(scratch: string) {
  const config = join(scratch, 'bus.conf');
  writeFileSync(config, busConfig);
  const bus = spawn(programs[0], [`--config-file=${config}`, '--nofork', '--print-address=1'], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  onTestFinished(() => void bus.kill());
  const [text] = await once(bus.stdout.setEncoding('utf8'), 'data');
  return { bus, address: String(text).split('\n')[0]! };
}

/** Asks the bus, or whoever is on it, by the way that its own tool has. */
const asked = (address: string, to: string, ...message: string[]): string =>
  execFileSync(programs[2], [`--bus=${address}`, '--print-reply', `--dest=${to}`, ...message], {
    encoding: 'utf8',
    timeout: 25_000,
  });

const postman = 'org.freedesktop.DBus';
const service = 'org.freedesktop.secrets';
const place = '/org/freedesktop/secrets';

const isThere = (address: string): boolean =>
  asked(address, postman, '/', `${postman}.NameHasOwner`, `string:${service}`).includes('true');

function lock(address: string): void {
  const which = `array:objpath:${place}/collection/login`;
  asked(address, service, place, 'org.freedesktop.Secret.Service.Lock', which);
}
