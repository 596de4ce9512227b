// Numbers, money and days as people in Thailand read them: years of the Buddhist era, Thai digits on request.

import { preferences } from "./preferences.js";

const THAI_DIGITS = "๐๑๒๓๔๕๖๗๘๙";
const ERA = 543;
const LOCALES = { th: "th-TH-u-ca-gregory-nu-latn", en: "en-GB" };
const number = new Intl.NumberFormat("en-GB");
const decimal = new Intl.NumberFormat("en-GB", { minimumFractionDigits: 1, maximumFractionDigits: 1 });

/** The text with Thai digits where they are wished for. */
export function digits(text) {
  return preferences.thaiDigits && preferences.language === "th" ? text.replace(/[0-9]/g, (digit) => THAI_DIGITS[digit]) : text;
}

function known(value) {
  return value !== null && value !== undefined;
}

/** A whole number; null stands for a count that is not shown. */
export function count(value) {
  return known(value) ? digits(number.format(value)) : "–";
}

/** The part of the whole; null where either is not shown, or the whole is nothing. */
export function share(part, whole) {
  return known(part) && whole ? part / whole : null;
}

/** The share in percent to one place. */
export function percent(part, whole) {
  const found = share(part, whole);
  return found === null ? "–" : digits(`${decimal.format(100 * found)}%`);
}

/** Money in whole baht. */
export function baht(satang) {
  return known(satang) ? digits(number.format(Math.round(satang / 100))) : "–";
}

/** `5 กุมภาพันธ์ 2561`, `5 February 2561 B.E.` of an ISO day or moment. */
export function day(iso) {
  const [year, month, date] = parts(iso);
  return withEra(`${date} ${monthName(year, month, "long")}`, year);
}

/** `ก.พ. 2561` of an ISO month. */
export function month(iso, length = "short") {
  const [year, number] = parts(iso);
  return withEra(monthName(year, number, length), year);
}

/** Day, month and time of a moment in Thailand, as the service wrote it. */
export function moment(iso) {
  return `${day(iso)} ${digits(iso.slice(11, 16))}${preferences.language === "th" ? " น." : ""}`;
}

function withEra(text, year) {
  // The measure is of B.E. 2561 and after, where years begin in January.
  return digits(preferences.language === "th" ? `${text} ${year + ERA}` : `${text} ${year + ERA} B.E.`);
}

function parts(iso) {
  return iso.slice(0, 10).split("-").map(Number);
}

function monthName(year, month, length) {
  return new Intl.DateTimeFormat(LOCALES[preferences.language], { month: length, timeZone: "UTC" }).format(Date.UTC(year, month - 1, 15));
}
