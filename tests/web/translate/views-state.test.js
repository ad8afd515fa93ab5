import { describe, expect, it } from "vitest";
import * as state from "../../../gan_core/ui/web/translate/views-state.js";

const choice = (model, direction = "AtoB") => ({ model, direction, label: `${model} ${direction}` });

describe("views", () => {
  const all = { live: false, returns: true, rated: true, several: true };
  it("are those that make sense", () => {
    expect(Object.values(state.possibleViews(all)).every(Boolean)).toBe(true);
    const live = state.possibleViews({ ...all, live: true });
    expect(Object.keys(live).filter((view) => live[view])).toEqual(["slider", "side"]);
    const few = state.possibleViews({ live: false, returns: false, rated: false, several: false });
    expect(Object.keys(few).filter((view) => few[view])).toEqual(["slider", "side", "difference"]);
  });
  it("are drawn here or by the server", () => {
    expect(["slider", "side", "cycle", "models"].map(state.isDirect)).toEqual([true, true, false, false]);
  });
  it("are a comparison or two panes", () => {
    const pictures = { before: "b", after: "a" };
    const labels = { from: "summer", to: "winter" };
    const compared = { kind: "compare", before: "b", after: "a", title: "winter", left: "summer", text: "t" };
    expect(state.directPanes("slider", pictures, labels, "t")).toEqual([compared]);
    const panes = state.directPanes("side", pictures, labels, "t");
    expect(panes.map(({ kind, after }) => `${kind} ${after}`)).toEqual(["plain b", "blend a"]);
  });
});

describe("a comparison of models", () => {
  const choices = [choice("a"), choice("a", "BtoA"), choice("b", "BtoA"), choice("b")];
  it("begins with the model shown and another one of its direction", () => {
    const first = state.firstCompared(choices, choice("a"));
    expect(first.map(state.choiceKey)).toEqual(["a AtoB", "b AtoB"]);
  });
  it("begins anew where a model is gone", () => {
    expect(state.stillCompared([choice("a"), choice("gone")], choices)).toEqual([]);
    expect(state.stillCompared([choice("a")], choices)).toHaveLength(1);
  });
  it("has two to four models", () => {
    const two = [choice("a"), choice("b")];
    const less = state.withCompared(two, choice("a"), false);
    expect(less.refused).toBe(true);
    expect(less.compared.map(state.choiceKey)).toEqual(["b AtoB", "a AtoB"]);
    let all = two;
    for (const name of ["c", "d", "e"]) all = state.withCompared(all, choice(name), true).compared;
    expect(all.map(({ model }) => model)).toEqual(["b", "c", "d", "e"]);
  });
});
