import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { compile, formatDiagnostic } from "@hawser/compiler";
import {
  type AnyMessageType,
  clone,
  create,
  createDynamicTypes,
  type DynamicTypes,
  decode,
  diff,
  encode,
  equals,
  fromJsonString,
  fromText,
  getExtension,
  merge,
  toJsonString,
  toText,
} from "hawser/protobuf";
import { MessageOptions } from "hawser/wkt";

const NAMES = ["__proto__", "constructor", "toString", "valueOf", "hasOwnProperty", "prototype", "then"];

/** A schema in which everything that can have a name has this one. */
function schemaOf(name: string): string {
  return `edition = "2023"; package ${name}.${name};
    import "google/protobuf/descriptor.proto";
    extend google.protobuf.MessageOptions { string ${name} = 50000; }
    message M {
      option (${name}) = "${name}";
      Types.${name} ${name} = 1;
      oneof choice { string a = 2; Types.${name} b = 3; }
      map<string, Types.${name}> table = 4;
      map<string, Types.Kind> kinds = 5;
      repeated Types.Kind list = 6;
    }
    message Types {
      message ${name} { string ${name} = 1; int32 n = 2; }
      enum Kind { NONE = 0; V = 1; }
    }
    message Values { enum Kind { NONE = 0; ${name} = 1; } repeated Kind list = 1; map<string, Kind> kinds = 2; }
    message Holder { oneof ${name} { string x = 1; bytes y = 2; } }`;
}

function typesOf(name: string): DynamicTypes {
  const { ok, files, diagnostics } = compile({
    files: ["x.proto"],
    read: (path) => (path === "x.proto" ? schemaOf(name) : undefined),
  });
  assert.ok(ok, diagnostics.map((each) => formatDiagnostic(each)).join("\n"));
  return createDynamicTypes(files);
}

/** An object with one own property, whatever its name. */
function only(name: string, value: unknown): Record<string, unknown> {
  return Object.defineProperty({}, name, { value, enumerable: true, configurable: true, writable: true }) as Record<
    string,
    unknown
  >;
}

/** What every way of a message out and in again gives. */
function* waysOf(type: AnyMessageType, registry: DynamicTypes, message: unknown): Generator<[string, unknown]> {
  yield ["binary", decode(type, encode(type, message))];
  yield ["JSON", fromJsonString(type, toJsonString(type, message, { registry }), { registry })];
  yield ["text", fromText(type, toText(type, message, { registry }), { registry })];
  yield ["clone", clone(type, message as never)];
  yield ["merge", merge(type, type.empty(), message as never)];
}

describe("a name that objects have anyway, as everything that has a name", () => {
  for (const name of NAMES) {
    test(name, () => {
      const types = typesOf(name);
      const type = types.message(`${name}.${name}.M`)!;
      const json = `{"${jsonName(name)}":{"${jsonName(name)}":"deep","n":1},"b":{"${jsonName(name)}":"in a oneof"},"table":{"${name}":{"n":2}},"kinds":{"${name}":"V"},"list":["V","NONE"]}`;
      const values = types.message(`${name}.${name}.Values`)!;
      const valuesJson = `{"list":["${name}","NONE"],"kinds":{"${name}":"${name}"}}`;
      for (const [each, text] of [
        [type, json],
        [values, valuesJson],
      ] as const) {
        const message = fromJsonString(each, text, { registry: types });
        for (const [way, back] of waysOf(each, types, message)) {
          assert.equal(toJsonString(each, back as never, { registry: types }), text, way);
          assert.ok(equals(each, back as never, message), way);
          assert.deepEqual(diff(each, back as never, message), [], way);
          assert.equal(Object.getPrototypeOf(back), Object.prototype, way);
        }
      }
      const holder = types.message(`${name}.${name}.Holder`)!;
      const oneof = holder.fields[0]!.oneof!;
      const chosen = create(holder, only(oneof, { case: "x", value: "v" }));
      for (const [way, back] of waysOf(holder, types, chosen)) {
        assert.deepEqual(Object.getOwnPropertyDescriptor(back, oneof)?.value, { case: "x", value: "v" }, way);
      }
      // The option is read from the descriptor.
      const file = types.file("x.proto")!;
      const options = fileMessageOptions(file.descriptor);
      const extension = types.extension(`${name}.${name}.${name}`)!;
      assert.equal(getExtension(options, extension), name);
      assert.deepEqual(Object.keys(Object.prototype), []);
      assert.equal(({} as Record<string, unknown>)["n"], undefined);
    });
  }
});

/** The options of the first message of a file that are in a descriptor's bytes: field 4, in it field 7. */
function fileMessageOptions(descriptor: Uint8Array): MessageOptions {
  const found = find(find(descriptor, 4), 7);
  return decode(MessageOptions, found);
}

/** The first length-delimited record of a number; all records of descriptors are of that kind or short varints. */
function find(bytes: Uint8Array, number: number): Uint8Array {
  for (let at = 0; at < bytes.length; ) {
    const [tag, afterTag] = varint(bytes, at);
    const [value, from] = varint(bytes, afterTag);
    if (tag === number * 8 + 2) return bytes.subarray(from, from + value);
    at = tag % 8 === 2 ? from + value : from;
  }
  throw new Error(`no field ${number}`);
}

function varint(bytes: Uint8Array, start: number): [number, number] {
  let value = 0;
  for (let at = start, scale = 1; ; at++, scale *= 128) {
    value += (bytes[at]! & 127) * scale;
    if (bytes[at]! < 128) return [value, at + 1];
  }
}

function jsonName(name: string): string {
  return name.replace(/_+([^_]?)/g, (_, letter: string) => letter.toUpperCase());
}
