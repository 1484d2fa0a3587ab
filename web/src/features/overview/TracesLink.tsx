// SPDX-License-Identifier: MIT
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { useProject } from "@/app/project";
import { useSearchState } from "@/app/search";

interface Props {
  q?: string | undefined;
  sort?: string | undefined;
  children: ReactNode;
  className?: string;
}

/** To the traces behind a figure: the same range, its filter in the query box. */
export function TracesLink({ q, sort, children, className }: Props) {
  const { id: pid } = useProject();
  const [{ range, q: own }] = useSearchState();
  const both = [own, q].filter(Boolean).join(" ");
  const search = { ...(both ? { q: both } : {}), ...(range ? { range } : {}), ...(sort ? { sort } : {}) };
  return <Link to="/project/$pid/traces" params={{ pid }} search={search} className={className}>{children}</Link>;
}
