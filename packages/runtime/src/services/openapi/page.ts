/** The page that shows an OpenAPI document: no library, no other host, and nothing of the document is taken for HTML. */
export const PAGE = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>API</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="openapi.css">
<main id="main"><p>Reading <a href="openapi.json">openapi.json</a> …</p></main>
<script type="module" src="openapi.js"></script>
</html>
`;

export const STYLE = `:root { color-scheme: light dark; --text: #1f2328; --muted: #59636e; --page: #fff; --panel: #f6f8fa; --line: #d1d9e0; --link: #0969da;
  --get: #0969da; --post: #1a7f37; --put: #9a6700; --patch: #9a6700; --delete: #cf222e; }
@media (prefers-color-scheme: dark) { :root { --text: #e6edf3; --muted: #9198a1; --page: #0d1117; --panel: #151b23; --line: #3d444d; --link: #4493f8;
  --get: #4493f8; --post: #3fb950; --put: #d29922; --patch: #d29922; --delete: #f85149; } }
* { box-sizing: border-box; }
body { margin: 0; font: 15px/1.5 system-ui, sans-serif; color: var(--text); background: var(--page); }
main { max-width: 960px; margin: 0 auto; padding: 1.5rem 1rem 4rem; }
h1 { margin: 0; font-size: 1.6rem; } h2 { margin: 2rem 0 .25rem; font-size: 1.2rem; } h3 { margin: 1rem 0 .25rem; font-size: .95rem; }
a { color: var(--link); } .muted { color: var(--muted); } p { margin: .25rem 0; white-space: pre-line; overflow-wrap: anywhere; }
code, pre, input, textarea { font: 13px/1.5 ui-monospace, monospace; }
details { border: 1px solid var(--line); border-radius: 6px; margin: .5rem 0; background: var(--page); }
summary { display: flex; flex-wrap: wrap; gap: .25rem .75rem; align-items: baseline; padding: .5rem .75rem; cursor: pointer; background: var(--panel); border-radius: 6px; }
details > div { padding: .25rem .75rem .75rem; }
.method { min-width: 4rem; font-weight: 700; text-transform: uppercase; }
.get { color: var(--get); } .post { color: var(--post); } .put { color: var(--put); } .patch { color: var(--patch); } .delete { color: var(--delete); }
.path { font-family: ui-monospace, monospace; overflow-wrap: anywhere; } .gone { text-decoration: line-through; }
table { border-collapse: collapse; width: 100%; } th, td { text-align: left; vertical-align: top; padding: .25rem .75rem .25rem 0; border-bottom: 1px solid var(--line); } th { font-weight: 500; color: var(--muted); }
pre { background: var(--panel); border: 1px solid var(--line); border-radius: 6px; padding: .5rem .75rem; overflow: auto; max-height: 24rem; margin: .5rem 0; white-space: pre-wrap; overflow-wrap: anywhere; }
input, textarea { width: 100%; padding: .3rem .5rem; border: 1px solid var(--line); border-radius: 6px; background: var(--page); color: inherit; }
button { font: inherit; padding: .3rem .9rem; border: 1px solid var(--line); border-radius: 6px; background: var(--panel); color: inherit; cursor: pointer; margin-top: .5rem; }
:focus-visible { outline: 2px solid var(--link); outline-offset: 1px; }
`;

export const SCRIPT = `const main = document.getElementById("main");

/** An element; children are elements or text, never HTML. */
function h(tag, attributes, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes ?? {})) {
    if (typeof value === "function") element.addEventListener(name, value);
    else if (value !== undefined) element.setAttribute(name, value);
  }
  element.append(...children.flat().filter((child) => child !== undefined));
  return element;
}

const nameOf = (ref) => ref.slice(ref.lastIndexOf("/") + 1);

function typeOf(schema) {
  if (schema === undefined) return h("span", {}, "any");
  if (schema.$ref) return h("a", { href: "#" + nameOf(schema.$ref) }, nameOf(schema.$ref));
  if (schema.type === "array") return h("span", {}, "list of ", typeOf(schema.items));
  if (schema.type === "object" && typeof schema.additionalProperties === "object") return h("span", {}, "map of ", typeOf(schema.additionalProperties));
  const type = [].concat(schema.type ?? "any").join(" or ");
  return h("span", {}, type + (schema.format ? " (" + schema.format + ")" : schema.contentEncoding ? " (" + schema.contentEncoding + ")" : ""));
}

function table(head, rows) {
  return h("table", {}, h("thead", {}, h("tr", {}, head.map((cell) => h("th", {}, cell)))), h("tbody", {}, rows.map((row) => h("tr", {}, row.map((cell) => h("td", {}, cell ?? ""))))));
}

function properties(schema) {
  const required = new Set(schema.required ?? []);
  return table(["name", "type", ""], Object.entries(schema.properties ?? {}).map(([name, property]) => [
    h("code", { class: property.deprecated ? "gone" : undefined }, name), typeOf(property),
    h("span", {}, [required.has(name) ? "Required. " : "", property.readOnly ? "Read only. " : "", property.description ?? ""].join("")),
  ]));
}

/** What a body may look like: names with empty values. */
function example(document, schema, depth = 0) {
  if (schema === undefined || depth > 4) return {};
  if (schema.$ref) return example(document, document.components.schemas[nameOf(schema.$ref)], depth + 1);
  if (schema.enum) return schema.enum[0];
  switch ([].concat(schema.type)[0]) {
    case "object": return Object.fromEntries(Object.entries(schema.properties ?? {}).filter(([, p]) => !p.readOnly).map(([name, p]) => [name, example(document, p, depth + 1)]));
    case "array": return [];
    case "integer": case "number": return 0;
    case "boolean": return false;
    default: return schema.format === "int64" || schema.format === "uint64" ? "0" : "";
  }
}

function tryIt(document, httpMethod, path, operation) {
  const parameters = operation.parameters ?? [];
  const inputs = parameters.map((parameter) => h("input", { "aria-label": parameter.name, placeholder: parameter.schema.type ?? "" }));
  const json = operation.requestBody?.content["application/json"];
  const body = json && h("textarea", { rows: 8, "aria-label": "body" });
  if (body) body.value = JSON.stringify(example(document, json.schema), null, 2);
  const output = h("pre", { hidden: "" });
  const send = async () => {
    const query = new URLSearchParams();
    let url = path;
    parameters.forEach((parameter, i) => {
      const { value } = inputs[i];
      if (parameter.in === "path") url = url.replace("{" + parameter.name + "}", value.split("/").map(encodeURIComponent).join("/"));
      else if (value !== "") for (const each of parameter.schema.type === "array" ? value.split(",") : [value]) query.append(parameter.name, each);
    });
    if ([...query].length > 0) url += "?" + query;
    output.hidden = false;
    output.textContent = httpMethod.toUpperCase() + " " + url + "\\n…";
    try {
      const response = await fetch(new URL("." + url, location.href), { method: httpMethod.toUpperCase(), body: body?.value, headers: body ? { "content-type": "application/json" } : {} });
      const head = httpMethod.toUpperCase() + " " + url + "\\n" + response.status + " " + (response.headers.get("content-type") ?? "") + "\\n\\n";
      output.textContent = head;
      const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
      for (let part = await reader?.read(); part && !part.done && output.textContent.length < 100_000; part = await reader.read()) output.textContent += part.value;
      try { output.textContent = head + JSON.stringify(JSON.parse(output.textContent.slice(head.length)), null, 2); } catch { /* No JSON: shown as it is. */ }
    } catch (error) {
      output.textContent += "\\n" + error;
    }
  };
  return h("div", {}, h("h3", {}, "Call it"),
    parameters.length > 0 ? table(["", "", ""], parameters.map((parameter, i) => [h("code", {}, parameter.name), inputs[i], h("span", { class: "muted" }, [parameter.required ? "Required. " : "", parameter.description ?? ""].join(""))])) : undefined,
    body, h("button", { click: send }, "Send"), output);
}

function operationView(document, httpMethod, path, operation) {
  const body = operation.requestBody?.content["application/json"]?.schema;
  const reply = operation.responses["200"].content ?? {};
  const [[contentType, { schema } = {}] = []] = Object.entries(reply);
  return h("details", { id: operation.operationId },
    h("summary", {}, h("span", { class: "method " + httpMethod }, httpMethod), h("span", { class: "path" + (operation.deprecated ? " gone" : "") }, path), h("span", { class: "muted" }, operation.summary ?? "")),
    h("div", {}, h("p", {}, operation.description ?? ""),
      body && h("p", {}, "Body: ", typeOf(body)), body && !body.$ref && body.properties ? properties(body) : undefined,
      h("p", {}, "Reply: ", schema ? typeOf(schema) : "", contentType === "application/json" ? "" : " (" + Object.keys(reply).join(", ") + ")"),
      tryIt(document, httpMethod, path, operation)));
}

try {
  const response = await fetch("openapi.json");
  if (!response.ok) throw new Error("openapi.json: HTTP status " + response.status);
  const api = await response.json();
  document.title = api.info.title;
  const operations = Object.entries(api.paths).flatMap(([path, item]) => Object.entries(item).map(([httpMethod, operation]) => ({ path, httpMethod, operation })));
  main.replaceChildren(
    h("h1", {}, api.info.title),
    h("p", { class: "muted" }, "Version " + api.info.version + " · ", h("a", { href: "openapi.json" }, "OpenAPI " + api.openapi)),
    h("p", {}, api.info.description ?? ""),
    ...(api.tags ?? []).flatMap((tag) => [h("h2", {}, tag.name), h("p", { class: "muted" }, tag.description ?? ""),
      ...operations.filter(({ operation }) => operation.tags[0] === tag.name).map(({ path, httpMethod, operation }) => operationView(api, httpMethod, path, operation))]),
    h("h2", {}, "Schemas"),
    ...Object.entries(api.components.schemas).map(([name, schema]) => h("details", { id: name }, h("summary", {}, h("span", { class: "path" }, name)),
      h("div", {}, h("p", {}, schema.description ?? ""), schema.enum ? h("p", {}, schema.enum.join(" · ")) : properties(schema)))));
  const open = () => { const target = document.getElementById(decodeURIComponent(location.hash.slice(1))); if (target) { target.open = true; target.scrollIntoView(); } };
  addEventListener("hashchange", open);
  open();
} catch (error) {
  main.replaceChildren(h("p", {}, String(error)));
}
`;
