// SPDX-License-Identifier: MIT
// What one page took: by its own clock from inside, what it loaded by its own list of resources.

const REST_MS = 700; // after the data stood: what comes late counts too

// Runs in the page before its scripts: when the data stood, how long the main thread was blocked, what moved.
function observe(ready) {
    window.__page = { blocked: 0, shift: 0 };
    new PerformanceObserver((list) => {
        for (const entry of list.getEntries()) window.__page.blocked += Math.max(0, entry.duration - 50);
    }).observe({ type: "longtask", buffered: true });
    new PerformanceObserver((list) => {
        for (const entry of list.getEntries()) if (!entry.hadRecentInput) window.__page.shift += entry.value;
    }).observe({ type: "layout-shift", buffered: true });
    const look = () => {
        if (!document.querySelector(ready)) return;
        window.__page.shown = performance.now();
        observer.disconnect();
    };
    const observer = new MutationObserver(look);
    observer.observe(document, { childList: true, subtree: true });
}

// Runs in the page at the end.
function account() {
    const [navigation] = performance.getEntriesByType("navigation");
    const resources = performance.getEntriesByType("resource").filter(({ name }) => !/^(data|blob):/.test(name));
    const sum = (entries, field) => entries.reduce((all, entry) => all + entry[field], 0);
    const { blocked, shift, shown } = window.__page;
    const first = resources.filter(({ startTime }) => startTime <= shown); // the rest comes when the page is idle
    const scripts = first.filter(({ name }) => name.endsWith(".js"));
    const data = first.filter(({ name }) => name.includes("/api/ui/") && !/\/live\b/.test(name));
    return {
        shown, blocked, shift,
        paint: performance.getEntriesByName("first-contentful-paint")[0]?.startTime ?? shown,
        requests: 1 + first.length,
        network: 1 + first.filter(({ transferSize }) => transferSize > 0).length,
        bytes: navigation.transferSize + sum(first, "transferSize"),
        later: sum(resources, "transferSize") - sum(first, "transferSize"),
        script: sum(scripts, "transferSize"),
        scriptRaw: sum(scripts, "decodedBodySize"),
        data: data.length,
        dataBytes: navigation.encodedBodySize + sum(data.filter(({ responseEnd }) => responseEnd <= shown), "encodedBodySize"),
        elements: document.querySelectorAll("*").length,
    };
}

async function heapOf(page) {
    const session = await page.context().newCDPSession(page);
    await session.send("HeapProfiler.collectGarbage");
    const { usedSize } = await session.send("Runtime.getHeapUsage");
    await session.detach();
    return usedSize;
}

// Opens `path` in a page of its own and says what it took; `ready` is an element of the data.
export async function opened(context, url, { path, ready }) {
    const page = await context.newPage();
    let outside = 0;
    page.on("request", (request) => {
        if (!request.url().startsWith(url) && !/^(data|blob):/.test(request.url())) outside++;
    });
    await page.addInitScript(observe, ready);
    await page.goto(url + path);
    await page.waitForFunction(() => window.__page.shown !== undefined);
    await page.waitForTimeout(REST_MS);
    const taken = { ...(await page.evaluate(account)), heap: await heapOf(page), outside };
    await page.close();
    return taken;
}

// Milliseconds from the event that `deed` causes to the first frame in which `done(argument)` holds.
export async function elapsed(page, event, deed, done, argument) {
    await page.evaluate(([type, code, given]) => {
        const holds = new Function(`return ${code}`)();
        window.__elapsed = new Promise((resolve) => {
            addEventListener(type, () => {
                const from = performance.now();
                const look = () => (holds(given) ? resolve(performance.now() - from) : requestAnimationFrame(look));
                requestAnimationFrame(look);
            }, { capture: true, once: true });
        });
    }, [event, String(done), argument]);
    await deed();
    return page.evaluate(() => window.__elapsed);
}

// Gaps between frames while a pane is scrolled, 120 px a frame.
export function scrollGaps(page, selector) {
    return page.evaluate(async (pane) => {
        const box = document.querySelector(pane);
        const gaps = [];
        let last = performance.now();
        for (let frame = 0; frame < 240; frame++) {
            box.scrollTop += 120;
            await new Promise(requestAnimationFrame);
            const now = performance.now();
            gaps.push(now - last);
            last = now;
        }
        gaps.sort((a, b) => a - b);
        return { p95: gaps[228], max: gaps[239] };
    }, selector);
}
