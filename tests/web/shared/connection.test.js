import { afterEach, beforeEach, expect, test, vi } from "vitest";

const MINUTE = 60_000;

beforeEach(() => {
  vi.useFakeTimers();
  vi.resetModules();
  vi.stubGlobal(
    "fetch",
    vi.fn(async () => ({ status: 200, json: async () => ({}) })),
  );
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

test("a page that asks nothing looks every ten seconds or so whether the app is there", async () => {
  await import("../../../gan_core/ui/web/shared/connection.js");
  await vi.advanceTimersByTimeAsync(MINUTE);
  expect(vi.mocked(fetch).mock.calls.length).toBeGreaterThanOrEqual(4);
  expect(vi.mocked(fetch).mock.calls.length).toBeLessThanOrEqual(6);
});

test("a page that asks every ten seconds looks for nothing else, however slow the answers are", async () => {
  const { connection } = await import("../../../gan_core/ui/web/shared/connection.js");
  for (let turn = 0; turn < 6; turn++) {
    connection.active(); // a request
    await vi.advanceTimersByTimeAsync(3000);
    connection.active(); // its answer
    await vi.advanceTimersByTimeAsync(10_000);
  }
  expect(fetch).not.toHaveBeenCalled();
});

test("an app that does not answer is looked for", async () => {
  const { connection } = await import("../../../gan_core/ui/web/shared/connection.js");
  vi.mocked(fetch).mockRejectedValue(new TypeError("network"));
  connection.active(); // a request without an answer
  await vi.advanceTimersByTimeAsync(12_000);
  expect(connection.lost()).toMatch(/^The app has stopped/);
});
