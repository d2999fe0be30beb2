import type { FileUnit } from "../link/definition.js";
import type { Resolver } from "../link/resolver.js";

export function checkFile(_unit: FileUnit, _resolver: Resolver): void {}
