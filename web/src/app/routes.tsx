// SPDX-License-Identifier: MIT
//
// Every address of the pages and the screen behind it. A feature's screen is a chunk of its own,
// loaded when it is first shown or a link to it is hovered; this is the only file that names features.
import { createRootRoute, createRoute, lazyRouteComponent, notFound, Outlet, redirect, type ErrorComponentProps } from "@tanstack/react-router";
import { lazy } from "react";
import { bootStore, findProject } from "@/api/boot";
import { load } from "@/lib/storage";
import { ErrorBox } from "@/ui/ErrorBox";
import { ToastLayer } from "@/ui/Toast";
import { TooltipLayer } from "@/ui/Tooltip";
import { NotFound } from "./Plain";
import { readSearch, type Search } from "./search";
import { Shell } from "./Shell";

const Problem = ({ error, reset }: ErrorComponentProps) => <ErrorBox error={error} onRetry={reset} />;

const root = createRootRoute({
  validateSearch: (raw: Record<string, unknown>): Search => readSearch(raw),
  notFoundComponent: NotFound,
  errorComponent: Problem,
  component: () => (
    <>
      <Outlet />
      <ToastLayer />
      <TooltipLayer />
    </>
  ),
});

/** The project that was open last, else the first one. */
function homeProject(): string | undefined {
  const boot = bootStore.get();
  const last = load("project");
  if (last && findProject(boot, last)) return last;
  return boot.orgs.find((org) => org.projects.length > 0)?.projects[0]?.id;
}

function requireUser(href: string): void {
  if (!bootStore.get().user) throw redirect({ to: "/sign-in", search: href === "/" ? {} : { next: href } });
}

const home = createRoute({
  getParentRoute: () => root,
  path: "/",
  beforeLoad: () => {
    requireUser("/");
    const pid = homeProject();
    throw pid ? redirect({ to: "/project/$pid/", params: { pid } }) : redirect({ to: "/welcome" });
  },
});

const signIn = createRoute({
  getParentRoute: () => root,
  path: "/sign-in",
  component: lazyRouteComponent(() => import("@/features/account/SignInScreen"), "SignInScreen"),
});
const signUp = createRoute({
  getParentRoute: () => root,
  path: "/sign-up",
  component: lazyRouteComponent(() => import("@/features/account/SignUpScreen"), "SignUpScreen"),
});
/** Where bookmarks of other deployments lead. */
const oldSignIn = createRoute({
  getParentRoute: () => root,
  path: "/auth/sign-in",
  beforeLoad: () => {
    throw redirect({ to: "/sign-in", replace: true });
  },
});
const oldSignUp = createRoute({
  getParentRoute: () => root,
  path: "/auth/sign-up",
  beforeLoad: () => {
    throw redirect({ to: "/sign-up", replace: true });
  },
});
const invite = createRoute({
  getParentRoute: () => root,
  path: "/invite/$token",
  component: lazyRouteComponent(() => import("@/features/account/InviteScreen"), "InviteScreen"),
});
const welcome = createRoute({
  getParentRoute: () => root,
  path: "/welcome",
  beforeLoad: () => requireUser("/"),
  component: lazyRouteComponent(() => import("@/features/account/WelcomeScreen"), "WelcomeScreen"),
});
const publicTrace = createRoute({
  getParentRoute: () => root,
  path: "/public/traces/$tid",
  component: lazyRouteComponent(() => import("@/features/trace/PublicTraceScreen"), "PublicTraceScreen"),
});
const findTrace = createRoute({
  getParentRoute: () => root,
  path: "/trace/$tid",
  beforeLoad: ({ location }) => requireUser(location.href),
  component: lazyRouteComponent(() => import("@/features/trace/FindTraceScreen"), "FindTraceScreen"),
});

const project = createRoute({
  getParentRoute: () => root,
  path: "/project/$pid",
  beforeLoad: ({ params, location }) => {
    requireUser(location.href);
    if (!findProject(bootStore.get(), params.pid)) throw notFound();
  },
  notFoundComponent: NotFound,
  component: Shell,
});
const overview = createRoute({
  getParentRoute: () => project,
  path: "/",
  component: lazyRouteComponent(() => import("@/features/overview/OverviewScreen"), "OverviewScreen"),
});

/** The list of traces with the trace page in its panel: the two do not know each other. */
async function tracesWithPeek() {
  const { TracesScreen } = await import("@/features/traces/TracesScreen");
  return { TracesRoute: () => <TracesScreen Peek={Peek} /> };
}
const Peek = lazy(() => import("@/features/trace/TracePeek").then(({ TracePeek }) => ({ default: TracePeek })));
const traces = createRoute({
  getParentRoute: () => project,
  path: "/traces",
  component: lazyRouteComponent(tracesWithPeek, "TracesRoute"),
});
const observations = createRoute({
  getParentRoute: () => project,
  path: "/observations",
  beforeLoad: ({ params }) => {
    throw redirect({ to: "/project/$pid/traces", params, search: { lens: "obs" }, replace: true });
  },
});
const trace = createRoute({
  getParentRoute: () => project,
  path: "/traces/$tid",
  component: lazyRouteComponent(() => import("@/features/trace/TraceScreen"), "TraceScreen"),
});
const sessions = createRoute({
  getParentRoute: () => project,
  path: "/sessions",
  component: lazyRouteComponent(() => import("@/features/sessions/SessionsScreen"), "SessionsScreen"),
});
const session = createRoute({
  getParentRoute: () => project,
  path: "/sessions/$sid",
  component: lazyRouteComponent(() => import("@/features/sessions/SessionScreen"), "SessionScreen"),
});
const users = createRoute({
  getParentRoute: () => project,
  path: "/users",
  component: lazyRouteComponent(() => import("@/features/users/UsersScreen"), "UsersScreen"),
});
const user = createRoute({
  getParentRoute: () => project,
  path: "/users/$uid",
  component: lazyRouteComponent(() => import("@/features/users/UserScreen"), "UserScreen"),
});
const settings = createRoute({
  getParentRoute: () => project,
  path: "/settings",
  beforeLoad: ({ params }) => {
    throw redirect({ to: "/project/$pid/settings/$page", params: { pid: params.pid, page: "project" }, replace: true });
  },
});
const settingsPage = createRoute({
  getParentRoute: () => project,
  path: "/settings/$page",
  component: lazyRouteComponent(() => import("@/features/settings/SettingsScreen"), "SettingsScreen"),
});

export const routeTree = root.addChildren([
  home, signIn, signUp, oldSignIn, oldSignUp, invite, welcome, publicTrace, findTrace,
  project.addChildren([overview, traces, observations, trace, sessions, session, users, user, settings, settingsPage]),
]);
