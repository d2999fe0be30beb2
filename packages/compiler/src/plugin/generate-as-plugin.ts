import { decode, encode, ProtobufError } from "hawser/protobuf";
import { CodeGeneratorRequest, CodeGeneratorResponse } from "hawser/wkt";
import { Edition } from "../descriptor/constants.js";
import { type EmitOptions, generateFiles } from "../emit/index.js";
import { invalidName } from "./check-names.js";

/** CodeGeneratorResponse.Feature: FEATURE_PROTO3_OPTIONAL and FEATURE_SUPPORTS_EDITIONS. */
const SUPPORTED_FEATURES = 3n;

type Settings = Pick<EmitOptions, "importExtension" | "typesOnly">;

/**
 * What `protoc-gen-hawser` does: turns the bytes of a `CodeGeneratorRequest` into those of a `CodeGeneratorResponse`. What
 * is wrong with the request is in the response, for protoc or buf to show. The options are `import_extension=js|ts|none`
 * and `types_only`.
 */
export function generateAsPlugin(bytes: Uint8Array): Uint8Array {
  const supported = {
    supportedFeatures: SUPPORTED_FEATURES,
    minimumEdition: Edition.Proto2,
    maximumEdition: Edition.E2024,
  };
  try {
    const request = decode(CodeGeneratorRequest, bytes);
    const settings = readParameter(request.parameter ?? "");
    if (typeof settings === "string") return encode(CodeGeneratorResponse, { ...supported, error: settings });
    for (const file of request.protoFile) {
      const name = invalidName(file);
      if (name === undefined) continue;
      const error = `${file.name}: ${JSON.stringify(name)} is not a name that a .proto file can have`;
      return encode(CodeGeneratorResponse, { ...supported, error });
    }
    const files = generateFiles(request.protoFile, { ...settings, toGenerate: request.fileToGenerate });
    return encode(CodeGeneratorResponse, {
      ...supported,
      file: files.map(({ path, content }) => ({ name: path, content })),
    });
  } catch (error) {
    const reason = error instanceof ProtobufError ? `the request cannot be read: ${error.message}` : String(error);
    return encode(CodeGeneratorResponse, { ...supported, error: reason });
  }
}

function readParameter(parameter: string): Settings | string {
  let importExtension: Settings["importExtension"] = "js";
  let typesOnly = false;
  for (const option of parameter.split(",").map((each) => each.trim())) {
    const [name, value = "true"] = option.split("=", 2);
    if (name === "") continue;
    if (name === "import_extension" && (value === "js" || value === "ts" || value === "none")) importExtension = value;
    else if (name === "types_only" && (value === "true" || value === "false")) typesOnly = value === "true";
    else return `there is no option "${option}": there are import_extension=js|ts|none and types_only`;
  }
  return { importExtension, typesOnly };
}
