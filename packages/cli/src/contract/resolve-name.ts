import type { MethodType, ServiceType } from "hawser/protobuf";
import { CliError } from "../cli-error.js";
import type { Contract, ContractView } from "./contract.js";

/** A method that was found, and what its messages may hold. */
export interface FoundMethod {
  readonly service: ServiceType;
  /** The key of the method in clients. */
  readonly localName: string;
  readonly method: MethodType;
  readonly view: ContractView;
}

/**
 * The service of a name. The package may be left out if that leaves no doubt.
 *
 * @throws CliError if there is none, with those that there are
 */
export async function findService(
  contract: Contract,
  name: string,
): Promise<{ service: ServiceType; view: ContractView }> {
  const view = await contract.find(name);
  const found = view?.types.service(name);
  if (view !== undefined && found !== undefined) return { service: found, view };
  const all = await contract.services();
  const alike = all.filter((each) => each.endsWith(`.${name}`));
  if (alike.length === 1) {
    const full = alike[0]!;
    const fullView = await contract.find(full);
    const service = fullView?.types.service(full);
    if (fullView !== undefined && service !== undefined) return { service, view: fullView };
  }
  if (alike.length > 1) {
    throw new CliError(`${contract.source} has several services ${name}`, `name one: ${alike.join(", ")}`);
  }
  throw new CliError(
    `${contract.source} has no service ${name}`,
    all.length === 0 ? "it has no services at all" : `it has: ${listOf(all)}`,
  );
}

/**
 * The method of a name as `notes.v1.Notes/Get` or `notes.v1.Notes.Get`.
 *
 * @throws CliError if there is none, with those that there are
 */
export async function findMethod(contract: Contract, name: string): Promise<FoundMethod> {
  const plain = name.replace(/^\//, "");
  const at = plain.includes("/") ? plain.lastIndexOf("/") : plain.lastIndexOf(".");
  if (at <= 0) {
    throw new CliError(
      `${name} names no method`,
      "write service and method: notes.v1.Notes/Get; hawser list shows all",
    );
  }
  const { service, view } = await findService(contract, plain.slice(0, at));
  const wanted = plain.slice(at + 1);
  for (const [localName, method] of Object.entries(service.methods)) {
    if (method.name === wanted || localName === wanted) return { service, localName, method, view };
  }
  const names = Object.values(service.methods).map((method) => method.name);
  throw new CliError(`${service.typeName} has no method ${wanted}`, `it has: ${listOf(names)}`);
}

/** So many names are shown in an error. */
const SHOWN = 20;

function listOf(names: readonly string[]): string {
  const shown = names.slice(0, SHOWN).join(", ");
  return names.length > SHOWN ? `${shown} and ${names.length - SHOWN} more` : shown;
}
