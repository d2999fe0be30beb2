import { Code, codeName, RpcError } from "hawser/web";
import type { ReactElement } from "react";

/** Why something could not be had. @param absent what to say if the server has no such service */
export function FailureNote({ error, absent }: { readonly error: unknown; readonly absent: string }): ReactElement {
  if (RpcError.is(error) && error.code === Code.Unimplemented) return <p className="empty">{absent}</p>;
  const text = RpcError.is(error) ? `${codeName(error.code)}: ${error.message}` : String(error);
  return (
    <p className="note" role="alert">
      {text}
    </p>
  );
}
