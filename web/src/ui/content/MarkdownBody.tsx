// SPDX-License-Identifier: MIT
//
// Markdown as React elements. Raw HTML in it stays text, addresses pass the rules of safe.ts: a link
// that does not is shown as its text, a picture from elsewhere as a line that says so.

import type { ComponentPropsWithoutRef } from "react";
import ReactMarkdown, { type Components } from "react-markdown";
import remarkGfm from "remark-gfm";
import { safeImage, safeLink } from "./safe";
import { t } from "@/lib/i18n";

function Link({ href, children }: ComponentPropsWithoutRef<"a">) {
  const address = safeLink(href);
  if (address === undefined) return <span>{children}</span>;
  return (
    <a href={address} target="_blank" rel="noopener noreferrer nofollow" referrerPolicy="no-referrer" title={address}>
      {children}
    </a>
  );
}

function Picture({ src, alt }: ComponentPropsWithoutRef<"img">) {
  const address = safeImage(typeof src === "string" ? src : undefined, document.baseURI);
  if (address !== undefined) return <img src={address} alt={alt ?? ""} loading="lazy" />;
  return (
    <span className="rt-note">
      {t("Picture not loaded: {name}", { name: alt || "–" })}
    </span>
  );
}

function Table({ children }: ComponentPropsWithoutRef<"table">) {
  return (
    <div className="rt-scroll">
      <table>{children}</table>
    </div>
  );
}

// Headings of a message must not stand in the page's own outline.
function heading(level: number) {
  return ({ children }: { children?: React.ReactNode }) => <p className={`rt-h${Math.min(level, 4)}`}>{children}</p>;
}

const COMPONENTS: Components = {
  a: Link,
  img: Picture,
  table: Table,
  h1: heading(1),
  h2: heading(2),
  h3: heading(3),
  h4: heading(4),
  h5: heading(5),
  h6: heading(6),
};
const PLUGINS = [remarkGfm];
const asWritten = (address: string) => address; // judged by Link and Picture

export default function MarkdownBody({ text }: { text: string }) {
  return (
    <div className="rt-prose">
      <ReactMarkdown remarkPlugins={PLUGINS} components={COMPONENTS} urlTransform={asWritten}>
        {text}
      </ReactMarkdown>
    </div>
  );
}
