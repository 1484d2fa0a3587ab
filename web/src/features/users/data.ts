// SPDX-License-Identifier: MIT
import { withQuery } from "@/api/client";

export const userPath = (pid: string, uid: string, range: string | undefined): string =>
  withQuery(`api/ui/${pid}/users/${encodeURIComponent(uid)}`, { range });
