import { QueryClient, QueryClientProvider, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { BadRequest } from "hawser/google-rpc";
import { type Client, createChannel, createClient, RpcError } from "hawser/web";
import { type FormEvent, type ReactElement, useEffect } from "react";
import { createRoot } from "react-dom/client";
import { type Entry, Guestbook } from "./gen/guestbook/v1/guestbook.pb.js";

/** The server's origin, which the page is told by who serves it. */
const url = document.querySelector<HTMLMetaElement>("meta[name=api]")?.content ?? location.origin;
const guestbook: Client<typeof Guestbook> = createClient(Guestbook, createChannel(url));
const ENTRIES = ["guestbook", "entries"];

/** The entries: fetched once, and then what the server tells. */
function useEntries(): { readonly entries: readonly Entry[]; readonly error: Error | null } {
  const queries = useQueryClient();
  // A call is a promise, and stops when TanStack Query gives its signal.
  const { data, error } = useQuery({
    queryKey: ENTRIES,
    queryFn: async ({ signal }) => (await guestbook.list({}, { signal, timeoutMs: 5_000 })).entries,
  });
  useEffect(() => {
    const leave = new AbortController();
    watch(queries, leave.signal).catch(() => {});
    return () => leave.abort();
  }, [queries]);
  return { entries: data ?? [], error };
}

/** Puts what comes over the stream where the query keeps its data; after a break it begins anew, as a query does. */
async function watch(queries: QueryClient, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    try {
      for await (const entry of guestbook.watch({}, { signal })) {
        queries.setQueryData<readonly Entry[]>(ENTRIES, (before = []) => [
          ...before.filter(({ id }) => id !== entry.id),
          entry,
        ]);
      }
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 1_000));
      await queries.invalidateQueries({ queryKey: ENTRIES });
    }
  }
}

/** What of an error belongs to a field of the form. */
function wrongField(error: Error | null): string | undefined {
  if (!RpcError.is(error)) return undefined;
  return error.findDetails(BadRequest)[0]?.fieldViolations[0]?.field;
}

function Page(): ReactElement {
  const { entries, error } = useEntries();
  const sign = useMutation({ mutationFn: async (entry: Partial<Entry>) => await guestbook.sign(entry) });
  const submit = (event: FormEvent<HTMLFormElement>): void => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    sign.mutate({ name: String(form.get("name")), text: String(form.get("text")) });
  };
  const wrong = wrongField(sign.error);
  return (
    <main>
      <h1>Guest book</h1>
      <form onSubmit={submit}>
        <input name="name" placeholder="Name" aria-invalid={wrong === "name"} />
        <input name="text" placeholder="Text" aria-invalid={wrong === "text"} />
        <button type="submit" disabled={sign.isPending}>
          Sign
        </button>
      </form>
      {(sign.error ?? error) && <p role="alert">{(sign.error ?? error)?.message}</p>}
      <ul>
        {entries.map(({ id, name, text }) => (
          <li key={String(id)}>
            <b>{name}</b> {text}
          </li>
        ))}
      </ul>
    </main>
  );
}

createRoot(document.getElementById("root") as HTMLElement).render(
  <QueryClientProvider client={new QueryClient()}>
    <Page />
  </QueryClientProvider>,
);
