// SPDX-License-Identifier: MIT
//
// Which addresses in recorded content become links or pictures. Everything recorded is written by
// strangers: a link may lead to a page of the web or to a mail address, opens in a tab of its own and
// tells nothing about where it was clicked; a picture comes from the value itself or from this
// server's media route, never from elsewhere, because fetching it would report who reads the trace.

const WEB = new Set(["http:", "https:", "mailto:"]);
const PICTURE = /^data:image\/(png|jpeg|gif|webp|avif|bmp);base64,[A-Za-z0-9+/=\s]*$/i;
const SOUND = /^data:audio\/[a-z0-9.+-]+(;[a-z0-9=.+-]+)*;base64,[A-Za-z0-9+/=\s]*$/i;
const MEDIA_ROUTE = /^api\/(ui|public)\/(?:[\w.%-]+\/)*media\/[\w.%-]+$/;

function absolute(address: string): URL | undefined {
  try {
    return new URL(address); // without a base: what is relative to this page is no web address
  } catch {
    return undefined;
  }
}

/** The address of a link in recorded content, or undefined: then only its text is shown. */
export function safeLink(address: string | undefined): string | undefined {
  const url = address === undefined ? undefined : absolute(address.trim());
  if (!url || !WEB.has(url.protocol) || url.username !== "" || url.password !== "") return undefined;
  return url.href;
}

/** Whether `address` is this server's media route; `base` is the page's base address. */
function ownMedia(address: string, base: string): string | undefined {
  let url: URL;
  let root: URL;
  try {
    root = new URL(".", base);
    url = new URL(address, root);
  } catch {
    return undefined;
  }
  if (url.origin !== root.origin || !url.pathname.startsWith(root.pathname)) return undefined;
  if (url.pathname.includes("..") || url.search !== "") return undefined;
  return MEDIA_ROUTE.test(url.pathname.slice(root.pathname.length)) ? url.href : undefined;
}

export function safeImage(address: string | undefined, base: string): string | undefined {
  const given = address?.trim() ?? "";
  if (given === "") return undefined;
  return PICTURE.test(given) ? given : ownMedia(given, base);
}

export function safeAudio(address: string | undefined, base: string): string | undefined {
  const given = address?.trim() ?? "";
  if (given === "") return undefined;
  return SOUND.test(given) ? given : ownMedia(given, base);
}

// Characters that reorder or hide text (bidirectional controls, zero-width) can make a tool's name or
// a link look like another one.
const HIDDEN = /[\u061c\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]/g;

/** A name, address or other short label without characters that change how its surroundings read. */
export function plain(label: string): string {
  return label.replace(HIDDEN, "�");
}

/** Whether a text uses the notation that only Markdown explains; most texts do not. */
export function looksLikeMarkdown(text: string): boolean {
  return MARKDOWN.test(text);
}
const MARKDOWN =
  /^ {0,3}(#{1,6} \S|[-*+] \S|\d{1,9}[.)] \S|>|```|~~~|\|.*\|)|\*\*\S|__\S|`[^`]+`|\[[^\]]+\]\([^)]+\)|~~\S|(^|\s)\*\S[^*]*\*|https?:\/\//m;
