// SPDX-License-Identifier: MIT
import { useNavigate, useRouter } from "@tanstack/react-router";
import { setBoot } from "@/api/boot";
import type { Boot } from "@/api/ui";

/** Only an address of our own pages is gone to after signing in. */
export const safeNext = (next: string | undefined): string =>
  next && /^\/(?![/\\])/.test(next) ? next : "/";

/** Goes on as the person that `boot` names. */
export function useEnter(): (boot: Boot, next?: string) => Promise<void> {
  const navigate = useNavigate();
  const router = useRouter();
  return async (boot, next) => {
    setBoot(boot);
    await router.invalidate();
    await navigate({ href: safeNext(next), replace: true });
  };
}
