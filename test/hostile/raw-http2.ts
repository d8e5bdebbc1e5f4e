import { connect, type Socket } from 'node:net';

/** An HTTP/2 connection whose frames are written by hand (RFC 9113, section 4.1). */
export interface RawHttp2 {
  /** @param payload bytes after the nine of the frame's header */
  frame(type: number, flags: number, stream: number, payload?: Buffer): boolean;
  readonly socket: Socket;
  /** Settles when the server has closed the connection. */
  readonly closed: Promise<void>;
}

export const FRAME = {
  data: 0,
  headers: 1,
  priority: 2,
  reset: 3,
  settings: 4,
  ping: 6,
  windowUpdate: 8,
  continuation: 9,
};
export const FLAG = { endStream: 1, endHeaders: 4 };

// HPACK (RFC 7541): `:method GET`, `:scheme http`, `:path /` by index, and `:authority a` as a literal.
export const GET_HEADERS = Buffer.from([0x82, 0x86, 0x84, 0x41, 0x01, 0x61]);

export async function openRawHttp2(port: number): Promise<RawHttp2> {
  const socket = connect(port, '127.0.0.1');
  socket.on('error', () => socket.destroy());
  const closed = new Promise<void>((resolve) => {
    socket.once('close', () => resolve());
  });
  await new Promise<void>((resolve) => socket.once('connect', resolve));
  socket.resume();
  socket.write('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n');
  const frame: RawHttp2['frame'] = (type, flags, stream, payload = Buffer.alloc(0)) => {
    const head = Buffer.alloc(9);
    head.writeUIntBE(payload.length, 0, 3);
    head[3] = type;
    head[4] = flags;
    head.writeUInt32BE(stream, 5);
    return !socket.destroyed && socket.write(Buffer.concat([head, payload]));
  };
  frame(FRAME.settings, 0, 0);
  return { frame, socket, closed };
}
