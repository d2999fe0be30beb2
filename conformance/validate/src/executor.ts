/**
 * The program that Protovalidate's conformance suite asks: reads a `TestConformanceRequest` from standard input, checks
 * its messages, and writes a `TestConformanceResponse`. Each message is read and written by our own codec on its way, as
 * in a call.
 */

import { toBinary } from "@bufbuild/protobuf";
import { CompilationError, RuntimeError, violationsToProto } from "@bufbuild/protovalidate";
import { MessageValidator } from "@hawser/validate/message-validator";
import { createDynamicTypes, decode, encode } from "hawser/protobuf";
import { FileDescriptorProto } from "hawser/wkt";
import {
  TestConformanceRequest,
  TestConformanceResponse,
  type TestResultInit,
} from "./gen/buf/validate/conformance/harness.pb.js";

const input: Uint8Array[] = [];
for await (const chunk of process.stdin) input.push(chunk);
const { fdset, cases } = decode(TestConformanceRequest, Buffer.concat(input));
const files = fdset?.file ?? [];
const types = createDynamicTypes(files);
const validator = new MessageValidator(files.map((file) => encode(FileDescriptorProto, file)));

const results: Record<string, TestResultInit> = {};
for (const [name, any] of Object.entries(cases)) results[name] = { result: check(any) };
process.stdout.write(encode(TestConformanceResponse, { results }));

function check({ typeUrl, value }: { typeUrl: string; value: Uint8Array }): TestResultInit["result"] {
  try {
    const typeName = typeUrl.slice(typeUrl.lastIndexOf("/") + 1);
    const type = types.message(typeName);
    if (type === undefined) return { case: "unexpectedError", value: `there is no type ${typeName}` };
    const violations = validator.check(typeName, encode(type, decode(type, value)));
    if (violations.length === 0) return { case: "success", value: true };
    const [proto, schema] = violationsToProto(violations);
    return { case: "validationError", value: toBinary(schema, proto) };
  } catch (error) {
    const text = error instanceof Error ? error.message : String(error);
    if (error instanceof CompilationError) return { case: "compilationError", value: text };
    if (error instanceof RuntimeError) return { case: "runtimeError", value: text };
    return { case: "unexpectedError", value: error instanceof Error ? (error.stack ?? text) : text };
  }
}
