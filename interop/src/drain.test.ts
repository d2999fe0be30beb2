/** A server that is shut down while 1,000 calls run and more arrive, as clients see it. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { createServer } from "hawser";
import { clients, Echo, StatusError } from "./echo-service.js";
import { mustExit } from "./exit-check.js";

mustExit();

const RUNNING = 1_000;
const ARRIVING = 50;
const UNAVAILABLE = 14;

const sleep = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

for (const { name, connect } of clients) {
  test(`shutdown under load: every call of ${name} that was accepted ends with its own answer`, async (t) => {
    const accepted = new Set<string>();
    let release = (): void => {};
    const released = new Promise<void>((resolve) => {
      release = resolve;
    });
    const server = createServer().add(Echo, {
      async wait({ value }) {
        accepted.add(value);
        if (value.startsWith("held")) await released;
        else await sleep(3);
        return { value: `answer to ${value}` };
      },
    });
    const { port } = await server.listen("127.0.0.1:0");
    t.after(() => server.shutdown({ graceMs: 0 }));
    const client = connect(`127.0.0.1:${port}`);
    t.after(() => client.close());
    await client.wait("first");

    const running = Array.from({ length: RUNNING }, (_, i) => client.wait(`held ${i}`));
    let answered = 0;
    const refused: string[] = [];
    let over = false;
    const arriving = Promise.all(
      Array.from({ length: ARRIVING }, async (_, line) => {
        for (let i = 0; !over; i++) {
          const text = `arriving-${line}-${i}`;
          try {
            assert.equal(await client.wait(text), `answer to ${text}`);
            answered++;
          } catch (error) {
            if (!(error instanceof StatusError)) throw error;
            assert.equal(error.code, UNAVAILABLE, error.message);
            refused.push(text);
            await sleep(5);
          }
        }
      }),
    );
    while (server.runningCalls < RUNNING || answered < ARRIVING) await sleep(5);
    const down = server.shutdown({ graceMs: 60_000 });
    // Those that come while it drains, and after.
    while (refused.length < ARRIVING) await sleep(5);
    release();
    await down;
    over = true;
    await arriving;

    const answers = await Promise.all(running);
    answers.forEach((answer, i) => {
      assert.equal(answer, `answer to held ${i}`);
    });
    // Who was refused can go elsewhere: nothing was done for it here.
    for (const text of refused) assert.ok(!accepted.has(text), `${text} was accepted and refused`);
    assert.equal(accepted.size, 1 + RUNNING + answered);
    assert.equal(server.calls.succeeded, 1 + RUNNING + answered);
    assert.equal(server.runningCalls, 0);
  });
}
