import { describe, expect, it } from "vitest";
import { between, unpack } from "../../../gan_core/ui/web/lab/plane-canvas.js";
import * as state from "../../../gan_core/ui/web/lab/plane-state.js";

describe("settings", () => {
  const presets = [{ name: "ring", settings: { distribution: "ring", seed: 0, penalty: null } }];
  it("are a named game whatever the seed and the order of keys", () => {
    expect(state.presetOf(presets, { penalty: null, seed: 7, distribution: "ring" })).toBe("ring");
    expect(state.presetOf(presets, { penalty: { name: "r1" }, seed: 0, distribution: "ring" })).toBe("");
  });
  it("begin a part with the options that have a default", () => {
    const options = [
      { name: "gamma", default: 0.1 },
      { name: "every", default: null },
    ];
    expect(state.initialPart({ name: "r1", options })).toEqual({ name: "r1", gamma: 0.1 });
  });
  it("are sent to Train without learning rates", () => {
    const optimizer = { name: "adam", learning_rate: 1, beta1: 0 };
    const settings = {
      objective: { name: "hinge" },
      penalty: null,
      solver: { name: "alternating" },
      generator_optimizer: optimizer,
      discriminator_optimizer: optimizer,
    };
    const sent = state.partsForTraining(settings);
    expect(sent.generator_optimizer).toEqual({ name: "adam", beta1: 0 });
    expect(sent.penalty).toBe(null);
    expect(sent.objective).toEqual({ name: "hinge" });
  });
  it("are this drawing when strokes and width are", () => {
    const drawing = { strokes: [/** @type {[number, number][]} */ ([[0, 1]])], deviation: 0.1 };
    expect(state.sameDrawing({ distribution: "drawn", deviation: 0.1, strokes: [[[0, 1]]] }, drawing)).toBe(true);
    expect(state.sameDrawing({ distribution: "drawn", deviation: 0.2, strokes: [[[0, 1]]] }, drawing)).toBe(false);
  });
});

describe("strokes", () => {
  it("are cut in two by the eraser", () => {
    /** @type {[number, number][]} */
    const stroke = [-2, -1, 0, 1, 2].map((x) => [x, 0]);
    expect(state.erased([stroke], [0, 1], [0, -1])).toEqual([
      [
        [-2, 0],
        [-1, 0],
      ],
      [
        [1, 0],
        [2, 0],
      ],
    ]);
    expect(state.erased([[[0, 0]]], [0, 0], [0, 0])).toEqual([]);
  });
  it("have points close enough for the eraser however fast the pointer was", () => {
    const points = state.pointsTo([0, 0], [1, 0]);
    expect(points[points.length - 1]).toEqual([1, 0]);
    expect(points[0][0]).toBeLessThanOrEqual(0.08);
    expect(state.pointsTo([0, 0], [0.01, 0])).toEqual([]);
  });
});

describe("slow motion", () => {
  /** @param {object} given @returns {import("../../../gan_core/ui/web/shared/protocol.js").PlaneStage} */
  const stage = (given) => ({
    ...{ number: 1, player: "discriminator", kind: "draw", numbers: { points: 256 }, moves: 1, answers: false },
    order: ["discriminator", "generator"],
    fakes: "",
    real: "",
    ...given,
  });
  it("says whose turn it is", () => {
    expect(state.stageText(stage({}))).toBe("256 random numbers go through the generator and become points.");
    expect(state.stageText(stage({ player: "generator", answers: true }))).toContain("now it is the generator's turn");
    expect(state.stageText(stage({ player: "generator" }))).toContain("Both look from where the step began");
  });
  it("gives the numbers of a move", () => {
    const numbers = { moved: 0.12345, before: 0.7, after: null };
    expect(state.stageText(stage({ kind: "move", numbers, moves: 5 }))).toBe(
      "The discriminator moves by 0.123 (the solver looked at 5 batches): on these points its loss goes from 0.7 to beyond all numbers.",
    );
  });
  it("lights what is at work", () => {
    expect(state.atWork(stage({ kind: "move", player: "generator" }))).toEqual({
      nodes: ["generator"],
      wires: ["back-g"],
    });
    expect(state.atWork(stage({ kind: "loss", player: "generator" })).nodes).toContain("fake");
  });
});

describe("packed numbers", () => {
  it("are int16 of the plane", () => {
    const text = btoa(String.fromCharCode(...new Uint8Array(new Int16Array([32767, -32767, 0, 16384]).buffer)));
    const [right, left, middle, half] = unpack(text, 6.4);
    expect([right, left, middle]).toEqual([6.4, -6.4, 0].map(Math.fround));
    expect(half).toBeCloseTo(3.2, 3);
  });
  it("glide", () => {
    expect([...between(Float32Array.of(0, 2), Float32Array.of(1, 4), 0.5)]).toEqual([0.5, 3]);
  });
});
