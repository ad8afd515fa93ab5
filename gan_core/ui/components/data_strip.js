// A strip of real pictures with a line about them; the value is {picture, caption, error}.
function show() {
  const { picture, caption, error } = props.value ?? {}, image = find("img"), line = find(".caption");
  if (!caption && !error) return;
  image.hidden = !picture; image.src = picture ?? ""; image.alt = picture ? `Some pictures: ${caption}` : "";
  line.textContent = error ?? caption; line.dataset.kind = error ? "error" : "info";
}
watch("value", show);
show();
