import type { AddressInit } from "../../protobuf/wkt/grpc/channelz/v1/channelz.pb.js";

/** An address as channelz tells it: `ip:port`, `[ip6]:port` or `unix:path`; anything else goes as it is. */
export function addressOf(text: string): AddressInit {
  if (text.startsWith("unix:")) return { address: { case: "udsAddress", value: { filename: text.slice(5) } } };
  const split = /^\[?([0-9a-fA-F.:]+)\]?:(\d+)$/.exec(text);
  const ipAddress = split === null ? undefined : ipBytes(split[1] as string);
  if (ipAddress === undefined) return { address: { case: "otherAddress", value: { name: text } } };
  return { address: { case: "tcpipAddress", value: { ipAddress, port: Number((split as RegExpExecArray)[2]) } } };
}

/** The 4 or 16 bytes of an IP address (RFC 4291 §2.2); undefined if it is none. */
export function ipBytes(text: string): Uint8Array | undefined {
  if (/^\d{1,3}(\.\d{1,3}){3}$/.test(text)) {
    const bytes = text.split(".").map(Number);
    return bytes.every((byte) => byte <= 255) ? Uint8Array.from(bytes) : undefined;
  }
  const mapped = /^(.*:)(\d{1,3}(?:\.\d{1,3}){3})$/.exec(text);
  if (mapped !== null) {
    const last = ipBytes(mapped[2] as string);
    if (last === undefined) return undefined;
    const [a, b, c, d] = last as unknown as [number, number, number, number];
    return ipBytes(`${mapped[1]}${((a << 8) | b).toString(16)}:${((c << 8) | d).toString(16)}`);
  }
  const halves = text.split("::");
  if (halves.length > 2) return undefined;
  const [head = [], tail = []] = halves.map((half) => (half === "" ? [] : half.split(":")));
  const missing = 8 - head.length - tail.length;
  if (halves.length === 1 ? missing !== 0 : missing < 1) return undefined;
  const groups = [...head, ...new Array<string>(halves.length === 1 ? 0 : missing).fill("0"), ...tail];
  const bytes = new Uint8Array(16);
  for (const [i, group] of groups.entries()) {
    if (!/^[0-9a-fA-F]{1,4}$/.test(group)) return undefined;
    const value = Number.parseInt(group, 16);
    bytes[2 * i] = value >> 8;
    bytes[2 * i + 1] = value & 0xff;
  }
  return bytes;
}
