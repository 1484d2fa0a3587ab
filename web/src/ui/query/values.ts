// SPDX-License-Identifier: MIT
//
// Values of a field, for completion.

import { useQuery } from "@tanstack/react-query";
import { get, withQuery } from "@/api/client";
import type { Values } from "@/api/ui";

const NO_VALUES: Values["values"] = [];

/** Values of a field with how often they occur; until they come, what fits of the shorter prefix's. */
export function useValues(pid: string, field: string | undefined, prefix: string, range: string): Values["values"] {
  const path = withQuery(`api/ui/${pid}/values`, { field, prefix, range });
  const { data } = useQuery({
    queryKey: [path, field],
    queryFn: ({ signal }) => get<Values>(path, signal),
    enabled: field !== undefined,
    placeholderData: (previous, query) => (query?.queryKey[1] === field ? previous : undefined),
  });
  const wanted = prefix.toLowerCase();
  return data?.values.filter(({ value }) => value.toLowerCase().includes(wanted)) ?? NO_VALUES;
}
