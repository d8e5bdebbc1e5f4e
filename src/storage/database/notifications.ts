import type { ChannelListener } from './contract.ts';
import type { Session } from './pooled-database.ts';

/** How processes that share a database tell each other what changed. */
export interface Notifications {
  notify(run: Session, channel: string, payload: string): Promise<void>;
  /** For a transaction whose statements `run` sends. */
  begin(run: Session): TransactionNotifications;
  listen(channel: string, listener: ChannelListener): () => void;
  hears(): boolean;
  close(): Promise<void>;
}

export interface TransactionNotifications {
  notify(channel: string, payload: string): Promise<void>;
  /** To be called after the commit. */
  committed(): void;
}

const MOST_BYTES = 7_000;

/** @throws Error when the payload is longer than the 7,000 bytes that every form can carry. */
export function checkPayload(payload: string): void {
  if (Buffer.byteLength(payload, 'utf8') <= MOST_BYTES) return;
  throw new Error(`A notification carries at most ${MOST_BYTES} bytes: tell a name, not the thing.`);
}

/** Who listens to which channel in this process. */
export function createListeners() {
  const channels = new Map<string, Set<ChannelListener>>();
  return {
    add(channel: string, listener: ChannelListener): () => void {
      const listeners = channels.get(channel) ?? new Set();
      channels.set(channel, listeners.add(listener));
      return () => void listeners.delete(listener);
    },
    tell(channel: string, payload: string): void {
      for (const listener of channels.get(channel) ?? []) listener.heard(payload);
    },
    tellMissed(): void {
      for (const listeners of channels.values()) for (const listener of listeners) listener.missed();
    },
  };
}

/** For a database that no other process can have open: a message goes straight to its listeners. */
export function localNotifications(): Notifications {
  const listeners = createListeners();
  return {
    async notify(_run, channel, payload) {
      checkPayload(payload);
      listeners.tell(channel, payload);
    },
    begin() {
      const waiting: { channel: string; payload: string }[] = [];
      return {
        async notify(channel, payload) {
          checkPayload(payload);
          waiting.push({ channel, payload });
        },
        committed() {
          for (const { channel, payload } of waiting) listeners.tell(channel, payload);
        },
      };
    },
    listen: (channel, listener) => listeners.add(channel, listener),
    hears: () => true,
    close: async () => undefined,
  };
}
