import type { MessageOf } from "hawser/protobuf";
import type { Channelz } from "hawser/services";

type SocketReply = MessageOf<(typeof Channelz)["methods"]["getSocket"]["output"]>;
/** A socket as channelz tells of it. */
export type ChannelzSocket = NonNullable<SocketReply["socket"]>;
type Address = NonNullable<ChannelzSocket["local"]>;

/** An address as people write it: `127.0.0.1:443`, `[::1]:443`, a path, or what else the server says; "" if it says nothing. */
export function addressText(message: Address | undefined): string {
  const address = message?.address;
  switch (address?.case) {
    case "tcpipAddress":
      return withPort(ipText(address.value.ipAddress), address.value.port);
    case "udsAddress":
      return `unix:${address.value.filename}`;
    case "otherAddress":
      return address.value.name;
    default:
      return "";
  }
}

function withPort(host: string, port: number): string {
  return host.includes(":") ? `[${host}]:${port}` : `${host}:${port}`;
}

/** Four bytes are an address of IPv4, sixteen one of IPv6 (channelz.proto, "TcpIpAddress"), written as RFC 5952 wants it. */
export function ipText(bytes: Uint8Array): string {
  if (bytes.length === 4) return bytes.join(".");
  if (bytes.length !== 16) return bytes.length === 0 ? "*" : `${bytes.length} bytes`;
  const mapped = bytes.slice(0, 10).every((byte) => byte === 0) && bytes[10] === 255 && bytes[11] === 255;
  if (mapped) return `::ffff:${bytes.slice(12).join(".")}`;
  const groups = Array.from({ length: 8 }, (_, i) => (bytes[2 * i]! << 8) | bytes[2 * i + 1]!);
  const zeros = longestZeros(groups);
  const text = (from: number, to: number) =>
    groups
      .slice(from, to)
      .map((group) => group.toString(16))
      .join(":");
  return zeros.length < 2 ? text(0, 8) : `${text(0, zeros.start)}::${text(zeros.start + zeros.length, 8)}`;
}

function longestZeros(groups: readonly number[]): { start: number; length: number } {
  let best = { start: 0, length: 0 };
  for (let start = 0; start < groups.length; start++) {
    let end = start;
    while (groups[end] === 0) end++;
    if (end - start > best.length) best = { start, length: end - start };
    start = Math.max(start, end - 1);
  }
  return best;
}

/** How a connection is protected: the cipher suite of TLS, or the name of another way; "" for cleartext. */
export function securityText(security: ChannelzSocket["security"]): string {
  const model = security?.model;
  if (model === undefined) return "";
  if (model.case === "other") return model.value.name;
  const suite = model.value.cipherSuite?.value ?? "";
  return suite === "" ? "TLS" : `TLS, ${suite}`;
}
