import { fromJsonString, type MethodKind } from "hawser/protobuf";
import type { LineCall } from "./line-call.js";
import { messageLiteral, quoted } from "./typescript-literal.js";

/**
 * A program that makes the call with the code that `hawser generate` writes.
 *
 * @throws ProtobufError if a request is no JSON of its type
 */
export function typescriptLine(call: LineCall): string {
  const { method, registry, requests, target } = call;
  const service = method.service.slice(method.service.lastIndexOf(".") + 1);
  const file = (method.file?.name ?? "service.proto").replace(/\.proto$/, "");
  const literals = requests.map((request) =>
    messageLiteral(method.input, fromJsonString(method.input, request, { registry })),
  );
  const options = callOptions(call);
  return [
    'import { createChannel, createClient } from "hawser";',
    `import { ${service} } from ${quoted(`./gen/${file}.pb.js`)};`,
    "",
    `const channel = createChannel(${quoted(target.address)}${target.tls ? ", { tls: true }" : ""});`,
    `const client = createClient(${service}, channel);`,
    ...body(method.kind, `client.${call.localName}`, literals, options),
    "await channel.close();",
    "",
  ].join("\n");
}

function body(kind: MethodKind, name: string, requests: readonly string[], options: string): string[] {
  const [first = "{}"] = requests;
  const more = options === "" ? "" : `, ${options}`;
  switch (kind) {
    case "unary":
      return [`console.log(await ${name}(${first}${more}));`];
    case "server_streaming":
      return [`for await (const reply of ${name}(${first}${more})) console.log(reply);`];
    case "client_streaming":
      return [`console.log(await ${name}(${list(requests)}${more}));`];
    case "bidi_streaming":
      return [`for await (const reply of ${name}(${list(requests)}${more})) console.log(reply);`];
  }
}

function list(requests: readonly string[]): string {
  return requests.length <= 1
    ? `[${requests.join("")}]`
    : `[\n${requests.map((each) => `  ${each.replaceAll("\n", "\n  ")},\n`).join("")}]`;
}

function callOptions({ metadata, timeoutMs }: LineCall): string {
  const members: string[] = [];
  if (timeoutMs !== undefined) members.push(`timeoutMs: ${timeoutMs}`);
  if (metadata.length > 0) {
    const entries = metadata.map(([name, value]) => `[${quoted(name)}, ${metadataValue(name, value)}]`);
    members.push(`metadata: [${entries.join(", ")}]`);
  }
  return members.length === 0 ? "" : `{ ${members.join(", ")} }`;
}

/** Of names that end in `-bin` the value is bytes, which are typed in base64. */
function metadataValue(name: string, value: string): string {
  return name.toLowerCase().endsWith("-bin") ? `Buffer.from(${quoted(value)}, "base64")` : quoted(value);
}
