import { describe, expect, it } from "vitest";
import * as state from "../../../gan_core/ui/web/translate/models-state.js";

const forward = { id: "AtoB", label: "there" };
const back = { id: "BtoA", label: "back" };
const common = { group: "Shipped", line: "", size: 64, discriminators: [], directions: [forward, back] };
const seasons = { ...common, id: "seasons", domains: { A: "Summer", B: "winter" } };
const emoji = { ...common, id: "emoji", domains: { A: "doodle", B: "emoji" } };
const horses = { ...common, id: "horses", group: "Own runs", domains: { A: "horse", B: "zebra" }, directions: [back] };
const models = [seasons, emoji, horses];
const example = (domain) => ({ id: `${domain}.jpg`, domain, title: domain, picture: "" });
const examples = ["doodle", "summer", "winter"].map(example);

describe("labels", () => {
  it("are the domains in the order of the direction", () => {
    expect(state.labelsOf(seasons, "BtoA")).toEqual({ from: "winter", to: "Summer" });
    expect(state.labelsOf(undefined, "AtoB")).toEqual({ from: "A", to: "B" });
  });
});

describe("examples", () => {
  it("are those of a model's domains, or all", () => {
    expect(state.fittingExamples(examples, seasons).map(({ domain }) => domain)).toEqual(["summer", "winter"]);
    expect(state.fittingExamples(examples, horses)).toBe(examples);
  });
  it("begin with one for the direction", () => {
    expect(state.firstExample(examples, seasons, "BtoA").domain).toBe("winter");
    expect(state.firstExample(examples, emoji, "BtoA").domain).toBe("doodle");
    expect(state.firstExample([], emoji, "BtoA")).toBe(undefined);
  });
});

describe("directions", () => {
  it("are those that the model has", () => {
    expect(state.validDirection(horses, "AtoB")).toBe("BtoA");
    expect(state.validDirection(seasons, "BtoA")).toBe("BtoA");
    expect(state.validDirection(undefined, "BtoA")).toBe("AtoB");
  });
  it("follow the domain of a picture", () => {
    expect(state.directionFor(seasons, "winter", "AtoB")).toBe("BtoA");
    expect(state.directionFor(seasons, "summer", "BtoA")).toBe("AtoB");
    expect(state.directionFor(seasons, "doodle", "BtoA")).toBe("BtoA");
  });
});

describe("models", () => {
  it("are suggested for a domain that the chosen one does not know", () => {
    expect(state.suggestedChoice(models, seasons, "doodle")).toEqual({ model: "emoji", direction: "AtoB" });
    expect(state.suggestedChoice(models, emoji, "winter")).toEqual({ model: "seasons", direction: "BtoA" });
    expect(state.suggestedChoice(models, emoji, "doodle")).toBe(null);
    expect(state.suggestedChoice(models, emoji, "map")).toBe(null);
  });
  it("are listed under their headings", () => {
    const groups = state.groupsOf(models).map(({ group, models: listed }) => `${group} ${listed.length}`);
    expect(groups).toEqual(["Shipped 2", "Own runs 1"]);
  });
  it("are compared by direction", () => {
    const compared = state.comparable(models).map(({ model, direction }) => `${model} ${direction}`);
    expect(compared).toEqual(["seasons AtoB", "seasons BtoA", "emoji AtoB", "emoji BtoA", "horses BtoA"]);
  });
});

describe("what the browser kept", () => {
  it("is a choice, or nothing", () => {
    expect(state.parsedChoice('{"model":"m","direction":"BtoA"}')).toEqual({ model: "m", direction: "BtoA" });
    for (const text of [null, "", "{", "null", '{"model":1,"direction":"AtoB"}', '{"model":"m","direction":"up"}'])
      expect(state.parsedChoice(text)).toBe(null);
  });
});
