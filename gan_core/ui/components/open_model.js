// Open a tab and choose a model there; `cell` is a place of a run's live picture that Explore goes to: { x, y, step }.
function openModel(tab, name, cell = null) {
  window.gwArrival = { tab, model: name, cell };  // a tab is made when it is first opened, and looks here
  openTab(tab);
  window.dispatchEvent(new CustomEvent("gw:arrival"));
}
// For the tab that such models are for: `come(model, cell)` is called for every arrival, one from before this script ran too.
function whenArriving(tab, come) {
  const take = () => {
    const arrival = window.gwArrival;
    if (arrival?.tab !== tab || !element.isConnected) return false;
    window.gwArrival = null;
    come(arrival.model, arrival.cell);
    return true;
  };
  window.addEventListener("gw:arrival", take);
  return take();
}
