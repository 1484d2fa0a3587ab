// SPDX-License-Identifier: MIT
//
// Values of a field, for completion.

import { useQuery } from "@tanstack/react-query";
import { get, withQuery } from "@/api/client";
import type { Values } from "@/api/ui";

const NO_VALUES: Values["values"] = [];

/** Values of a field with how often they occur; those of the shorter prefix until the others come. */
export function useValues(pid: string, field: string | undefined, prefix: string, range: string): Values["values"] {
  const path = withQuery(`api/ui/${pid}/values`, { field, prefix, range });
  const { data } = useQuery({
    queryKey: [path, field],
    queryFn: ({ signal }) => get<Values>(path, signal),
    enabled: field !== undefined,
    placeholderData: (previous, query) => (query?.queryKey[1] === field ? previous : undefined),
  });
  return data?.values ?? NO_VALUES;
}
