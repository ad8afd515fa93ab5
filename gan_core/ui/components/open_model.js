// Open a tab and choose a model there. The tab's script may only now be mounted, so its list is waited for.
function openModel(tab, name) {
  openTab(tab);
  const until = Date.now() + 30_000;
  const choose = () => {
    const select = document.querySelector(`#tab-${tab} select.model`);
    if (select && [...select.options].some((option) => option.value === name)) {
      select.value = name; select.dispatchEvent(new Event("change", { bubbles: true }));
    } else if (Date.now() < until) setTimeout(choose, 100);
  };
  choose();
}
