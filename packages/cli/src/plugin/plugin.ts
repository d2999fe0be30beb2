import { generateAsPlugin } from "@hawser/compiler";

/** `protoc-gen-hawser`: reads a request of protoc or buf from standard input and writes the response. */
export async function plugin(): Promise<void> {
  const chunks: Buffer[] = [];
  for await (const chunk of process.stdin) chunks.push(chunk as Buffer);
  process.stdout.write(generateAsPlugin(Buffer.concat(chunks)));
}
