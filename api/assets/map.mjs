// A drawn map becomes one to move about in: the drawing of the boundaries is laid under, and each
// mark is a button that says its words. Positions are metres of the National Grid; there are no
// tiles and no other host. Without scripts the drawing stands as it is. Leaflet is loaded before.
const { L } = window;
const CLOSEST = -3; // a pixel is eight metres

function sign(name, text) {
  const made = document.createElement("span");
  made.className = name;
  made.textContent = text;
  return made;
}

function icon(name, text) {
  return L.divIcon({ className: "", html: sign(name, text), iconSize: null });
}

function number(element, name) {
  return Number(element.getAttribute(name));
}

function wake(part) {
  const drawing = part.querySelector("svg");
  const [west, south, east, north] = part.dataset.window.split(" ").map(Number);
  const at = (x, y) => [north - y, west + x];
  const front = drawing.querySelector("[data-front]");
  const bounds = L.latLngBounds([south, west], [north, east]);
  const frame = document.createElement("div");
  frame.className = "app-map__frame";
  frame.setAttribute("aria-label", "Arrow keys move the map, plus and minus change its size");
  frame.setAttribute("role", "group");
  frame.style.aspectRatio = `${east - west} / ${north - south}`;
  part.append(frame);
  front.remove();
  drawing.removeAttribute("role");
  drawing.removeAttribute("aria-label");
  drawing.setAttribute("aria-hidden", "true");

  const map = L.map(frame, {
    attributionControl: false,
    crs: L.CRS.Simple,
    maxBounds: bounds.pad(0.1),
    maxZoom: CLOSEST,
    minZoom: -9,
    scrollWheelZoom: false,
    zoomSnap: 0,
  });
  L.svgOverlay(drawing, bounds).addTo(map);
  map.fitBounds(bounds);

  for (const line of front.querySelectorAll("line")) {
    const ends = [
      at(number(line, "x1"), number(line, "y1")),
      at(number(line, "x2"), number(line, "y2")),
    ];
    L.polyline(ends, { className: "app-map__line", interactive: false }).addTo(map);
  }
  for (const name of front.querySelectorAll(".app-map__name")) {
    const where = at(number(name, "x"), number(name, "y"));
    const made = icon(name.getAttribute("class"), name.textContent);
    L.marker(where, { icon: made, interactive: false, keyboard: false, zIndexOffset: -10000 }).addTo(map);
  }
  for (const mark of front.querySelectorAll("[data-words]")) {
    const { kind, text, words } = mark.dataset;
    const where = at(number(mark, "data-x"), number(mark, "data-y"));
    const made = icon(`app-map__sign app-map__sign--${kind}`, text);
    const button = L.marker(where, { icon: made, riseOnHover: true }).addTo(map);
    button.getElement().setAttribute("aria-label", words);
    button.bindPopup(sign("app-map__words", words));
    button.on("popupclose", () => button.getElement().focus());
  }
  frame.addEventListener("keydown", (pressed) => {
    if (pressed.key === "Escape") {
      map.closePopup();
    }
  });
}

for (const part of document.querySelectorAll("[data-map]")) {
  wake(part);
}
