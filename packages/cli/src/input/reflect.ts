import { type Channel, Code, createChannel, createClient, RpcError } from "hawser";
import { decode } from "hawser/protobuf";
import { ServerReflection, ServerReflectionV1Alpha } from "hawser/services";
import { FileDescriptorProto } from "hawser/wkt";
import { CliError } from "../cli-error.js";
import { importsFirst } from "./imports-first.js";

/** 30 s: for the whole of it. A server that does not answer must not hang the command. */
const REFLECTION_TIMEOUT_MS = 30_000;

/** 20,000: more than twice what the largest known API set has. A server may not fill the memory with files. */
const MAX_FILES = 20_000;

/**
 * The files that a server tells of through reflection (grpc/doc/server-reflection.md), imports in front of what imports
 * them. They have neither places nor comments.
 *
 * @param target a channel's target
 * @throws CliError if the server cannot be reached, or has no reflection
 */
export async function reflectFiles(channel: Channel, target: string): Promise<FileDescriptorProto[]> {
  for (const service of [ServerReflection, ServerReflectionV1Alpha] as const) {
    try {
      return await askAll(channel, service as typeof ServerReflection);
    } catch (error) {
      if (!RpcError.is(error)) throw error;
      if (error.code === Code.Unimplemented) continue;
      throw new CliError(`${target} cannot be asked for its services: ${error.message}`, "check the address");
    }
  }
  throw new CliError(
    `${target} has no server reflection`,
    "add it to the server (addReflection of hawser/services), or use its .proto files or a descriptor set",
  );
}

/** A channel to an address: with `https://` over TLS. */
export function channelTo(address: string): Channel {
  const [, scheme, rest] = /^(https?):\/\/([^/]*)/.exec(address) ?? [];
  if (scheme === undefined || rest === undefined) return createChannel(address);
  const hasPort = /:\d+$/.test(rest);
  const target = `dns:///${rest}${hasPort ? "" : scheme === "https" ? ":443" : ":80"}`;
  return createChannel(target, scheme === "https" ? { tls: true } : {});
}

async function askAll(channel: Channel, service: typeof ServerReflection): Promise<FileDescriptorProto[]> {
  const call = createClient(service, channel).serverReflectionInfo(undefined, { timeoutMs: REFLECTION_TIMEOUT_MS });
  const answers = call[Symbol.asyncIterator]();
  type Question = Parameters<typeof call.send>[0];
  const ask = async (messageRequest: Question["messageRequest"]) => {
    await call.send({ messageRequest });
    const { value, done } = await answers.next();
    if (done === true) throw new RpcError(Code.Unavailable, "the server ended the stream");
    return value.messageResponse;
  };
  const files = new Map<string, FileDescriptorProto>();
  const keep = (answer: Awaited<ReturnType<typeof ask>>, what: string): void => {
    if (answer?.case === "errorResponse") {
      throw new RpcError(answer.value.errorCode as Code, `${what}: ${answer.value.errorMessage}`);
    }
    if (answer?.case !== "fileDescriptorResponse") return;
    for (const bytes of answer.value.fileDescriptorProto) {
      const file = decode(FileDescriptorProto, bytes);
      files.set(file.name ?? "", file);
    }
    if (files.size > MAX_FILES)
      throw new RpcError(Code.ResourceExhausted, `the server has more than ${MAX_FILES} files`);
  };
  const list = await ask({ case: "listServices", value: "*" });
  if (list?.case !== "listServicesResponse") throw new RpcError(Code.Internal, "the server did not list its services");
  for (const { name = "" } of list.value.service) {
    keep(await ask({ case: "fileContainingSymbol", value: name }), `the service ${name}`);
  }
  // A server sends what a file imports along with it, or does not. A map that grows goes on being walked.
  for (const file of files.values()) {
    for (const name of file.dependency) {
      if (files.has(name)) continue;
      keep(await ask({ case: "fileByFilename", value: name }), `the file ${name}`);
      if (!files.has(name)) throw new RpcError(Code.Internal, `the server does not have ${name}, which it uses`);
    }
  }
  call.end();
  return importsFirst(files);
}
