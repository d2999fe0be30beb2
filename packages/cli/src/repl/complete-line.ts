import type { AnyMessageType, EnumType } from "hawser/protobuf";
import { CliError } from "../cli-error.js";
import type { Contract } from "../contract/contract.js";
import { findMethod, findService } from "../contract/resolve-name.js";

/** The words that a line may begin with, methods aside. */
const WORDS = ["list", "describe", "use", "header", "timeout", "help", "exit"];

/**
 * What the end of a line may become: words, services, methods, and within the JSON of a request its fields and the values of
 * enums and booleans.
 *
 * @param service methods of this one may be named alone
 * @returns the candidates, and how much of the line they take the place of
 */
export async function completeLine(
  line: string,
  contract: Contract,
  service: string | undefined,
): Promise<[candidates: string[], replaced: string]> {
  try {
    const [, word = "", space = "", rest = ""] = /^\s*(\S*)(\s*)([\s\S]*)$/.exec(line) ?? [];
    if (space === "") return matching([...WORDS, ...(await methodNames(contract, service, word))], word);
    if (word === "list" || word === "use") return matching([...(await contract.services())], rest);
    if (word === "describe") return matching(await symbolNames(contract, service), rest);
    if (WORDS.includes(word)) return [[], line];
    const full = service !== undefined && !/[./]/.test(word) ? `${service}/${word}` : word;
    const { method } = await findMethod(contract, full);
    return completeJson(rest, method.input);
  } catch (error) {
    // Nothing to complete: what is wrong is said when the line is run.
    if (error instanceof CliError) return [[], line];
    throw error;
  }
}

/** Services until one is typed, then its methods. */
async function methodNames(contract: Contract, service: string | undefined, word: string): Promise<string[]> {
  const own = service === undefined ? [] : await methodsOf(contract, service, "");
  const at = word.indexOf("/");
  if (at < 0) return [...own, ...(await contract.services()).map((each) => `${each}/`)];
  return methodsOf(contract, word.slice(0, at), `${word.slice(0, at)}/`);
}

async function methodsOf(contract: Contract, name: string, prefix: string): Promise<string[]> {
  const { service } = await findService(contract, name);
  return Object.values(service.methods).map((method) => `${prefix}${method.name} `);
}

async function symbolNames(contract: Contract, service: string | undefined): Promise<string[]> {
  const services = await contract.services();
  const view = await contract.find(service ?? services.find((each) => !each.startsWith("grpc.")) ?? "");
  return [...new Set([...services, ...(view?.symbols.keys() ?? [])])];
}

function matching(words: readonly string[], start: string): [string[], string] {
  return [[...new Set(words.filter((each) => each.startsWith(start)))].sort(), start];
}

/** Where a line of JSON ends: in which message, and in a name, or in the value of a field. */
function completeJson(json: string, type: AnyMessageType): [string[], string] {
  const messages: (AnyMessageType | undefined)[] = [];
  let current: AnyMessageType | undefined;
  let expected: AnyMessageType | undefined = type;
  let key: string | undefined;
  let inValue = false;
  for (let i = 0; i < json.length; i++) {
    const char = json[i]!;
    if (char === '"') {
      const end = endOfString(json, i);
      if (end < 0) {
        const start = json.slice(i);
        return inValue ? matching(valuesOf(current, key, true), start) : matching(namesOf(current), start);
      }
      if (!inValue) key = json.slice(i + 1, end);
      i = end;
    } else if (char === "{") {
      messages.push(current);
      current = expected;
      inValue = false;
    } else if (char === "}") {
      current = messages.pop();
      expected = current === undefined ? type : undefined;
      inValue = true;
    } else if (char === ":") {
      inValue = true;
      const field = fieldOf(current, key);
      expected = field !== undefined && isMessage(field.type) && field.mapKey === undefined ? field.type : undefined;
    } else if (char === ",") inValue = json.slice(0, i).lastIndexOf("[") > json.slice(0, i).lastIndexOf("]");
  }
  const start = /[\w.+-]*$/.exec(json)![0];
  if (messages.length === 0) return matching(["{"], start);
  return inValue ? matching(valuesOf(current, key, false), start) : matching(namesOf(current), start);
}

function endOfString(json: string, start: number): number {
  for (let i = start + 1; i < json.length; i++) {
    if (json[i] === "\\") i++;
    else if (json[i] === '"') return i;
  }
  return -1;
}

function namesOf(type: AnyMessageType | undefined): string[] {
  return (type?.fields ?? []).map(({ jsonName }) => `"${jsonName}": `);
}

function fieldOf(type: AnyMessageType | undefined, key: string | undefined) {
  return type?.fields.find(({ jsonName, name }) => jsonName === key || name === key);
}

function valuesOf(type: AnyMessageType | undefined, key: string | undefined, quoted: boolean): string[] {
  const field = fieldOf(type, key);
  if (field === undefined) return [];
  if (isEnum(field.type)) return Object.keys(field.type.values).map((name) => `"${name}"`);
  if (quoted) return [];
  if (field.type === "bool") return ["true", "false"];
  return isMessage(field.type) ? ["{"] : [];
}

function isMessage(type: unknown): type is AnyMessageType {
  return typeof type === "object" && type !== null && "fields" in type;
}

function isEnum(type: unknown): type is EnumType {
  return typeof type === "object" && type !== null && "values" in type;
}
