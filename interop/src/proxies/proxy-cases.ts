/** What must hold through a proxy beside the cases of the test service. */
import { ok, strictEqual } from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { Code, codeName, createClient, type Interceptor, RpcError, type Status } from "hawser";
import { TestService } from "../gen/grpc/testing/test.pb.js";
import { openChannel, type TestTarget } from "../grpc/test-cases.js";
import type { RunningProxy } from "./foreign-proxy.js";

/** What the server behind the proxy saw. */
export class ServerView {
  readonly ends: { readonly path: string; readonly status: Status; readonly timeoutMs: number | undefined }[] = [];

  readonly interceptor: Interceptor = (call, next) => {
    const timeoutMs = call.deadline === undefined ? undefined : call.deadline.getTime() - Date.now();
    call.onEnd((status) => this.ends.push({ path: call.method.path, status, timeoutMs }));
    return next();
  };

  /** Waits for the end of a call; the caller bounds the wait. */
  async ended(test: (end: (typeof this.ends)[number]) => boolean): Promise<(typeof this.ends)[number]> {
    for (;;) {
      const found = this.ends.find(test);
      if (found !== undefined) return found;
      await sleep(20);
    }
  }
}

const LONG_STREAM_MESSAGES = 100;
/** Longer than the pauses after which middleboxes that think in requests give up. */
const LONG_STREAM_PAUSE_MS = 3_000;
const RELOAD_CALLERS = 8;
/** How long calls go on before and after the reload: old workers are at their end then. */
const RELOAD_LEAD_MS = 500;
const RELOAD_TAIL_MS = 2_500;

/** What a case is given. */
export interface ProxyContext {
  readonly target: TestTarget;
  readonly view: ServerView;
  readonly proxy: RunningProxy;
}

/** Each resolves with what is worth saying of a success. */
export const PROXY_CASES: Readonly<Record<string, (context: ProxyContext) => Promise<void>>> = {
  async "cancellation reaches the server"({ target, view }) {
    const channel = openChannel(target);
    view.ends.length = 0;
    const call = createClient(TestService, channel).fullDuplexCall();
    await call.send({ responseParameters: [{ size: 10 }] });
    await call.next();
    call.cancel();
    const { status } = await view.ended(({ path }) => path.endsWith("/FullDuplexCall"));
    strictEqual(codeName(status.code), "CANCELLED");
    await channel.close();
  },

  async "the deadline reaches the server"({ target, view }) {
    const channel = openChannel(target);
    view.ends.length = 0;
    const call = createClient(TestService, channel).fullDuplexCall(undefined, { timeoutMs: 1_500 });
    await call.send({ payload: { body: new Uint8Array(10) } });
    const error = await call.next().then(
      () => undefined,
      (thrown: unknown) => thrown,
    );
    ok(RpcError.is(error) && error.code === Code.DeadlineExceeded, String(error));
    const { timeoutMs } = await view.ended(({ path }) => path.endsWith("/FullDuplexCall"));
    ok(timeoutMs !== undefined && timeoutMs <= 1_500, `the server was given ${timeoutMs} ms`);
    await channel.close();
  },

  async "a long stream, with a pause"({ target }) {
    const channel = openChannel(target);
    const call = createClient(TestService, channel).fullDuplexCall();
    for (let i = 0; i < LONG_STREAM_MESSAGES; i++) {
      if (i === LONG_STREAM_MESSAGES / 2) await sleep(LONG_STREAM_PAUSE_MS);
      await call.send({ responseParameters: [{ size: 1_000 + i }], payload: { body: new Uint8Array(5_000) } });
      strictEqual((await call.next()).value?.payload?.body.length, 1_000 + i);
    }
    call.end();
    strictEqual((await call.next()).done, true);
    await channel.close();
  },

  async "calls while it is reloaded"({ target, proxy }) {
    const channel = openChannel(target);
    const client = createClient(TestService, channel);
    const failures: string[] = [];
    let calls = 0;
    let going = true;
    const callers = Array.from({ length: RELOAD_CALLERS }, async () => {
      while (going) {
        try {
          await client.unaryCall({ responseSize: 1_000, payload: { body: new Uint8Array(1_000) } });
        } catch (error) {
          failures.push(error instanceof Error ? error.message : String(error));
        }
        calls++;
        // Others want to run on this machine, too.
        await sleep(5);
      }
    });
    await sleep(RELOAD_LEAD_MS);
    await proxy.reload();
    await sleep(RELOAD_TAIL_MS);
    going = false;
    await Promise.all(callers);
    await channel.close();
    ok(calls > RELOAD_CALLERS, "hardly a call was made");
    strictEqual(failures.length, 0, `${failures.length} of ${calls} calls failed: ${failures[0]}`);
  },

  async "a stream that a reload finds open"({ target, proxy }) {
    const channel = openChannel(target);
    const call = createClient(TestService, channel).fullDuplexCall();
    const exchange = async (size: number) => {
      await call.send({ responseParameters: [{ size }] });
      strictEqual((await call.next()).value?.payload?.body.length, size);
    };
    await exchange(10);
    await proxy.reload();
    for (let i = 0; i < 10; i++) {
      await sleep(200);
      await exchange(20 + i);
    }
    call.end();
    strictEqual((await call.next()).done, true);
    await channel.close();
  },
};
