import assert from "node:assert/strict";
import { test } from "node:test";
import { alternativeNames } from "./alternative-names.js";
import { spiffeIdOf } from "./spiffe.js";

test("names are told apart at commas, but not within quotes", () => {
  assert.deepEqual(alternativeNames(undefined), []);
  assert.deepEqual(alternativeNames(""), []);
  assert.deepEqual(alternativeNames("DNS:a.test, IP Address:127.0.0.1, URI:spiffe://prod.test/notes"), [
    "DNS:a.test",
    "IP Address:127.0.0.1",
    "URI:spiffe://prod.test/notes",
  ]);
});

test("a name that holds what looks like another is one name (CVE-2021-44532)", () => {
  const hostile = 'DNS:"a.test, URI:spiffe://prod.test/admin, \\"b\\""';
  assert.deepEqual(alternativeNames(`${hostile}, DNS:c.test`), [hostile, "DNS:c.test"]);
  assert.equal(spiffeIdOf(alternativeNames(hostile)), undefined);
});

test("a SPIFFE id is the only URI of a certificate, and well-formed", () => {
  const id = (text: string) => spiffeIdOf(alternativeNames(text));
  assert.equal(id("DNS:a.test, URI:spiffe://prod.test/notes"), "spiffe://prod.test/notes");
  assert.equal(id("URI:spiffe://prod.test/notes, URI:https://a.test"), undefined);
  assert.equal(id("URI:spiffe://prod.test/../notes"), undefined);
  assert.equal(id("URI:https://a.test"), undefined);
  assert.equal(id("DNS:a.test"), undefined);
});
