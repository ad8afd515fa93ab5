// Weights dropped among the pictures: imported on the server, chosen, and told in their sentence.

// `refresh()` lists the models anew, `choose(name)` brings one to the stage.
function makeImport({ tell, refresh, choose }) {
  const newest = { turn: 0 };
  return async function bring(files) {
    const turn = ++newest.turn;
    tell(`Reading the weights in ${files.map((file) => file.name).join(" and ")} …`);
    try {
      const places = await Promise.all(files.map(sent));
      const { models, refused } = await ask("bring", { files: places });
      await refresh();
      if (turn !== newest.turn) return;
      const model = models.find((each) => each.kind === "translator");
      if (model) choose(model.name);
      const words = models.map((each) => `${each.name}: ${each.sentence}${each.kind === "translator" ? "" : " It draws pictures of its own: see the Explore tab."}`);
      tell([...words, ...refused].join(" "), refused.length ? "warning" : "info");
    } catch (error) { if (turn === newest.turn) tell(error.message, "error"); }
  };
}
