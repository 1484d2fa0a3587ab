// The first page: fills in this server's own address, makes the snippets copyable, and says whether
// the server answers. Everything works without it except these three: the page is plain HTML.

const base = new URL(".", document.baseURI).href.replace(/\/$/, "");
const HEALTH_EVERY_MS = 10_000;
const HEALTH_PATIENCE_MS = 5_000;

function fillAddresses(): void {
  for (const element of document.querySelectorAll("code")) {
    if (element.textContent.includes("RUSHLIGHT_URL") && element.children.length === 0) {
      element.textContent = element.textContent.replaceAll("RUSHLIGHT_URL", base);
    }
  }
}

// The clipboard API exists on https and localhost only; a selection can be copied anywhere.
async function copyText(code: HTMLElement): Promise<boolean> {
  if (navigator.clipboard !== undefined) {
    return navigator.clipboard.writeText(code.textContent).then(
      () => true,
      () => false,
    );
  }
  const selection = getSelection();
  selection?.selectAllChildren(code);
  const copied = document.execCommand("copy");
  selection?.removeAllRanges();
  return copied;
}

function makeCopyable(): void {
  for (const button of document.querySelectorAll<HTMLButtonElement>("button.copy")) {
    const code = button.parentElement?.querySelector("code");
    if (!code) continue;
    button.hidden = false;
    button.addEventListener("click", async () => {
      button.textContent = (await copyText(code)) ? "Copied" : "Select and copy by hand";
      setTimeout(() => (button.textContent = "Copy"), 1600);
    });
  }
}

function makeTabs(): void {
  const list = document.getElementById("tabs");
  const panels = [...document.querySelectorAll<HTMLElement>("[data-tab]")];
  if (!list) return;
  const tabs = panels.map((panel, index) => {
    const tab = document.createElement("button");
    tab.type = "button";
    tab.role = "tab";
    tab.id = `tab-${index}`;
    tab.textContent = panel.dataset["tab"] ?? "";
    panel.id = `panel-${index}`;
    panel.role = "tabpanel";
    panel.setAttribute("aria-labelledby", tab.id);
    tab.setAttribute("aria-controls", panel.id);
    return tab;
  });
  const show = (chosen: number): void => {
    tabs.forEach((tab, index) => {
      tab.ariaSelected = String(index === chosen);
      tab.tabIndex = index === chosen ? 0 : -1;
    });
    panels.forEach((panel, index) => (panel.hidden = index !== chosen));
  };
  tabs.forEach((tab, index) => {
    tab.addEventListener("click", () => show(index));
    tab.addEventListener("keydown", (event) => {
      const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
      if (step === undefined) return;
      const next = (index + step + tabs.length) % tabs.length;
      show(next);
      tabs[next]?.focus();
    });
  });
  list.append(...tabs);
  list.hidden = false;
  show(0);
}

type Health = { state: "ok" | "bad"; text: string };

async function askHealth(): Promise<Health> {
  try {
    const answer = await fetch(`${base}/api/public/health`, {
      cache: "no-store",
      signal: AbortSignal.timeout(HEALTH_PATIENCE_MS),
    });
    const body = (await answer.json()) as { status?: string; version?: string };
    if (answer.ok) return { state: "ok", text: `server ok · API ${body.version ?? "?"}` };
    return { state: "bad", text: `server says: ${body.status ?? answer.status}` };
  } catch {
    return { state: "bad", text: "server does not answer" };
  }
}

async function watchHealth(): Promise<void> {
  const status = document.getElementById("status");
  const text = document.getElementById("status-text");
  if (!status || !text) return;
  const health = await askHealth();
  status.dataset["state"] = health.state;
  if (text.textContent !== health.text) text.textContent = health.text;
  setTimeout(() => void watchHealth(), HEALTH_EVERY_MS);
}

fillAddresses();
makeCopyable();
makeTabs();
void watchHealth();
