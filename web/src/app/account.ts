// SPDX-License-Identifier: MIT
//
// Signing in and out: what the boot data says changes, and with it what the router lets through.
import { bootStore, setBoot } from "@/api/boot";
import { BASE } from "@/api/base";
import { send } from "@/api/client";
import { queryClient } from "@/api/query";
import { toastError } from "@/ui/Toast";
import { get } from "@/api/client";
import type { Boot } from "@/api/ui";

/** Asks anew who is signed in and for which projects: after they changed. */
export async function refreshBoot(): Promise<void> {
  setBoot(await get<Boot>("api/ui/me"));
}

/** Signed out here: nothing of the person stays in this page's memory, so it is loaded anew. */
export function forget(): void {
  queryClient.clear();
  location.assign(new URL("sign-in", BASE));
}

export async function signOut(): Promise<void> {
  try {
    await send("POST", "api/ui/auth/sign-out");
    forget();
  } catch (problem) {
    toastError(problem);
  }
}

export const isSignedIn = (): boolean => bootStore.get().user !== undefined;
