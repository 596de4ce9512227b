// How this browser likes to see the page. No figure and no token is kept here.

const KEY = "sukjai.preferences";
const DEFAULTS = { language: "th", thaiDigits: false, theme: "system", scale: 1 };

export const preferences = { ...DEFAULTS, ...kept() };

function kept() {
  try {
    return JSON.parse(localStorage.getItem(KEY)) ?? {};
  } catch {
    return {};
  }
}

/** Keep a preference and let the page show it. */
export function prefer(changes) {
  Object.assign(preferences, changes);
  try {
    localStorage.setItem(KEY, JSON.stringify(preferences));
  } catch {
    // A browser that keeps nothing shows it until the page is left.
  }
  dress();
}

/** Let the document say its language and theme. */
export function dress() {
  const root = document.documentElement;
  root.lang = preferences.language;
  root.dataset.theme = preferences.theme;
}
