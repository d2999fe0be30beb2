import { strictEqual } from "node:assert/strict";
import { test } from "node:test";
import { addressText, ipText, securityText } from "./socket-address.js";

test("addresses are written as people write them", () => {
  const tcp = (ipAddress: Uint8Array, port: number) =>
    addressText({ address: { case: "tcpipAddress", value: { ipAddress, port } } });
  strictEqual(tcp(Uint8Array.of(127, 0, 0, 1), 443), "127.0.0.1:443");
  strictEqual(tcp(ip6("::1"), 443), "[::1]:443");
  strictEqual(tcp(new Uint8Array(0), 443), "*:443");
  strictEqual(addressText({ address: { case: "udsAddress", value: { filename: "/run/a" } } }), "unix:/run/a");
  strictEqual(addressText({ address: { case: "otherAddress", value: { name: "pipe", value: undefined } } }), "pipe");
  strictEqual(addressText(undefined), "");
  strictEqual(ipText(new Uint8Array(5)), "5 bytes");
});

test("IPv6 as RFC 5952 wants it", () => {
  const texts = [
    "::",
    "::1",
    "2001:db8::1",
    "2001:db8:0:1:1:1:1:1",
    "2001:0:0:1::1",
    "fe80::",
    "1:2:3:4:5:6:7:8",
    "::ffff:10.0.0.1",
  ];
  for (const text of texts) strictEqual(ipText(ip6(text)), text);
});

test("security", () => {
  const tls = { localCertificate: new Uint8Array(0), remoteCertificate: new Uint8Array(0) };
  strictEqual(securityText(undefined), "");
  strictEqual(
    securityText({ model: { case: "tls", value: { ...tls, cipherSuite: { case: "standardName", value: "TLS_A" } } } }),
    "TLS, TLS_A",
  );
  strictEqual(securityText({ model: { case: "tls", value: { ...tls, cipherSuite: undefined } } }), "TLS");
  strictEqual(securityText({ model: { case: "other", value: { name: "ALTS", value: undefined } } }), "ALTS");
});

/** The bytes of an address of IPv6. */
function ip6(text: string): Uint8Array {
  const groups = text.includes(".") ? ["0", "0", "0", "0", "0", "ffff", "a00", "1"] : expand(text);
  return Uint8Array.from(
    groups.flatMap((group) => [Number.parseInt(group, 16) >> 8, Number.parseInt(group, 16) & 255]),
  );
}

function expand(text: string): string[] {
  const [left = "", right] = text.split("::");
  const before = left === "" ? [] : left.split(":");
  if (right === undefined) return before;
  const after = right === "" ? [] : right.split(":");
  return [...before, ...Array.from({ length: 8 - before.length - after.length }, () => "0"), ...after];
}
