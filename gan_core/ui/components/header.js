// The logo is our own drawing, inlined so that it follows light and dark.
find(".logo").innerHTML = props.logo;
ask("device").then((answer) => { find(".device").textContent = answer.text; },
                   (error) => { find(".device").textContent = error.message; });

// The open tab is kept: for a reload by this window, for a second window by the browser.
const TABS = ["train", "explore", "translate", "lab", "models"];
const isOpen = (name) => Boolean(document.getElementById(`tab-${name}`)?.offsetParent);
function noteTab() {
  const name = TABS.find(isOpen);
  if (name) try { sessionStorage.setItem("gw-tab", name); localStorage.setItem("gw-tab", name); } catch { /* a browser that keeps nothing */ }
}
for (const kind of ["click", "keyup"]) document.addEventListener(kind, () => setTimeout(noteTab, 150));
function keptTab() {
  try { return sessionStorage.getItem("gw-tab") ?? localStorage.getItem("gw-tab"); } catch { return null; }
}
function reopen(name, until) {
  if (isOpen(name) || Date.now() > until) return;
  openTab(name);
  setTimeout(reopen, 100, name, until);  // the tabs may not be mounted yet
}

// A link to a view of Explore opens that tab, whichever one the page begins with; the view itself is the tab's affair.
function openLinked(until) {
  if (!location.hash.startsWith("#explore=")) return;
  openTab("explore");
  const open = () => document.querySelector("#tab-explore-button[aria-selected=true]") || document.querySelector("#tab-explore .explore")?.offsetParent;
  if (!open() && Date.now() < until) setTimeout(openLinked, 100, until);  // the tabs may not be mounted yet
}
const linked = () => openLinked(Date.now() + 30_000);
linked();
if (!location.hash && TABS.slice(1).includes(keptTab())) reopen(keptTab(), Date.now() + 10_000);
window.addEventListener("hashchange", linked);
