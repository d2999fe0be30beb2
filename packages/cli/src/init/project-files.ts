/**
 * The files of a new project: a service, a server, and a client that calls it.
 *
 * @param name the package's name
 * @param version the version of Hawser that it asks for
 */
export function projectFiles(name: string, version: string): Readonly<Record<string, string>> {
  return {
    "package.json": `${JSON.stringify(packageJson(name, version), undefined, 2)}\n`,
    "tsconfig.json": `${JSON.stringify(TSCONFIG, undefined, 2)}\n`,
    ".gitignore": "node_modules/\ndist/\nsrc/gen/\n",
    "proto/greeter/v1/greeter.proto": PROTO,
    "src/service.ts": SERVICE,
    "src/server.ts": SERVER,
    "src/client.ts": CLIENT,
  };
}

function packageJson(name: string, version: string): object {
  return {
    name,
    version: "0.1.0",
    private: true,
    type: "module",
    engines: { node: ">=20.19" },
    scripts: {
      build: "hawser generate && tsc",
      start: "npm run build && node dist/server.js",
      dev: "hawser dev",
      client: "node dist/client.js",
    },
    dependencies: { hawser: `^${version}` },
    devDependencies: { "@hawser/cli": `^${version}`, "@types/node": "^20.19.0", typescript: "^7.0.2" },
  };
}

const TSCONFIG = {
  compilerOptions: {
    target: "ES2023",
    lib: ["ES2023", "ESNext.Disposable"],
    module: "NodeNext",
    types: ["node"],
    strict: true,
    verbatimModuleSyntax: true,
    skipLibCheck: true,
    rootDir: "src",
    outDir: "dist",
  },
  include: ["src"],
};

const PROTO = `syntax = "proto3";

package greeter.v1;

// Greets.
service GreeterService {
  // Greets once.
  rpc Greet(GreetRequest) returns (GreetResponse);
  // Greets everybody who is named, as they are named.
  rpc GreetAll(stream GreetAllRequest) returns (stream GreetAllResponse);
}

message GreetRequest {
  string name = 1;
}

message GreetResponse {
  string greeting = 1;
}

message GreetAllRequest {
  string name = 1;
}

message GreetAllResponse {
  string greeting = 1;
}
`;

const SERVICE = `import { Code, type Implementation, RpcError } from "hawser";
import type { GreeterService } from "./gen/greeter/v1/greeter.pb.js";

/** A function for each method. */
export const greeter: Implementation<typeof GreeterService> = {
  greet({ name }) {
    if (name === "") throw new RpcError(Code.InvalidArgument, "the name is empty");
    return { greeting: \`Ahoy, \${name}!\` };
  },

  async *greetAll(requests) {
    for await (const { name } of requests) yield { greeting: \`Ahoy, \${name}!\` };
  },
};
`;

const SERVER = `import { createServer, shutdownOnSignal } from "hawser";
import { addHealth, addReflection } from "hawser/services";
import { GreeterService } from "./gen/greeter/v1/greeter.pb.js";
import { greeter } from "./service.js";

const server = createServer().add(GreeterService, greeter);
addHealth(server);
// So that hawser call and other tools need no .proto.
addReflection(server);
const { port } = await server.listen(\`127.0.0.1:\${process.env["PORT"] ?? 8080}\`);
shutdownOnSignal(server);
console.log(\`listening on 127.0.0.1:\${port}\`);
console.log(\`try: npx hawser call 127.0.0.1:\${port} GreeterService/Greet '{"name": "Ada"}'\`);
`;

const CLIENT = `import { createChannel, createClient } from "hawser";
import { GreeterService } from "./gen/greeter/v1/greeter.pb.js";

const channel = createChannel(process.argv[2] ?? "127.0.0.1:8080");
const greeter = createClient(GreeterService, channel);

const { greeting } = await greeter.greet({ name: "Ada" }, { timeoutMs: 5_000 });
console.log(greeting);

for await (const reply of greeter.greetAll([{ name: "Grace" }, { name: "Edsger" }])) console.log(reply.greeting);

await channel.close();
`;
