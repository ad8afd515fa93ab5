import { expect, test, vi } from "vitest";
import { latestWins, makeAsk } from "#web/shared/requests.js";

const THERE = { lost: () => "", back: async () => {} };

/** A function whose calls are answered by hand. */
function byHand() {
  const calls = [];
  const send = (request) => new Promise((resolve, reject) => calls.push({ request, resolve, reject }));
  return { calls, send };
}
const settle = () => new Promise((resolve) => setTimeout(resolve));

test("one request is in flight, the newest one is next and those between are left out", async () => {
  const { calls, send } = byHand();
  const shown = [];
  const submit = latestWins(send, (response, request) => shown.push([response, request]), expect.fail, THERE);
  for (const request of [1, 2, 3, 4]) submit(request);
  expect(calls.map((call) => call.request)).toEqual([1]);
  calls[0].resolve("one");
  await settle();
  expect(calls.map((call) => call.request)).toEqual([1, 4]);
  calls[1].resolve("four");
  await settle();
  expect(shown).toEqual([
    ["one", 1],
    ["four", 4],
  ]);
  submit(5);
  expect(calls).toHaveLength(3);
});

test("an error is told with its request, and the next request is sent all the same", async () => {
  const { calls, send } = byHand();
  const failed = [];
  const submit = latestWins(send, expect.fail, (error, request) => failed.push([error.message, request]), THERE);
  submit("a");
  submit("b");
  calls[0].reject(new Error("no"));
  await settle();
  expect(failed).toEqual([["no", "a"]]);
  expect(calls[1].request).toBe("b");
});

test("while the app is gone the newest request waits, and it is sent when the app is back", async () => {
  const { calls, send } = byHand();
  let lost = "gone";
  let back = () => {};
  const link = { lost: () => lost, back: () => new Promise((resolve) => (back = resolve)) };
  const shown = [];
  const submit = latestWins(send, (response) => shown.push(response), expect.fail, link);
  submit("old");
  calls[0].reject(new Error("no answer"));
  await settle();
  submit("new");
  expect(calls).toHaveLength(1);
  lost = "";
  back();
  await settle();
  expect(calls[1].request).toBe("new");
  calls[1].resolve("drawn");
  await settle();
  expect(shown).toEqual(["drawn"]);
});

test("ask gives the response, and throws the sentence of an error", async () => {
  const server = { good: vi.fn(async () => ({ value: 3 })), bad: async () => ({ error: "There is no such model." }) };
  const ask = makeAsk(server);
  expect(await ask("good", { name: "x" })).toEqual({ value: 3 });
  expect(server.good).toHaveBeenCalledWith({ name: "x" });
  await expect(ask("bad")).rejects.toThrow("There is no such model.");
});
