// Where scripts run, the components of govuk-frontend are woken, and a job's progress is renewed.
// Every page works without them.
import {
  createAll,
  Button,
  Checkboxes,
  ErrorSummary,
  NotificationBanner,
  Radios,
  ServiceNavigation,
  SkipLink,
} from "./govuk-frontend.min.js";

document.body.classList.add("js-enabled", "govuk-frontend-supported");
for (const part of [
  Button,
  Checkboxes,
  ErrorSummary,
  NotificationBanner,
  Radios,
  ServiceNavigation,
  SkipLink,
]) {
  createAll(part);
}

const EVERY = 2000;

async function renew(region) {
  const answer = await fetch(window.location.href, { headers: { Accept: "text/html" } });
  if (answer.redirected) {
    window.location.assign(answer.url);
    return;
  }
  if (answer.ok) {
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const found = page.getElementById(region.id);
    if (!found || !found.hasAttribute("data-renew")) {
      window.location.reload();
      return;
    }
    if (found.textContent !== region.textContent) {
      region.replaceChildren(...found.childNodes);
    }
  }
  window.setTimeout(() => renew(region).catch(() => {}), EVERY);
}

const waiting = document.querySelector("[data-renew]");
if (waiting) {
  window.setTimeout(() => renew(waiting).catch(() => {}), EVERY);
}

for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}
