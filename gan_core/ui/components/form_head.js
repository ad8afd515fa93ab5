// The head of the form. What is set below is kept in this browser, for a reload and for a second window; the button forgets it.
const KEY = "gw-train", SETTLED = 1200;   // milliseconds after which what is set is kept again
const button = find("#form-reset"), { defaults, presets } = props;

const isDefault = (form) => Object.entries(defaults).every(([key, value]) => JSON.stringify(form[key]) === JSON.stringify(value));
// A form as it was kept, made whole: what is missing or of no known recipe is as at first.
function wholeForm(kept, data, data_b) {
  const known = kept && typeof kept === "object" && presets.includes(kept.recipe) ? kept : {};
  return { ...defaults, ...Object.fromEntries(Object.entries(known).filter(([key]) => key in defaults)), data, data_b };
}
let keeps = false, touched = false, restored = null;   // touched: somebody was quicker than what was kept
window.gwForm = {
  // `data` and `data_b` are chosen already: the server knows whether they are still there.
  restore(data, data_b, given) {
    let kept = given;
    if (!kept) try { kept = JSON.parse(localStorage.getItem(KEY)); } catch { /* nothing is kept */ }
    if (!given && (!kept || touched)) { keeps = true; return [...Array(5).fill({ __type__: "update" }), Date.now()]; }
    const form = wholeForm(kept, data, data_b);
    keeps = false; restored = form;
    setTimeout(() => { keeps = true; }, SETTLED);
    window.dispatchEvent(new CustomEvent("gw:restore", { detail: form }));
    button.hidden = isDefault(form);
    return [form.how, { __type__: "update", value: form.number, visible: form.how !== "No limit" }, form.folder, form.folder_b, null, Date.now()];
  },
  // What was restored with this recipe, however late its choice is told: it changes nothing else. Until another is chosen.
  restored(recipe) {
    if (restored && restored.recipe !== recipe) restored = null;
    return restored;
  },
  keep(recipe, how, number, settings, data, data_b, folder, folder_b) {
    const form = { recipe, how, number, settings: settings ?? {}, data, data_b, folder: folder ?? "", folder_b: folder_b ?? "" };
    button.hidden = isDefault(form);
    window.dispatchEvent(new CustomEvent("gw:data", { detail: { data, "data-b": data_b } }));
    if (!keeps && !restored) touched ||= !isDefault(form);
    if (keeps) try { localStorage.setItem(KEY, JSON.stringify(form)); } catch { /* a browser that keeps nothing */ }
  },
  reset() {
    try { localStorage.removeItem(KEY); } catch { /* nothing was kept */ }
    return [defaults.data, defaults.data_b, defaults];
  },
};
button.addEventListener("click", () => trigger("press"));
