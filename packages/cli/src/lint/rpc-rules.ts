import type { SchemaFile, SchemaMethod } from "../schema/element.js";
import { type LintContext, type LintRule, STANDARD } from "./lint-rule.js";
import { pascalCase } from "./names.js";

const EMPTY = "google.protobuf.Empty";

/** What requests and replies are, and whether they stream. */
export const RPC_RULES: readonly LintRule[] = [
  {
    id: "RPC_NO_CLIENT_STREAMING",
    categories: ["UNARY_RPC"],
    isDefault: false,
    purpose: "Checks that RPCs are not client streaming.",
    method(method, { reportElement }) {
      if (method.proto.clientStreaming === true) reportElement(method, `RPC "${method.name}" is client streaming.`);
    },
  },
  {
    id: "RPC_NO_SERVER_STREAMING",
    categories: ["UNARY_RPC"],
    isDefault: false,
    purpose: "Checks that RPCs are not server streaming.",
    method(method, { reportElement }) {
      if (method.proto.serverStreaming === true) reportElement(method, `RPC "${method.name}" is server streaming.`);
    },
  },
  {
    id: "RPC_REQUEST_RESPONSE_UNIQUE",
    categories: STANDARD,
    isDefault: true,
    purpose: "Checks that RPC request and response types are only used in one RPC (configurable).",
    schema: requestResponseUnique,
  },
  {
    id: "RPC_REQUEST_STANDARD_NAME",
    categories: STANDARD,
    isDefault: true,
    purpose: "Checks that RPC request type names are RPCNameRequest or ServiceNameRPCNameRequest (configurable).",
    method(method, { report, options }) {
      if (options.rpcAllowGoogleProtobufEmptyRequests && method.inputType === EMPTY) return;
      const message = standardName(method, method.inputType, "Request");
      if (message !== undefined) report(method.file, method.inputTypeLocation, message);
    },
  },
  {
    id: "RPC_RESPONSE_STANDARD_NAME",
    categories: STANDARD,
    isDefault: true,
    purpose: "Checks that RPC response type names are RPCNameResponse or ServiceNameRPCNameResponse (configurable).",
    method(method, { report, options }) {
      if (options.rpcAllowGoogleProtobufEmptyResponses && method.outputType === EMPTY) return;
      const message = standardName(method, method.outputType, "Response");
      if (message !== undefined) report(method.file, method.outputTypeLocation, message);
    },
  },
];

/** What is wrong with the name of a method's request or response. */
function standardName(method: SchemaMethod, type: string, suffix: "Request" | "Response"): string | undefined {
  const name = type.slice(type.lastIndexOf(".") + 1);
  const short = `${pascalCase(method.name)}${suffix}`;
  const long = `${pascalCase(method.service.name)}${short}`;
  if (name === short || name === long) return undefined;
  return `RPC ${suffix.toLowerCase()} type "${name}" should be named "${short}" or "${long}".`;
}

function requestResponseUnique({ files, options, reportElement }: LintContext): void {
  const { rpcAllowGoogleProtobufEmptyRequests, rpcAllowGoogleProtobufEmptyResponses } = options;
  const emptyEverywhere = rpcAllowGoogleProtobufEmptyRequests && rpcAllowGoogleProtobufEmptyResponses;
  const users = new Map<string, SchemaMethod[]>();
  for (const method of allMethods(files)) {
    const { inputType, outputType } = method;
    if (inputType === outputType && !options.rpcAllowSameRequestResponse && !(inputType === EMPTY && emptyEverywhere)) {
      reportElement(method, `RPC "${method.name}" has the same type "${inputType}" for the request and response.`);
    }
    for (const type of new Set([inputType, outputType])) {
      const others = users.get(type);
      if (others === undefined) users.set(type, [method]);
      else others.push(method);
    }
  }
  for (const [type, methods] of users) {
    if (methods.length < 2) continue;
    if (type !== EMPTY || (!rpcAllowGoogleProtobufEmptyRequests && !rpcAllowGoogleProtobufEmptyResponses)) {
      for (const method of methods) {
        reportElement(method, `"${type}" is used as the request or response type for multiple RPCs.`);
      }
    } else if (!emptyEverywhere) {
      // For one of the two it may be used again and again, for the other once.
      const [word, side]: [string, "inputType" | "outputType"] = rpcAllowGoogleProtobufEmptyRequests
        ? ["response", "outputType"]
        : ["request", "inputType"];
      const found = methods.filter((method) => method[side] === EMPTY);
      if (found.length < 2) continue;
      for (const method of found) reportElement(method, `"${type}" is used as the ${word} for multiple RPCs.`);
    }
  }
}

function* allMethods(files: readonly SchemaFile[]): Iterable<SchemaMethod> {
  for (const file of files) for (const service of file.services) yield* service.methods;
}
