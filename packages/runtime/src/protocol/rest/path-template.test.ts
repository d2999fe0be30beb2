import { deepEqual, equal, ok, throws } from "node:assert/strict";
import { test } from "node:test";
import type { MethodType } from "../../protobuf/type/service-type.js";
import { parsePathTemplate } from "./path-template.js";
import { RestRouter } from "./rest-router.js";

function method(name: string): MethodType {
  const input = { typeName: "x.Empty", fields: [] };
  return { name, path: `/x.X/${name}`, input, output: input } as unknown as MethodType;
}

/** @param routes as `GET /v1/{name=a/*}` */
function routerOf(...routes: string[]): RestRouter {
  const router = new RestRouter();
  for (const route of routes) {
    const [httpMethod, path] = route.split(" ");
    router.add(method(route), { httpMethod, path, template: parsePathTemplate(path), body: "", responseBody: "" });
  }
  return router;
}

function matched(router: RestRouter, request: string) {
  const [httpMethod, path] = request.split(" ");
  const found = router.match(httpMethod, path);
  if (found === undefined || "allow" in found) return found;
  return [
    found.route.method.name,
    Object.fromEntries(found.variables.map(([names, value]) => [names.join("."), value])),
  ];
}

test("the templates of google/api/http.proto", () => {
  for (const [route, request, variables] of [
    ["GET /v1/{name=messages/*}", "GET /v1/messages/123456", { name: "messages/123456" }],
    ["GET /v1/messages/{message_id}", "GET /v1/messages/123456", { message_id: "123456" }],
    ["PATCH /v1/messages/{message_id}", "PATCH /v1/messages/123456", { message_id: "123456" }],
    [
      "GET /v1/users/{user_id}/messages/{message_id}",
      "GET /v1/users/me/messages/123456",
      { user_id: "me", message_id: "123456" },
    ],
    ["GET /v1/{name=shelves/*/books/*}", "GET /v1/shelves/1/books/2", { name: "shelves/1/books/2" }],
    ["GET /v1/{book.name=books/*}", "GET /v1/books/2", { "book.name": "books/2" }],
    ["GET /v1/{name=**}", "GET /v1/a/b/c", { name: "a/b/c" }],
    ["GET /v1/{name=files/**}", "GET /v1/files", { name: "files" }],
    ["GET /v1/*/x", "GET /v1/any/x", {}],
    ["POST /v1/{name=jobs/*}:cancel", "POST /v1/jobs/7:cancel", { name: "jobs/7" }],
  ] as const) {
    deepEqual(matched(routerOf(route), request), [route, variables], route);
  }
});

test("escapes: one segment is decoded whole, of several all but the slash", () => {
  deepEqual(matched(routerOf("GET /v1/{name}"), "GET /v1/a%2Fb%20c"), ["GET /v1/{name}", { name: "a/b c" }]);
  deepEqual(matched(routerOf("GET /v1/{name=**}"), "GET /v1/a%2Fb%20c/%C3%A9"), [
    "GET /v1/{name=**}",
    { name: "a%2Fb c/é" },
  ]);
  deepEqual(matched(routerOf("GET /v1/é/{name}"), "GET /v1/%C3%A9/x"), ["GET /v1/é/{name}", { name: "x" }]);
  throws(() => routerOf("GET /v1/{name}").match("GET", "/v1/%zz"), URIError);
});

test("dot segments lead nowhere, escaped or not; dots in a name are dots", () => {
  const router = routerOf("GET /v1/{name=**}", "GET /v2/*/{id}", "POST /v2/{id}:run");
  for (const climbs of ["..", ".", "%2e%2e", ".%2E", "%2e"]) {
    for (const path of [`/v1/a/${climbs}/b`, `/v1/${climbs}`, `/v2/${climbs}/x`, `/v2/x/${climbs}`]) {
      equal(router.match("GET", path), undefined, path);
    }
    equal(router.match("POST", `/v2/${climbs}:run`), undefined, climbs);
  }
  for (const name of ["...", "..a", "a..", ".hidden", "a.b"]) {
    deepEqual(matched(router, `GET /v1/a/${name}`), ["GET /v1/{name=**}", { name: `a/${name}` }]);
  }
  // An escaped slash parts no segments of "**": what looks like a climb stays one name.
  deepEqual(matched(router, "GET /v1/a%2F..%2Fb"), ["GET /v1/{name=**}", { name: "a%2F..%2Fb" }]);
});

test("names come before *, and * before **; a verb before a segment that has a colon", () => {
  const router = routerOf("GET /v1/{name=**}", "GET /v1/{id}", "GET /v1/me", "GET /v1/me/{part}", "GET /v1/{id}:check");
  equal(matched(router, "GET /v1/me")?.[0 as never], "GET /v1/me");
  equal(matched(router, "GET /v1/you")?.[0 as never], "GET /v1/{id}");
  equal(matched(router, "GET /v1/you/too")?.[0 as never], "GET /v1/{name=**}");
  equal(matched(router, "GET /v1/me/too")?.[0 as never], "GET /v1/me/{part}");
  deepEqual(matched(router, "GET /v1/7:check"), ["GET /v1/{id}:check", { id: "7" }]);
  deepEqual(matched(router, "GET /v1/7:other"), ["GET /v1/{id}", { id: "7:other" }]);
});

test("another method of HTTP is told which there are; another path is unknown", () => {
  const router = routerOf("GET /v1/a", "POST /v1/a", "HEAD /v1/b", "* /v1/c");
  deepEqual(matched(router, "PUT /v1/a"), { allow: ["GET", "POST"] });
  deepEqual(matched(router, "PURGE /v1/c"), ["* /v1/c", {}]);
  equal(matched(router, "GET /v1"), undefined);
  equal(matched(router, "GET /v1/a/"), undefined);
  equal(matched(router, "GET /V1/a"), undefined);
  equal(router.match("GET", "v1/a"), undefined);
  equal(router.match("GET", "/".repeat(10_000)), undefined);
});

test("a segment must not be empty for *", () => {
  equal(matched(routerOf("GET /v1/{name}/x"), "GET /v1//x"), undefined);
});

test("templates that can't be read say where and why", () => {
  for (const text of [
    "",
    "v1",
    "/",
    "/v1/",
    "/v1//a",
    "/{",
    "/{}",
    "/{a",
    "/{a=",
    "/{a=}",
    "/{a.}",
    "/{a=b/{c}}",
    "/**/a",
  ]) {
    throws(() => parsePathTemplate(text), /^SyntaxError: the path template ".*" can't be read at offset \d+: /, text);
  }
  throws(() => parsePathTemplate("/{a}/{a}"), /"a" is bound twice/);
  ok(parsePathTemplate("/v1:verb").verb === "verb");
});

test("two methods can't have one path", () => {
  throws(() => routerOf("GET /v1/{a}", "GET /v1/{b}"), /GET \/v1\/\{b\} leads to both/);
});
