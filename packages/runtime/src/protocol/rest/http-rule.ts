import { getExtension } from "../../protobuf/codec/extension.js";
import type { ServiceType } from "../../protobuf/type/service-type.js";
import { fileDescriptor } from "../../protobuf/wkt/file-descriptor.js";
import { http } from "../../protobuf/wkt/google/api/annotations.pb.js";
import type { HttpRule } from "../../protobuf/wkt/google/api/http.pb.js";
import type { MethodDescriptorProto } from "../../protobuf/wkt/google/protobuf/descriptor.pb.js";
import { parsePathTemplate } from "./path-template.js";
import { RestRouter, type RestRule } from "./rest-router.js";

/**
 * The routes of all services that say in their `.proto` how they are called (`option (google.api.http)`). A rule that
 * makes no sense is left away and told to `onMistake`: the other protocols don't need it.
 */
export function routerOf(services: Iterable<ServiceType>, onMistake: (mistake: Error) => void): RestRouter {
  const router = new RestRouter();
  for (const service of services) addRoutes(router, service, onMistake);
  return router;
}

/**
 * The rules of a method. One whose path can't be read is left out and told to `onMistake`.
 *
 * @param service the full name of the method's service
 */
export function rulesOf(
  service: string,
  { name, options }: MethodDescriptorProto,
  onMistake: (mistake: Error) => void,
): RestRule[] {
  const rule = options === undefined ? undefined : getExtension(options, http);
  if (rule === undefined) return [];
  // A binding has no bindings of its own (google/api/http.proto, "additional_bindings").
  return [rule, ...rule.additionalBindings].flatMap((each) => {
    const [httpMethod, path] = patternOf(each);
    if (path === "") return [];
    try {
      return [
        { httpMethod, path, template: parsePathTemplate(path), body: each.body, responseBody: each.responseBody },
      ];
    } catch (error) {
      onMistake(new TypeError(`the google.api.http rule of /${service}/${name}: ${(error as Error).message}`));
      return [];
    }
  });
}

function addRoutes(router: RestRouter, service: ServiceType, onMistake: (mistake: Error) => void): void {
  const { file } = service;
  if (file === undefined) return;
  const descriptor = fileDescriptor(file);
  const prefix = descriptor.package === "" ? "" : `${descriptor.package}.`;
  const declared = descriptor.service.find(({ name }) => prefix + name === service.typeName);
  for (const proto of declared?.method ?? []) {
    const method = Object.values(service.methods).find((each) => each.name === proto.name);
    if (method === undefined) continue;
    for (const rule of rulesOf(service.typeName, proto, onMistake)) {
      try {
        router.add(method, rule);
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
