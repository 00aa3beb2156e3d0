// Where scripts run, the components of govuk-frontend are woken, and what htmx puts into a page is
// looked after. Every page works without them.
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

const PARTS = [
  Button,
  Checkboxes,
  ErrorSummary,
  NotificationBanner,
  Radios,
  ServiceNavigation,
  SkipLink,
];

function wake(within) {
  for (const part of PARTS) {
    createAll(part, undefined, { scope: within });
  }
}

document.body.classList.add("js-enabled", "govuk-frontend-supported");
wake(document);

// An answer from another address than was asked for is a page of its own: a match that was made, or
// the page to sign in. The browser goes there.
document.body.addEventListener("htmx:beforeSwap", (event) => {
  const { xhr, pathInfo } = event.detail;
  const asked = new URL(pathInfo.finalRequestPath, window.location.href);
  const answered = new URL(xhr.responseURL, window.location.href);
  if (answered.pathname !== asked.pathname) {
    event.detail.shouldSwap = false;
    window.location.assign(answered.href);
  }
});

// Whoever asked is led to the answer: the summary of errors takes the focus by itself.
document.body.addEventListener("htmx:afterSettle", (event) => {
  wake(event.detail.elt);
  const answer = event.detail.elt.querySelector("[data-answer]");
  if (answer && !event.detail.elt.querySelector(".govuk-error-summary")) {
    answer.focus();
  }
});

for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}
