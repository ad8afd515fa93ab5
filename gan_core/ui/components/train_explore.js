// From a run to Explore: a button for its newest state, and a click on a picture of its grid, which goes to that very latent.

// Name of a run's model in Explore's list: the weights of a training that goes on, else what it has saved.
const exploreName = (run, active) => (active ? `live:${run}` : `runs/${run}`);
// Where in a picture a pointer is, as shares of its width and height; null beside it.
function shareOf({ left, top, width, height }, x, y) {
  const shares = [(x - left) / width, (y - top) / height];
  return width && height && shares.every((share) => share >= 0 && share <= 1) ? { x: shares[0], y: shares[1] } : null;
}

// `shown()` tells what is to be seen: { run, active, drawn } and the `step` of a key frame, or null for now.
function makeExploreRun(picture, shown) {
  const button = find("#explore-run");
  button.addEventListener("click", () => { const { run, active } = shown(); openModel("explore", exploreName(run, active)); });
  picture.addEventListener("click", (event) => {
    const { run, active, drawn, step } = shown(), place = drawn && shareOf(picture.getBoundingClientRect(), event.clientX, event.clientY);
    if (place) openModel("explore", exploreName(run, active), { ...place, step });
  });
  return {
    refresh() {
      const { drawn } = shown();
      button.parentElement.hidden = !drawn;
      picture.classList.toggle("explorable", drawn);
      picture.title = drawn ? "Click a picture to open it in Explore" : "";
    },
  };
}
