import { type ReactElement, useState } from "react";
import { KindBadge, kindName } from "../layout/kind-badge.js";
import { requestPlaces } from "../layout/places.js";
import { Tabs } from "../layout/tabs.js";
import type { MethodInfo } from "../schema/console-schema.js";
import { MetadataTable } from "./metadata-table.js";
import { RequestEditor } from "./request-editor.js";

/** A method: what is sent to it, and what comes back. */
export function CallView({ method }: { readonly method: MethodInfo }): ReactElement {
  const [tab, setTab] = useState("message");
  return (
    <div className="call-view">
      <MethodHeader method={method} />
      <div className="call-panes">
        <section className="pane request" aria-label="Request">
          <Tabs
            label="Request"
            chosen={tab}
            onChoose={setTab}
            tabs={[
              { id: "message", title: "Message", panel: () => <RequestEditor method={method} /> },
              { id: "metadata", title: "Metadata", panel: () => <MetadataTable method={method} /> },
              ...requestPlaces.map(({ id, title, Panel }) => ({ id, title, panel: () => <Panel method={method} /> })),
            ]}
          />
        </section>
      </div>
    </div>
  );
}

function MethodHeader({ method }: { readonly method: MethodInfo }): ReactElement {
  return (
    <header className="method-header">
      <h1>
        {method.name}
        {method.deprecated ? <span className="pill warn">deprecated</span> : null}
      </h1>
      <p className="signature">
        <KindBadge kind={method.kind} />
        <span>{kindName(method.kind)}</span>
        <code>{method.type.input.typeName}</code>
        <span aria-hidden="true">→</span>
        <code>{method.type.output.typeName}</code>
      </p>
      {method.comment === "" ? null : <p className="comment">{method.comment}</p>}
    </header>
  );
}
