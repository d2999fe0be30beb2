import assert from "node:assert/strict";
import { test } from "node:test";
import { compile } from "@hawser/compiler";
import { clone, toJson } from "hawser/protobuf";
import { type DescriptorProto, type FileDescriptorProto, FileDescriptorProto as FileType } from "hawser/wkt";
import { withQualifiedNames } from "./qualified-names.js";

const SOURCES: Readonly<Record<string, string>> = {
  "a.proto": `syntax = "proto2"; package a.b; import "c.proto";
    message Outer {
      message Inner { optional Kind kind = 1; optional Other other = 2; extensions 10 to 20; }
      enum Kind { ZERO = 0; }
      repeated Inner inner = 1; map<string, Inner> by_name = 2; optional a.Shared shared = 3;
      extend Inner { optional Kind more = 10; }
    }
    enum Kind { ONE = 1; }
    message Other { optional Kind kind = 1; optional Outer.Kind outer = 2; }
    extend Outer.Inner { optional Other top = 11; }
    service Calls { rpc Go(Outer) returns (Other); rpc Far(Outer.Inner) returns (a.Shared); }`,
  "c.proto": `syntax = "proto2"; package a; message Shared { optional int32 x = 1; } enum Kind { TWO = 2; }`,
};

/** With the name that is left of a full one when the scopes around it go without saying. */
function shorten(file: FileDescriptorProto): FileDescriptorProto {
  const copy = clone(FileType, file);
  const short = (name: string | undefined, scope: string): string | undefined => {
    if (name === undefined || name === "") return name;
    const full = name.slice(1).split(".");
    const around = scope.split(".");
    while (full.length > 1 && around.length > 0 && full[0] === around[0]) {
      full.shift();
      around.shift();
    }
    return full.join(".");
  };
  const inMessage = (message: DescriptorProto, scope: string): void => {
    const own = `${scope}.${message.name}`;
    for (const each of [...message.field, ...message.extension]) {
      each.typeName = short(each.typeName, own);
      each.extendee = short(each.extendee, own);
    }
    for (const nested of message.nestedType) inMessage(nested, own);
  };
  const scope = copy.package ?? "";
  for (const message of copy.messageType) inMessage(message, scope);
  for (const each of copy.extension) {
    each.typeName = short(each.typeName, scope);
    each.extendee = short(each.extendee, scope);
  }
  for (const { name, method } of copy.service) {
    for (const each of method) {
      each.inputType = short(each.inputType, `${scope}.${name}`);
      each.outputType = short(each.outputType, `${scope}.${name}`);
    }
  }
  return copy;
}

test("names from within a scope become full names, the innermost that there is", () => {
  const { files, ok } = compile({ files: ["a.proto"], read: (name) => SOURCES[name] });
  assert.ok(ok);
  const json = (all: readonly FileDescriptorProto[]) => all.map((file) => toJson(FileType, file));
  assert.equal(withQualifiedNames(files), files);
  const short = files.map(shorten);
  assert.notDeepEqual(json(short), json(files));
  assert.deepEqual(json(withQualifiedNames(short)), json(files));
});

test("a name that is nowhere stays", () => {
  const { files } = compile({ files: ["c.proto"], read: (name) => SOURCES[name] });
  const file = clone(FileType, files[0]!);
  file.messageType[0]!.field[0]!.typeName = "Gone";
  assert.equal(withQualifiedNames([file])[0]!.messageType[0]!.field[0]!.typeName, "Gone");
});
