import type { AddressInfo } from 'node:net';
import { connect, createServer, type Socket } from 'node:net';

/** A way between a server and what it stands on, which can be cut, blocked and slowed down. */
export interface TcpProxy {
  readonly port: number;
  /** Breaks every connection and refuses new ones until `mend`. */
  cut(): void;
  /** Passes nothing on, either way, until `mend`. */
  stall(): void;
  /** Delays each piece by some milliseconds until `mend`. */
  slow(milliseconds: number): void;
  /** Answers every new connection with these bytes until `mend`. */
  answer(bytes: string): void;
  mend(): void;
  close(): void;
}

interface Mode {
  readonly refuses?: boolean;
  readonly stalls?: boolean;
  readonly delayMs?: number;
  readonly answers?: string;
}

export async function startTcpProxy(target: { readonly host: string; readonly port: number }): Promise<TcpProxy> {
  const pairs = new Set<readonly [Socket, Socket]>();
  let mode: Mode = {};
  const breakAll = (): void => {
    for (const pair of pairs) for (const socket of pair) socket.destroy();
  };
  const server = createServer((client) => {
    client.on('error', () => client.destroy());
    if (mode.refuses) return void client.destroy();
    const { answers } = mode;
    if (answers !== undefined) return void client.once('data', () => client.end(answers));
    const upstream = connect(target.port, target.host);
    const pair = [client, upstream] as const;
    pairs.add(pair);
    upstream.on('error', () => upstream.destroy());
    const closeBoth = (): void => {
      pairs.delete(pair);
      for (const socket of pair) socket.destroy();
    };
    for (const socket of pair) socket.on('close', closeBoth);
    pass(client, upstream, () => mode);
    pass(upstream, client, () => mode);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const turn = (next: Mode, andBreak = false): void => {
    mode = next;
    if (andBreak) breakAll();
    for (const pair of pairs) for (const socket of pair) next.stalls ? socket.pause() : socket.resume();
  };
  return {
    port: (server.address() as AddressInfo).port,
    cut: () => turn({ refuses: true }, true),
    stall: () => turn({ stalls: true }),
    slow: (delayMs) => turn({ delayMs }),
    answer: (answers) => turn({ answers }, true),
    mend: () => turn({}),
    close() {
      server.close();
      breakAll();
    },
  };
}

function pass(from: Socket, to: Socket, modeOf: () => Mode): void {
  if (modeOf().stalls) from.pause();
  from.on('data', (piece) => {
    const { delayMs = 0 } = modeOf();
    const send = (): void => {
      if (!to.writable) return;
      if (!to.write(piece)) {
        from.pause();
        to.once('drain', () => {
          if (!modeOf().stalls) from.resume();
        });
      }
    };
    // Timers of the same length fire in order.
    if (delayMs === 0) send();
    else setTimeout(send, delayMs);
  });
}
