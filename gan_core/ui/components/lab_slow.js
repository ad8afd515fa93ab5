// Slow motion: the words of the eight stages of one step, the list of them, and the part of the overview that is at work.

const STAGE_NAMES = { draw: "draw", judge: "judge", loss: "loss", move: "move" };
const AT_WORK = {
  draw: ["noise", "generator", "fake"],
  judge: ["fake", "real", "discriminator"],
  loss: ["discriminator", "loss"],
};
const brief = (value) => value === null || value === undefined ? "beyond all numbers" : Math.abs(value) >= 1000 || (value && Math.abs(value) < 0.001) ? value.toExponential(1) : Number(value.toPrecision(3)).toString();

function stageWords({ player, kind, numbers, moves, answers, order }) {
  const first = player === order[0], other = player === "generator" ? "discriminator" : "generator";
  if (kind === "draw") {
    const turn = first ? "" : answers ? ` The ${other} has moved; now it is the ${player}'s turn.` : ` Both look from where the step began.`;
    return `${numbers.points} random numbers go through the generator and become points.${turn}`;
  }
  if (kind === "judge") return `The discriminator scores them: ${brief(numbers.real)} on average for real points, ${brief(numbers.fake)} for generated ones.`;
  if (kind === "loss") {
    const arrows = player === "generator" ? " The arrows show where each point is pushed." : "";
    return `The ${player}'s loss is ${brief(numbers.loss)}; its gradient is ${brief(numbers.gradient)} long.${arrows}`;
  }
  const many = player === "discriminator" && moves > 1 ? ` (the solver looked at ${moves} batches)` : "";
  return `The ${player} moves by ${brief(numbers.moved)}${many}: on these points its loss goes from ${brief(numbers.before)} to ${brief(numbers.after)}.`;
}

function showStage(stage) {
  const list = find(".stages"), flow = find(".flow"), caption = find(".caption");
  list.hidden = caption.hidden = !stage;
  flow.classList.toggle("slow", Boolean(stage));
  for (const part of flow.querySelectorAll(".on")) part.classList.remove("on");
  if (!stage) return;
  if (!list.children.length || list.dataset.first !== stage.order[0]) {
    list.dataset.first = stage.order[0];
    list.replaceChildren(...[0, 1].flatMap((half) => Object.keys(STAGE_NAMES).map((kind, place) => {
      const item = document.createElement("li"), number = document.createElement("b");
      item.dataset.player = stage.order[half];
      number.textContent = 4 * half + place + 1;
      item.append(number, STAGE_NAMES[kind]);
      return item;
    })));
  }
  [...list.children].forEach((item, i) => { if (i + 1 === stage.number) item.setAttribute("aria-current", "step"); else item.removeAttribute("aria-current"); });
  caption.dataset.player = stage.player;
  caption.querySelector(".number").textContent = stage.number;
  caption.querySelector(".text").textContent = stageWords(stage);
  const nodes = AT_WORK[stage.kind] ?? [stage.player], wires = { draw: ["noise", "fake"], judge: ["fake", "real"], loss: ["loss"], move: [stage.player === "generator" ? "back-g" : "back-d"] }[stage.kind];
  const active = stage.kind === "loss" && stage.player === "generator" ? [...nodes, "fake"] : nodes;
  for (const node of active) flow.querySelector(`[data-node=${node}]`).classList.add("on");
  for (const wire of wires) for (const path of flow.querySelectorAll(`[data-wire=${wire}]`)) path.classList.add("on");
}
