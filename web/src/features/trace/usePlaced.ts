// SPDX-License-Identifier: MIT
//
// What of a trace is shown, from the address and to it.

import { useNavigate } from "@tanstack/react-router";
import { useSearchState } from "@/app/search";
import { readView, type Placed } from "./place";

export function usePlaced(pid: string | undefined): Placed {
  const [search, setSearch] = useSearchState();
  const navigate = useNavigate();
  return {
    place: { view: readView(search.view), obs: search.obs, q: search.q ?? "" },
    set: ({ view, obs, q }, push = false) =>
      setSearch(
        {
          ...(view === undefined ? {} : { view: view === "waterfall" ? undefined : view }),
          ...(obs === undefined ? {} : { obs }),
          ...(q === undefined ? {} : { q: q === "" ? undefined : q }),
        },
        { replace: !push },
      ),
    toTrace: (tid) => {
      if (pid === undefined) return;
      void navigate({ to: "/project/$pid/traces/$tid", params: { pid, tid }, search: search.view === undefined ? {} : { view: search.view } });
    },
    link: () => location.href,
  };
}
