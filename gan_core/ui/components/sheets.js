// The sheet of a translation, cut into its two halves with a head over every column: A, to B, back to A; B, to A, back to B.
// The picture stays one file, so that a key frame is one request; each half shows its part of it.
function makeSheets(images, realHeads) {
  let layout = null;
  const heads = images.map((image) => image.parentElement.querySelector(".heads"));
  const GAP = 2;  // pixels between the pictures of a sheet, as gan_core.images.grid lays them

  function chip(domain) { const mark = make("i", {}, domain); mark.dataset.domain = domain; return mark; }
  function head(...parts) { const box = make("span", {}, ...parts); box.title = box.textContent; return box; }
  const name = (domain) => make("em", {}, layout.names?.[domain] ?? "");
  function label(place, { domain, ways }) {
    const other = domain === "A" ? "B" : "A";
    const parts = [head(chip(domain), name(domain)), head("→ ", chip(other), name(other)), head("→ back to ", chip(domain))];
    place.replaceChildren(...parts.slice(0, 1 + ways.length));
    place.style.setProperty("--columns", 1 + ways.length);
  }
  const said = ({ domain, ways }) => `Rows of held-out pictures of ${domain}${ways.map((way) => `, then translated ${way.replace("to", " to ")}`).join("")}`;

  // Whether the picture is a sheet of this layout: runs of older versions were drawn in rows.
  function fits(image) {
    if (!layout || !image.naturalWidth) return Boolean(layout);
    const columns = layout.groups.reduce((sum, group) => sum + 1 + group.ways.length, 0);
    const wide = columns * (layout.side + GAP) - GAP, high = layout.rows * (layout.side + GAP) - GAP;
    return image.naturalWidth === wide && image.naturalHeight === high;
  }
  function cut() {
    const whole = !fits(images[0]);
    images.forEach((image, index) => {
      const group = whole ? null : layout.groups[index], half = image.parentElement;
      half.hidden = index > 0 && !group;
      heads[index].hidden = !group;
      image.style.aspectRatio = image.style.objectFit = image.style.objectPosition = "";
      if (!group) return;
      const cells = 1 + group.ways.length;
      image.style.aspectRatio = `${cells * (layout.side + GAP) - GAP} / ${layout.rows * (layout.side + GAP) - GAP}`;
      image.style.objectFit = "cover"; image.style.objectPosition = index ? "right" : "left";
      image.alt = said(group);
    });
  }
  images[0].addEventListener("load", cut);
  return {
    set(found) {
      if (JSON.stringify(found) === JSON.stringify(layout)) return;
      layout = found ?? null;
      (layout?.groups ?? []).forEach((group, index) => label(heads[index], group));
      realHeads.hidden = !layout;
      if (layout) realHeads.replaceChildren(head(chip("A"), name("A")), head(chip("B"), name("B")));
      cut();
    },
    names: () => layout?.names ?? {},
  };
}
