import { deepStrictEqual, rejects, strictEqual } from "node:assert/strict";
import { describe, test } from "node:test";
import { MessageQueue } from "./message-queue.js";

function setUp(): { queue: MessageQueue<number>; events: string[] } {
  const events: string[] = [];
  const queue = new MessageQueue<number>({
    onDrained: () => events.push("drained"),
    onAbandoned: () => events.push("abandoned"),
  });
  return { queue, events };
}

async function rest(queue: MessageQueue<number>): Promise<number[]> {
  const items: number[] = [];
  for await (const item of queue) items.push(item);
  return items;
}

describe("MessageQueue", () => {
  test("hands out in order, what came before the reader and after", async () => {
    const { queue, events } = setUp();
    queue.push(1, 1);
    const waiting = [queue.next(), queue.next(), queue.next()];
    queue.push(2, 1);
    queue.push(3, 1);
    queue.push(4, 1);
    queue.end();
    deepStrictEqual(
      (await Promise.all(waiting)).map(({ value }) => value),
      [1, 2, 3],
    );
    deepStrictEqual(await rest(queue), [4]);
    deepStrictEqual(events, []);
  });

  test("says when it is full, by bytes and by count, and when it has run empty after that", async () => {
    for (const [size, most] of [
      [32_768, 2],
      [1, 512],
    ] as const) {
      const { queue, events } = setUp();
      let count = 1;
      while (queue.push(count, size)) count++;
      strictEqual(count, most);
      for (let i = 0; i < count; i++) {
        deepStrictEqual(events, []);
        await queue.next();
      }
      deepStrictEqual(events, ["drained"]);
      strictEqual(queue.push(1, 1), true);
    }
  });

  test("an end lets what is there be read; then it fails, once", async () => {
    const { queue } = setUp();
    queue.push(1, 1);
    queue.end(new Error("broken"));
    queue.end();
    strictEqual((await queue.next()).value, 1);
    await rejects(queue.next(), /broken/);
    strictEqual((await queue.next()).done, true);
  });

  test("an end reaches those who wait: the first gets the error", async () => {
    const { queue } = setUp();
    const [first, second] = [queue.next(), queue.next()];
    queue.end(new Error("broken"));
    await rejects(first, /broken/);
    strictEqual((await second).done, true);
  });

  test("fail() drops what is there, unless all of it was read and the end has come", async () => {
    const { queue } = setUp();
    queue.push(1, 1);
    queue.end();
    queue.fail(new Error("cancelled"));
    await rejects(queue.next(), /cancelled/);
    const other = setUp().queue;
    other.end();
    other.fail(new Error("cancelled"));
    strictEqual((await other.next()).done, true);
  });

  test("leaving the loop abandons it, except after its end", async () => {
    const { queue, events } = setUp();
    queue.push(1, 1);
    queue.push(2, 1);
    for await (const _ of queue) break;
    deepStrictEqual(events, ["abandoned"]);
    strictEqual(queue.push(3, 1), true);
    strictEqual((await queue.next()).done, true);
    const other = setUp();
    other.queue.push(1, 1);
    other.queue.end();
    for await (const _ of other.queue) break;
    deepStrictEqual(other.events, []);
  });
});
