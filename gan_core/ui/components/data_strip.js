// A strip of real pictures with a line about them; the value is {picture, caption, error}, or {looking} while they are got.
const PATIENCE = 400;   // milliseconds after which somebody wants to know what is being waited for
let timer = null;
function show() {
  const { picture, caption, error, looking } = props.value ?? {}, image = find("img"), line = find(".caption");
  clearTimeout(timer);
  find(".strip").setAttribute("aria-busy", String(Boolean(looking)));
  if (looking) { timer = setTimeout(() => { line.textContent = looking; line.dataset.kind = "looking"; }, PATIENCE); return; }
  if (!caption && !error) return;
  image.hidden = !picture; image.src = picture ?? ""; image.alt = picture ? `Some pictures: ${caption}` : "";
  line.textContent = error ?? caption; line.dataset.kind = error ? "error" : "info";
}
watch("value", show);
show();
