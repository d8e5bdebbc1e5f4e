import { connect as connectPlain, type Socket } from 'node:net';
import { connect as connectSecure } from 'node:tls';
import { untilAborted } from '../../../../core/abortable.ts';
import { LoamError } from '../../../../core/errors.ts';
import type { StoreTarget } from '../contract.ts';
import { storeName } from '../store-name.ts';
import { commandBytes, type Reply, ReplyReader } from './replies.ts';

export type Command = readonly (string | number | Buffer)[];

/** One connection to a Redis server; it is made with the first command, and again after it was lost. */
export interface RedisConnection {
  /** Sends commands in one go. @returns a reply for each @throws LoamError `vector-store-unavailable`, for an error reply too */
  run(commands: readonly Command[], signal: AbortSignal): Promise<Exclude<Reply, Error>[]>;
  close(): void;
}

const CONNECT_MS = 10_000;
const IDLE_MS = 60_000;
const DEFAULT_PORT = 6_379;

interface Open {
  readonly socket: Socket;
  readonly waiting: { resolve(reply: Reply): void; reject(error: Error): void }[];
}

export function connectTo({ url, credentials }: Pick<StoreTarget, 'url' | 'credentials'>): RedisConnection {
  const store = storeName(url);
  let open: Promise<Open> | undefined;
  const fail = (problem: string, cause?: unknown): LoamError =>
    new LoamError('vector-store-unavailable', { store, problem }, { cause });

  const openNow = async (): Promise<Open> => {
    const opened = await openSocket(new URL(url), () => {
      open = undefined;
    });
    const greetings = greetingsOf(new URL(url), credentials);
    for (const reply of await Promise.all(send(opened, greetings))) {
      if (!(reply instanceof Error)) continue;
      opened.socket.destroy();
      throw reply;
    }
    return opened;
  };

  return {
    async run(commands, signal) {
      signal.throwIfAborted();
      try {
        open ??= openNow();
        const replies = await untilAborted(Promise.all(send(await untilAborted(open, signal), commands)), signal);
        const refused = replies.find((reply) => reply instanceof Error);
        if (refused) throw refused;
        return replies as Exclude<Reply, Error>[];
      } catch (error) {
        signal.throwIfAborted();
        open = undefined;
        throw fail(error instanceof Error ? error.message : String(error), error);
      }
    },
    close() {
      void open?.then(({ socket }) => socket.destroy()).catch(() => undefined);
      open = undefined;
    },
  };
}

function openSocket(url: URL, onEnd: () => void): Promise<Open> {
  const { hostname } = url;
  const host = hostname.replace(/^\[|\]$/g, '');
  const port = Number(url.port || DEFAULT_PORT);
  return new Promise((resolve, reject) => {
    const isSecure = url.protocol === 'rediss:';
    const socket = isSecure ? connectSecure({ host, port, servername: host }) : connectPlain({ host, port });
    const opened: Open = { socket, waiting: [] };
    const reader = new ReplyReader();
    socket.setTimeout(CONNECT_MS, () => socket.destroy(new Error(`It gave nothing for ${socket.timeout} ms`)));
    socket.once(isSecure ? 'secureConnect' : 'connect', () => {
      socket.setTimeout(0);
      // A process that is done does not wait for it.
      socket.unref();
      resolve(opened);
    });
    socket.on('data', (bytes: Buffer) => {
      try {
        for (const reply of reader.push(bytes)) opened.waiting.shift()?.resolve(reply);
        if (opened.waiting.length === 0) socket.setTimeout(0).unref();
      } catch (error) {
        socket.destroy(error as Error);
      }
    });
    let failure = new Error('The connection was closed');
    socket.on('error', (error) => {
      failure = error;
    });
    socket.on('close', () => {
      onEnd();
      reject(failure);
      for (const one of opened.waiting.splice(0)) one.reject(failure);
    });
  });
}

function send({ socket, waiting }: Open, commands: readonly Command[]): Promise<Reply>[] {
  if (commands.length === 0) return [];
  socket.ref().setTimeout(IDLE_MS);
  const replies = commands.map(() => new Promise<Reply>((resolve, reject) => waiting.push({ resolve, reject })));
  socket.write(Buffer.concat(commands.map(commandBytes)));
  return replies;
}

function greetingsOf(url: URL, { username, password }: StoreTarget['credentials']): Command[] {
  const user = username ?? decodeURIComponent(url.username);
  const secret = password ?? decodeURIComponent(url.password);
  const database = url.pathname.slice(1);
  return [
    ...(secret ? [user ? ['AUTH', user, secret] : ['AUTH', secret]] : []),
    ...(database ? [['SELECT', database]] : []),
  ];
}
