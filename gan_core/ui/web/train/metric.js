/**
 * One measurement of a run over its steps: its value, what real pictures give, and the step that is kept as the best.
 *
 * @import { Measurement } from "../shared/protocol.js"
 * @import { Context } from "../shared/types.js"
 */
import { makeCurves } from "../shared/curves.js";
import { count, measured } from "../shared/format.js";

/** @type {Readonly<Record<string, string>>} */
const COLORS = Object.freeze({ value: "--gw-generated", reference_level: "--gw-real" });
/** @type {Readonly<Record<string, string>>} */
const TITLES = Object.freeze({ value: "generated", reference_level: "what real pictures give" });

/**
 * The best measurement. A run says which one it keeps, and it may not be the lowest number: values of few pictures vary. Runs of
 * older versions do not say it.
 *
 * @param {Measurement[]} found in order
 * @returns {Measurement | null}
 */
export function bestOf(found) {
  if (!found.length) return null;
  const said = found.findLast((one) => one.best || one.kept);
  const step = said?.best ? said.step : said?.kept?.step;
  if (found.some((one) => typeof one.best === "boolean")) return found.findLast((one) => one.step === step) ?? null;
  return found.reduce((low, one) => (one.value < low.value ? one : low));
}

/**
 * What is said below the curve.
 *
 * @param {Measurement[]} found at least one
 */
export function metricWords(found) {
  const now = found[found.length - 1];
  const best = bestOf(found);
  const real = Number.isFinite(now.reference_level)
    ? `; what as many real pictures give is ${written(/** @type {number} */ (now.reference_level), now.reference_spread)}`
    : "";
  const about = Object.entries(now.about ?? {})
    .map(([what, value]) => `; ${what} ${measured(value)}`)
    .join("");
  const again = now.kept ? `, measured again on as many pictures: ${written(now.kept.value, now.kept.spread)}` : "";
  return (
    `Now ${written(now.value, now.spread)} from ${count(now.samples)} pictures${real}${about}. ` +
    (best ? `Best at step ${count(best.step)} (the dot)${again}: kept as this run's best model. ` : "") +
    (isOfPairs(now.name)
      ? "Mean difference to the truth of held-out pictures, as a share of the full range."
      : "Fewer pictures read higher. Copies of the training pictures would read as well as real ones.")
  );
}

/** Whether a measurement compares with the truth of each picture. @param {string} name */
export const isOfPairs = (name) => name.endsWith("paired-l1");

/**
 * @param {number} value
 * @param {number | null | undefined} spread
 */
const written = (value, spread) =>
  `${measured(value)}${Number.isFinite(spread) ? ` ± ${measured(/** @type {number} */ (spread))}` : ""}`;

/** @param {Context} context */
export function makeMetric(context) {
  const { find } = context;
  const svg = find("svg#metric-curve");
  /** @type {Measurement[]} */
  let found = [];
  const chart = makeCurves(context, svg, {
    color: (series) => COLORS[series],
    title: (series) => TITLES[series],
    whole: true,
    toggle: find("button#metric-log"),
    marked: () => {
      const best = bestOf(found);
      return best && { step: best.step, value: best.value, name: "value" };
    },
  });
  const tooltip = document.createElementNS("http://www.w3.org/2000/svg", "title");

  function show() {
    find(".metric").hidden = !found.length;
    if (!found.length) return;
    chart.legend(find(".metric .legend"));
    const { name, words, took } = found[found.length - 1];
    const text = metricWords(found);
    find("#metric-words").textContent = text;
    const title = isOfPairs(name) ? "Difference to the truth" : "Distance to real pictures";
    find(".metric figcaption b").textContent = title;
    svg.setAttribute("aria-label", `${title}, lower is better. ${text}`);
    const time = Number.isFinite(took) ? ` Measuring took ${measured(/** @type {number} */ (took))} s.` : "";
    tooltip.textContent = `${words} (${name}).${time}`;
    svg.prepend(tooltip);
  }
  return {
    /** @param {Measurement[]} more */
    add(more) {
      const name = more[more.length - 1]?.name;
      if (name === undefined) return;
      // Another instrument, such as a feature network that has come into the cache: its numbers are another curve.
      if (found.length && found[0].name !== name) {
        found = [];
        chart.clear();
      }
      const same = more.filter((one) => one.name === name && Number.isFinite(one.value));
      found.push(...same);
      chart.add(
        same.map(({ step, value, reference_level: level }) => ({ step, value, reference_level: level ?? NaN })),
      );
      show();
    },
    /** @param {number} step */
    cut(step) {
      found = found.filter((one) => one.step <= step);
      chart.cut(step);
      show();
    },
    best: () => bestOf(found)?.step ?? null,
    clear() {
      found = [];
      chart.clear();
      show();
    },
  };
}
