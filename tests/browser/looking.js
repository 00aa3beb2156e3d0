// What is looked at inside a page by tests/browser/looking.py: an object of functions.
({
  lost: () => {
  const wide = document.documentElement.clientWidth, wrong = [];
  const told = (one) => one.outerHTML.slice(0, 110);
  if (document.documentElement.scrollWidth > wide) wrong.push("the page is wider than its window");
  for (const one of document.body.querySelectorAll("*")) {
    if (one.closest(".govuk-visually-hidden, .govuk-skip-link, svg, option")) continue;
    // A map is moved about in, with arrow keys too (WCAG 1.4.10 excepts it); a table holds the same.
    if (one.closest(".leaflet-container")?.tabIndex === 0) continue;
    if (!one.checkVisibility({visibilityProperty: true}) || one.matches("input, textarea, select")) continue;
    const style = getComputedStyle(one);
    const over = one.scrollWidth > one.clientWidth + 1 && one.clientWidth > 0;
    const below = one.scrollHeight > one.clientHeight + 1 && one.clientHeight > 0;
    const cuts = (how) => how === "hidden" || how === "clip";
    const moves = (how) => how === "auto" || how === "scroll";
    if ((cuts(style.overflowX) && over) || (cuts(style.overflowY) && below)) wrong.push(`cut off: ${told(one)}`);
    if (moves(style.overflowX) && over && one.tabIndex < 0) wrong.push(`moves by no key: ${told(one)}`);
    if (style.textOverflow === "ellipsis" && over) wrong.push(`shortened: ${told(one)}`);
    if (one.childElementCount === 0 && one.textContent.trim() && !one.closest(".app-wide")) {
      const box = one.getBoundingClientRect();
      if (box.right > wide + 1 || box.left < -1) wrong.push(`outside the window: ${told(one)}`);
    }
  }
  return wrong;
},

  walk: () => {
  const look = (one, part) => {
    const s = getComputedStyle(one, part);
    return [s.outlineStyle, s.outlineWidth, s.outlineColor, s.boxShadow, s.backgroundColor, s.borderColor].join();
  };
  // A box shows focus by its label, a mark on a map by the sign in it.
  const looks = (one) => look(one) + (one.labels && one.labels[0] ? look(one.labels[0], "::before") : "")
    + (one.matches(".leaflet-marker-icon") ? look(one.firstElementChild) : "");
  const group = (one) => [...document.getElementsByName(one.name)].filter((other) => other.form === one.form);
  const alone = (one) => {
    if (one.type !== "radio") return true;
    const chosen = group(one).find((other) => other.checked);
    return one === (chosen || group(one)[0]);
  };
  const every = 'a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex="0"]';
  const stops = [...document.querySelectorAll(every)].filter((one) =>
    one.checkVisibility({visibilityProperty: true}) && !one.disabled && one.tabIndex >= 0 && alone(one));
  const walk = {stops, plain: stops.map(looks), seen: [], unmarked: []};
  document.addEventListener("focusin", (event) => {
    const at = stops.indexOf(event.target);
    walk.seen.push(at);
    if (at >= 0 && looks(event.target) === walk.plain[at]) walk.unmarked.push(at);
  });
  window.walkOfKeys = walk;
  return stops.length;
},

  walked: () => {
  const {stops, seen, unmarked} = window.walkOfKeys, wrong = [];
  const told = (one) => one ? one.outerHTML.slice(0, 110) : "something that no key should reach";
  const first = seen.slice(0, stops.length);
  stops.forEach((one, at) => {
    if (!first.includes(at)) wrong.push(`not reached: ${told(one)}`);
  });
  if (!wrong.length) first.forEach((at, place) => {
    if (at !== place) wrong.push(`out of order: ${told(stops[at])}`);
  });
  new Set(unmarked).forEach((at) => wrong.push(`no visible focus: ${told(stops[at])}`));
  return wrong;
},

  // To the end of the page a screen at a time, until every image that is met there has come.
  whole: async () => {
    const shown = () => new Promise((then) => requestAnimationFrame(() => requestAnimationFrame(then)));
    for (let at = 0; at < document.documentElement.scrollHeight; at += window.innerHeight) {
      window.scrollTo({top: at, behavior: "instant"});
      await shown();
    }
    const waiting = [...document.images].filter((one) => one.checkVisibility() && !one.complete);
    await Promise.all(waiting.map((one) => new Promise((then) => {
      one.addEventListener("load", then); one.addEventListener("error", then);
      if (one.complete) then();
    })));
    await shown();
    window.scrollTo({top: 0, behavior: "instant"});
  },
  weight: () => {
    const loaded = ["navigation", "resource"].flatMap((kind) => performance.getEntriesByType(kind));
    // A map's scripts and styles are not counted: the limit is of a page without its map.
    const counted = loaded.filter((one) => !/\/static\/(leaflet|map)\./.test(one.name));
    return counted.reduce((sum, one) => sum + one.decodedBodySize, 0);
  },
})
