import { getExtension } from "../../protobuf/codec/extension.js";
import type { ServiceType } from "../../protobuf/type/service-type.js";
import { fileDescriptor } from "../../protobuf/wkt/file-descriptor.js";
import { http } from "../../protobuf/wkt/google/api/annotations.pb.js";
import type { HttpRule } from "../../protobuf/wkt/google/api/http.pb.js";
import { RestRouter } from "./rest-router.js";

/**
 * The routes of all services that say in their `.proto` how they are called (`option (google.api.http)`). A rule that
 * makes no sense is left away and told to `onMistake`: the other protocols don't need it.
 */
export function routerOf(services: Iterable<ServiceType>, onMistake: (mistake: Error) => void): RestRouter {
  const router = new RestRouter();
  for (const service of services) addRoutes(router, service, onMistake);
  return router;
}

function addRoutes(router: RestRouter, service: ServiceType, onMistake: (mistake: Error) => void): void {
  const { file } = service;
  if (file === undefined) return;
  const descriptor = fileDescriptor(file);
  const prefix = descriptor.package === "" ? "" : `${descriptor.package}.`;
  const declared = descriptor.service.find(({ name }) => prefix + name === service.typeName);
  for (const { name, options } of declared?.method ?? []) {
    const rule = options === undefined ? undefined : getExtension(options, http);
    const method = Object.values(service.methods).find((each) => each.name === name);
    if (rule === undefined || method === undefined) continue;
    // A binding has no bindings of its own (google/api/http.proto, "additional_bindings").
    for (const each of [rule, ...rule.additionalBindings]) {
      const [httpMethod, path] = patternOf(each);
      if (path === "") continue;
      try {
        router.add(method, httpMethod, path, each.body, each.responseBody);
      } catch (error) {
        onMistake(new TypeError(`the google.api.http rule of ${method.path}: ${(error as Error).message}`));
      }
    }
  }
}

function patternOf({ pattern }: HttpRule): [httpMethod: string, path: string] {
  if (pattern === undefined) return ["", ""];
  if (pattern.case === "custom") return [pattern.value.kind.toUpperCase(), pattern.value.path];
  return [pattern.case.toUpperCase(), pattern.value];
}
