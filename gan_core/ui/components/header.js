// The logo is our own drawing, inlined so that it follows light and dark.
find(".logo").innerHTML = props.logo;
ask("device").then((answer) => { find(".device").textContent = answer.text; },
                   (error) => { find(".device").textContent = error.message; });

// A link to a view of Explore opens that tab, whichever one the page begins with; the view itself is the tab's affair.
function openLinked(until) {
  if (!location.hash.startsWith("#explore=")) return;
  openTab("explore");
  const open = () => document.querySelector("#tab-explore-button[aria-selected=true]") || document.querySelector("#tab-explore .explore")?.offsetParent;
  if (!open() && Date.now() < until) setTimeout(openLinked, 100, until);  // the tabs may not be mounted yet
}
const linked = () => openLinked(Date.now() + 30_000);
linked();
window.addEventListener("hashchange", linked);
