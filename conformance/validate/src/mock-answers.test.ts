/** What `hawser mock` makes up, got by grpc-js, keeps to the rules of its schema as protovalidate reads them. */
import assert from "node:assert/strict";
import { type ChildProcessWithoutNullStreams, execFileSync, spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { fromBinary, toBinary } from "@bufbuild/protobuf";
import { FileDescriptorProtoSchema, FileDescriptorSetSchema } from "@bufbuild/protobuf/wkt";
import * as grpc from "@grpc/grpc-js";
import { MessageValidator } from "@hawser/validate/message-validator";

const HAWSER = fileURLToPath(new URL("../../../packages/cli/bin/hawser.js", import.meta.url));
const INPUT = fileURLToPath(new URL("../mocked", import.meta.url));
const RULES = fileURLToPath(new URL("../../../packages/validate/proto", import.meta.url));

/** Requests, each with an answer of its own. */
const CALLS = 200;

function validatorOf(descriptorSet: string): MessageValidator {
  const { file } = fromBinary(FileDescriptorSetSchema, readFileSync(descriptorSet));
  return new MessageValidator(file.map((each) => toBinary(FileDescriptorProtoSchema, each)));
}

async function targetOf(child: ChildProcessWithoutNullStreams): Promise<string> {
  for await (const line of createInterface(child.stdout)) return JSON.parse(line).listening;
  throw new Error("hawser mock ended");
}

test("answers keep to the rules, all of them", async (t) => {
  const folder = mkdtempSync(join(tmpdir(), "hawser-mocked-"));
  t.after(() => rmSync(folder, { recursive: true }));
  const set = join(folder, "mocked.binpb");
  execFileSync(process.execPath, [HAWSER, "build", INPUT, "-I", RULES, "-I", INPUT, "-o", set]);
  const validator = validatorOf(set);
  const child = spawn(process.execPath, [HAWSER, "mock", set, "--listen", "127.0.0.1:0", "--json"]);
  t.after(() => child.kill("SIGKILL"));
  const client = new grpc.Client(await targetOf(child), grpc.credentials.createInsecure());
  t.after(() => client.close());
  const get = (number: number): Promise<Buffer> =>
    new Promise((resolve, reject) => {
      client.makeUnaryRequest(
        "/mocked.v1.Mocked/Get",
        (request: Buffer) => request,
        (reply: Buffer) => reply,
        Buffer.from([8, (number & 127) | 128, number >> 7]),
        (error, reply) => (error === null && reply !== undefined ? resolve(reply) : reject(error)),
      );
    });
  const broken = new Map<string, string>();
  const answers = new Set<string>();
  for (let number = 1; number <= CALLS; number++) {
    const bytes = await get(number);
    answers.add(bytes.toString("hex"));
    for (const violation of validator.check("mocked.v1.Ruled", bytes)) {
      const path = violation.field.map((part) => (part.kind === "field" ? part.name : part.kind)).join(".");
      broken.set(`${path} ${violation.ruleId}`, violation.message);
    }
  }
  assert.deepEqual([...broken], []);
  assert.equal(answers.size, CALLS);
});
