/**
 * `@hawser/compiler`: a compiler for `.proto` files in plain TypeScript, for Node and browsers. {@link compile} turns
 * texts into descriptors and diagnostics; {@link parse} stops at the syntax tree.
 */

export type { FileDescriptorProto } from "hawser/wkt";
export { BUNDLED_FILES } from "./bundled/bundled-files.js";
export { type CompileInput, type CompileResult, compile } from "./compile.js";
export { CompileCache } from "./compile-cache.js";
export type { Diagnostic } from "./diagnostics/diagnostic.js";
export { type FormatOptions, formatDiagnostic } from "./diagnostics/format-diagnostic.js";
export { type EmitOptions, type GeneratedFile, generateFiles, runtimeDoor } from "./emit/index.js";
export { type GapComments, gapComments } from "./lower/comments.js";
export type { SourceInfoKind } from "./lower/lower-file.js";
export { type ParseResult, parse } from "./parse.js";
export { generateAsPlugin } from "./plugin/generate-as-plugin.js";
export { encodePluginRequest, type PluginRequest, withoutSourceOptions } from "./plugin/plugin-request.js";
export { decodePluginResponse, type PluginResult } from "./plugin/plugin-response.js";
export { type Position, SourceFile, type Span } from "./source/source-file.js";
export type * from "./syntax/ast.js";
export { Punctuation, TokenKind, TokenTable } from "./syntax/token.js";
export { tokenize } from "./syntax/tokenize.js";
