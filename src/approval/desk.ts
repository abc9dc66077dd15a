/** The desk: where a question waits for a person. Nobody can attach to it yet, so every question is refused at once. */

export interface Silence {
  readonly allow: false;
  readonly code: 'approver_unavailable' | 'gateway_stopped';
}

export interface Desk {
  /** Resolves with a refusal where nobody answers; never rejects. The signal says that the asker is gone. */
  ask(question: { readonly id: string }, signal: AbortSignal): Promise<Silence>;
  /** The gateway stops: whatever is asked from now on is refused as that. */
  close(): void;
}

export function openDesk(): Desk {
  let closed = false;
  return {
    ask: () => Promise.resolve({ allow: false, code: closed ? 'gateway_stopped' : 'approver_unavailable' }),
    close: () => {
      closed = true;
    },
  };
}
