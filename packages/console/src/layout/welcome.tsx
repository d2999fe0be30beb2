import type { ReactElement } from "react";
import { splitName } from "../schema/search.js";
import { methodHash, useConsole } from "./console-context.js";
import { KindBadge } from "./kind-badge.js";

/** How many services are shown in full: all of a usual server, and a beginning of a huge one. */
const MAX_SERVICES = 24;
const MAX_METHODS = 12;

/** What is shown while no method is chosen: what the server is and has. @param missing a method that the server has not */
export function Welcome({ missing }: { readonly missing: string }): ReactElement {
  const { schema } = useConsole();
  const { services, methods } = schema;
  return (
    <div className="welcome">
      <h1>{schema.target}</h1>
      {missing === "" ? null : (
        <p className="note" role="alert">
          The server has no method <code>{missing}</code>.
        </p>
      )}
      <p className="muted">
        {count(services.length, "service")} with {count(methods.size, "method")}. Choose one, or press <kbd>Ctrl</kbd>{" "}
        <kbd>K</kbd> and type a part of its name.
      </p>
      <div className="cards">
        {services.slice(0, MAX_SERVICES).map((service) => {
          const [packageName, name] = splitName(service.name);
          return (
            <section key={service.name} className="card">
              <h2>
                {name} <small>{packageName}</small>
              </h2>
              {service.comment === "" ? null : <p className="comment">{service.comment}</p>}
              <ul>
                {service.methods.slice(0, MAX_METHODS).map((method) => (
                  <li key={method.id}>
                    <a href={methodHash(method.id)}>
                      <KindBadge kind={method.kind} />
                      <span className={method.deprecated ? "deprecated" : undefined}>{method.name}</span>
                    </a>
                  </li>
                ))}
              </ul>
              {service.methods.length > MAX_METHODS ? (
                <p className="muted">and {count(service.methods.length - MAX_METHODS, "more method")}</p>
              ) : null}
            </section>
          );
        })}
      </div>
      {services.length > MAX_SERVICES ? (
        <p className="muted">and {count(services.length - MAX_SERVICES, "more service")}</p>
      ) : null}
    </div>
  );
}

function count(number: number, what: string): string {
  return `${number.toLocaleString("en")} ${what}${number === 1 ? "" : "s"}`;
}
