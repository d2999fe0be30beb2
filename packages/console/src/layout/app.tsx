import { type ReactElement, useEffect, useRef, useState } from "react";
import { CallView } from "../call/call-view.js";
import { useAddress } from "./address.js";
import { useConsole } from "./console-context.js";
import { MethodList } from "./method-list.js";
import { mainPlaces, sidePlaces } from "./places.js";
import { Tabs } from "./tabs.js";
import { TopBar } from "./top-bar.js";
import { Welcome } from "./welcome.js";

/** The whole page: the bar, the side, and the view that the address names. */
export function App(): ReactElement {
  const { schema } = useConsole();
  const address = useAddress();
  const method = schema.methods.get(address.method);
  const [sideOpen, setSideOpen] = useState(false);
  const [sideTab, setSideTab] = useState("methods");
  const last = useRef("");
  if (address.method !== "") last.current = address.method;

  // On a narrow screen the side lies over the view, until something is chosen in it.
  // biome-ignore lint/correctness/useExhaustiveDependencies: it is the change of address that counts
  useEffect(() => setSideOpen(false), [address.method, address.view]);
  useEffect(() => {
    const title = method === undefined ? mainPlaces.find(({ id }) => id === address.view)?.title : method.name;
    document.title = `${title === undefined ? "" : `${title} · `}${schema.target} · Hawser console`;
  }, [method, address.view, schema]);
  // The list of methods has the key while it is shown; from elsewhere the key leads to it.
  useEffect(() => {
    const showMethods = (event: KeyboardEvent): void => {
      if (!(event.key === "k" && (event.ctrlKey || event.metaKey))) return;
      event.preventDefault();
      setSideTab("methods");
      setSideOpen(matchMedia("(max-width: 800px)").matches);
      requestAnimationFrame(() => document.querySelector<HTMLInputElement>(".method-list input")?.focus());
    };
    addEventListener("keydown", showMethods);
    return () => removeEventListener("keydown", showMethods);
  }, []);

  return (
    <div className="app">
      <button type="button" className="skip" onClick={() => document.getElementById("main")?.focus()}>
        Skip to the view
      </button>
      <TopBar sideOpen={sideOpen} onSide={() => setSideOpen(!sideOpen)} lastMethod={last.current} />
      <aside id="side" className={sideOpen ? "side open" : "side"} aria-label="Methods and history">
        {sidePlaces.length === 0 ? (
          <MethodList />
        ) : (
          <Tabs
            label="Methods and history"
            chosen={sideTab}
            onChoose={setSideTab}
            tabs={[
              { id: "methods", title: "Methods", panel: () => <MethodList /> },
              ...sidePlaces.map(({ id, title, Panel }) => ({ id, title, panel: () => <Panel /> })),
            ]}
          />
        )}
      </aside>
      {sideOpen ? (
        <button type="button" className="veil" aria-label="Close" onClick={() => setSideOpen(false)} />
      ) : null}
      <main id="main" tabIndex={-1}>
        <MainView />
      </main>
    </div>
  );
}

function MainView(): ReactElement {
  const { schema } = useConsole();
  const { view, method: id } = useAddress();
  const place = mainPlaces.find((each) => each.id === view);
  if (place !== undefined) return <place.View />;
  const method = schema.methods.get(id);
  return method === undefined ? <Welcome missing={id} /> : <CallView key={method.id} method={method} />;
}
