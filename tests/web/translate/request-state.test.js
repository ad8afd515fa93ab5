import { beforeEach, describe, expect, it } from "vitest";
import * as state from "../../../gan_core/ui/web/translate/request-state.js";

const settings = { model: "m", direction: "AtoB", scale: "auto" };
const lake = { ...settings, source: { example: "lake" } };
const hill = { ...settings, source: { example: "hill" } };
const response = (more = {}) => ({ after: "made", width: 4, height: 3, name: "a.png", ...more });

describe("pictures", () => {
  it("are the same by file or by source", () => {
    const file = { blob: new File([], "a.png") };
    expect(state.samePicture({ file }, { file, source: { example: "a" } })).toBe(true);
    expect(state.samePicture({ file }, { source: { example: "a" } })).toBe(false);
    expect(state.samePicture({ source: { example: "a" } }, { source: { example: "a" } })).toBe(true);
  });
  it("are asked for without what is this browser's", () => {
    const file = { blob: new File([], "a.png") };
    expect(state.requestOf({ ...lake, file, job: "j", previewed: true })).toEqual({ ...lake, job: "j" });
    expect(state.settingsOf({ ...lake, file, job: "j" })).toEqual(settings);
  });
});

describe("a log of translations", () => {
  let log;
  beforeEach(() => {
    log = new state.TranslationLog();
  });

  it("gives each a job of its own", () => {
    expect(log.add(lake).job).not.toBe(log.add(lake).job);
    expect(state.newJob().length).toBeLessThanOrEqual(64);
  });
  it("knows the newest, and what the server works on", () => {
    const first = log.add(lake);
    log.setRunning(first);
    const second = log.add(hill);
    expect([log.isNewest(first), log.isNewest(second)]).toEqual([false, true]);
    expect(log.running).toBe(first);
  });
  it("needs no preview of a picture that is shown, by a model that is quick", () => {
    const first = log.add(lake);
    expect(log.needsPreview(first)).toBe(true);
    log.measured("m", 20);
    expect(log.needsPreview(first)).toBe(true); // nothing is shown yet
    log.finish(first, response({ before: "lake" }));
    expect(log.needsPreview(log.add(lake))).toBe(false);
    expect(log.needsPreview(log.add(hill))).toBe(true);
    expect(log.needsPreview(log.add({ ...lake, model: "slow" }))).toBe(true);
  });
  it("keeps the picture that is not sent again", () => {
    const first = log.add(lake);
    expect(log.knowsBefore(first)).toBe(false);
    log.finish(first, response({ before: "lake" }));
    const second = log.add(lake);
    expect(log.knowsBefore(second)).toBe(true);
    expect(log.knowsBefore(log.add(hill))).toBe(false);
    expect(log.finish(second, response()).result.before).toBe("lake");
  });
  it("keeps the last result where another translation of the same picture fails", () => {
    const first = log.add(lake);
    const last = log.finish(first, response({ before: "lake" }));
    const second = Object.assign(log.add({ ...lake, model: "other" }), { previewed: true });
    expect(log.fail(second)).toBe(last);
    expect(log.newest).toBe(first);
  });
  it("keeps nothing where another picture was seen already", () => {
    log.finish(log.add(lake), response({ before: "lake" }));
    const unseen = log.add(hill);
    expect(log.fail(unseen)).toBe(log.last);
    const seen = Object.assign(log.add(hill), { previewed: true });
    expect(log.fail(seen)).toBe(null);
    expect(log.newest).toBe(null);
  });
  it("lets a file be sent again that did not arrive", () => {
    const file = { blob: new File([], "a.png"), sent: Promise.resolve({ path: "/a.png", name: "a.png" }) };
    log.fail(log.add({ ...settings, file }));
    expect(file.sent).toBe(undefined);
  });
});

describe("a share", () => {
  it("is said once there is one", () => {
    expect([0, 0.004, 0.256].map(state.percent)).toEqual(["", "0 %", "26 %"]);
  });
});
