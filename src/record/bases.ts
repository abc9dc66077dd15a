/** The latest request bodies of the sessions that are alive, out of which the next ones may grow; bounded in all. */

/** A request body as recorded. */
export interface Base {
  readonly id: string;
  readonly body: string;
}

export interface Bases {
  /** Bodies that stand in this very file: one that was purged and begun anew (another inode) has none. */
  of(session: string, inode: number | undefined): readonly Base[];
  /** `outgrown` names the recording whose place this one takes. */
  keep(session: string, inode: number | undefined, base: Base, outgrown: string | undefined): void;
  /** The file that was begun with what was kept for it got its inode. */
  settle(session: string, inode: number | undefined): void;
  forget(session: string): void;
}

/** Conversations that may run beside each other in one session. */
const perSession = 4;

export const openBases = (maxUnits: number): Bases => {
  const sessions = new Map<string, { inode: number | undefined; bases: Base[] }>();
  let units = 0;

  const forget = (session: string): void => {
    for (const { body } of sessions.get(session)?.bases ?? []) units -= body.length;
    sessions.delete(session);
  };

  return {
    of: (session, inode) => {
      const known = sessions.get(session);
      return known && known.inode === inode ? known.bases : [];
    },
    keep: (session, inode, base, outgrown) => {
      const known = sessions.get(session);
      const earlier = known && known.inode === inode ? known.bases.filter(({ id }) => id !== outgrown) : [];
      forget(session);
      const bases = [base, ...earlier].slice(0, perSession);
      sessions.set(session, { inode, bases });
      for (const { body } of bases) units += body.length;
      // A Map keeps the order of insertion: the session that was silent longest goes first.
      for (const silent of sessions.keys()) {
        if (units <= maxUnits) break;
        forget(silent);
      }
    },
    settle: (session, inode) => {
      const known = sessions.get(session);
      if (known) known.inode = inode;
    },
    forget,
  };
};
