// Both playgrounds in a browser whose network is cut off but for the server: GraphiQL at /graphiql, the small page at /graphiql/small.
// DATELINE_URL is a running server with the demonstration dataset; CHROMIUM may name the browser.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync } from "node:fs";
import { after, before, describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";
import { EXAMPLES } from "../../web/playground/examples.js";

const SERVER = new URL(process.env.DATELINE_URL ?? "http://127.0.0.1:8080").origin;
const OUT = fileURLToPath(new URL("out/", import.meta.url));
const CLOSURE = "Closure of the crossings between Pakistan and Afghanistan, October 2025";
const PATIENCE = 20_000; // Milliseconds.
const NAMES = EXAMPLES.map(({ query }) => /^query (\w+)/.exec(query)?.[1]);

const program = findChromium();
const skip = !program && !process.env.CI && "there is no Chromium here; CHROMIUM may name one";

describe("the examples", () => {
  test("each is named, once", () => {
    assert.ok(NAMES.every(Boolean), "GraphiQL names its tabs after the operations");
    assert.equal(new Set(NAMES).size, EXAMPLES.length);
  });
  for (const { name, query } of EXAMPLES) {
    test(`“${name}” has an answer`, async () => {
      const answer = await fetch(`${SERVER}/graphql`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ query }),
      });
      const { data, errors } = await answer.json();
      assert.equal(errors, undefined);
      const [first] = Object.values(data);
      assert.ok(first, "the record is there");
      const lists = Object.values(first).flatMap((field) => (Array.isArray(field) ? [field] : Array.isArray(field?.nodes) ? [field.nodes] : []));
      assert.ok(lists.length && lists.every((list) => list.length), "no list of the answer is empty");
    });
  }
});

let browser;
describe("in a browser", { skip }, () => {
  before(async () => {
    assert.ok(program, "there is no Chromium: install one, or name it in CHROMIUM");
    mkdirSync(OUT, { recursive: true });
    browser = await chromium.launch({
      executablePath: program,
      args: [
        "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync",
        "--disable-background-networking", "--disable-component-update",
        // Below the routes of `open`: whatever they did not see finds no other host either.
        `--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE ${new URL(SERVER).hostname}`,
      ],
    });
  });
  after(() => browser?.close());

  describe("GraphiQL", () => {
    before(async () => {
      const page = await (await fetch(`${SERVER}/graphiql`)).text();
      assert.ok(page.includes('id="graphiql"'),
        "the server has the small page alone: run `npm ci && npm run build` in web/, then build the program again");
    });

    test("opens with the walk, and the closures of Torkham are a click away", visit("/graphiql", async (page) => {
      assert.match(await page.title(), /Dateline/);
      assert.deepEqual(await page.getByRole("tab").allInnerTexts(), NAMES);
      assert.equal(await chosenTab(page), NAMES[0]);
      assert.ok((await shown(page, ".graphiql-query-editor")).startsWith(squeeze(EXAMPLES[0].query)));
      assert.ok((await execute(page)).includes(squeeze(CLOSURE)));
      await page.setViewportSize({ width: 1440, height: 900 });
      await page.screenshot({ path: `${OUT}graphiql.png` });
    }));

    test("its workers find faults in queries and variables", visit(linkTo({ query: "{ nobody }", variables: "{ slug }" }), async (page) => {
      const workers = () => page.workers().map((worker) => /([a-z]+)\.worker-/.exec(worker.url())?.[1]).sort();
      await page.locator(".graphiql-query-editor .squiggly-error").first().waitFor();
      await page.locator(".graphiql-editor-tool .squiggly-error").first().waitFor();
      assert.deepEqual(workers(), ["editor", "graphql", "json"]);
    }));

    test("runs the other tabs", visit("/graphiql", async (page) => {
      for (const name of NAMES.slice(1)) {
        await page.getByRole("tab", { name }).click();
        assert.equal(await chosenTab(page), name);
        const answer = await execute(page);
        assert.ok(answer.startsWith('{"data":{') && !answer.includes('"errors":'), answer.slice(0, 300));
      }
    }));

    const named = "query Named($slug: String!) {\n  borderCrossing(slug: $slug) { name }\n}";
    const link = linkTo({ query: named, variables: '{ "slug": "torkham" }' });
    test("opens the query of the address in front, beside the other tabs", visit(link, async (page) => {
      const answer = '{"data":{"borderCrossing":{"name":"Torkham"}}}';
      assert.equal(await chosenTab(page), "Named");
      assert.equal(await page.getByRole("tab").count(), NAMES.length + 1);
      assert.equal(await execute(page), answer);

      // Now the browser remembers tabs; another link comes in front of those.
      await page.waitForFunction(() => localStorage.getItem("graphiql:tabState")?.includes("Named"));
      await goTo(page, link.replaceAll("Named", "Again"));
      assert.equal(await chosenTab(page), "Again");
      assert.equal(await page.getByRole("tab").count(), NAMES.length + 2);
      assert.equal(await execute(page), answer);
    }));

    test("keeps the query of the address in front when opened without it", visit("/graphiql", async (page) => {
      const again = async (query) => {
        await page.waitForFunction((query) => localStorage.getItem("graphiql:tabState")?.includes(JSON.stringify(query)), query);
        await goTo(page, "/graphiql");
        assert.equal(await chosenTab(page), "Named");
        assert.equal(await page.getByRole("tab").count(), NAMES.length + 1);
        assert.equal(await shown(page, ".graphiql-query-editor"), squeeze(query));
        assert.equal(await execute(page), '{"data":{"borderCrossing":{"name":"Torkham"}}}'); // With the variables, too.
      };
      await page.waitForFunction(() => localStorage.getItem("graphiql:tabState"));
      await goTo(page, link);
      await again(named);
      await write(page, " # edited");
      await again(`${named} # edited`);
    }));

    const two = 'query One { event(slug: "none") { id } }\nquery Two { borderCrossing(slug: "torkham") { name } }';
    test("chooses the operation of the address", visit(linkTo({ query: two, operationName: "Two" }), async (page) => {
      await page.getByRole("tab", { name: "Two" }).waitFor();
      await page.locator(".graphiql-query-editor textarea").first().focus();
      assert.ok((await execute(page, () => page.keyboard.press("Control+Enter"))).includes('"name":"Torkham"'));
    }));

    for (const operationName of ["", "Nobody"]) {
      const path = linkTo({ query: two.split("\n")[0], operationName });
      test(`runs the query of an address with the operation “${operationName}”, which it does not have`, visit(path, async (page) => {
        assert.equal(await execute(page), '{"data":{"event":null}}');
        // Nor does the cursor leave what is being written, should that have the name in the end.
        await write(page, "query Nobody { datasets { slug");
        await page.waitForFunction(() => localStorage.getItem("graphiql:tabState")?.includes("Nobody"));
        await page.keyboard.type(" name");
        await until(async () => (await shown(page, ".graphiql-query-editor", (text) => text)).includes("slug name"), "the rest",
          () => shown(page, ".graphiql-query-editor"));
      }));
    }

    test("copies a link that opens the same query", visit("/graphiql", async (page, context) => {
      await context.grantPermissions(["clipboard-read", "clipboard-write"], { origin: SERVER });
      await page.getByRole("tab", { name: NAMES[1] }).click();
      await page.getByRole("button", { name: "Copy a link" }).click();
      await page.getByRole("button", { name: "The link is" }).waitFor();
      const link = new URL(await page.evaluate(() => navigator.clipboard.readText()));
      assert.equal(link.origin + link.pathname, `${SERVER}/graphiql`);
      assert.equal(link.searchParams.get("query"), EXAMPLES[1].query);
    }));

    test("tidies a query", visit(linkTo({ query: "query   Untidy{datasets{slug}}" }), async (page) => {
      await page.getByRole("button", { name: "Prettify" }).click();
      const tidy = async () => (await shown(page, ".graphiql-query-editor", (text) => text)).trim();
      await until(async () => (await tidy()).startsWith("query Untidy {\n"), "a tidy query", tidy);
    }));

    test("shows the reference, the history and the explorer", visit("/graphiql", async (page) => {
      const pane = page.locator(".graphiql-plugin");
      await execute(page);
      await page.getByRole("button", { name: "Show Documentation Explorer" }).click();
      await pane.getByText("BorderCrossing", { exact: true }).click();
      await pane.getByText("closures", { exact: true }).waitFor();
      await page.getByRole("button", { name: "Show History" }).click();
      await pane.getByText(NAMES[0]).waitFor();
      await page.getByRole("button", { name: "Show GraphiQL Explorer" }).click();
      await pane.getByText("borderCrossing", { exact: true }).waitFor();
      await page.setViewportSize({ width: 1440, height: 900 });
      await page.screenshot({ path: `${OUT}graphiql-explorer.png` });
    }));

    test("is dark where the system is", visit("/graphiql", async (page) => {
      await execute(page);
      const brightness = await page.evaluate(() =>
        Math.max(...getComputedStyle(document.querySelector(".graphiql-container")).backgroundColor.match(/\d+/g).slice(0, 3)));
      assert.ok(brightness < 100, `the background's brightest channel is ${brightness}`);
      await page.setViewportSize({ width: 900, height: 900 });
      await page.screenshot({ path: `${OUT}graphiql-dark.png` });
    }, { colorScheme: "dark" }));
  });

  test("the small page runs its first query", visit("/graphiql/small", async (page) => {
    assert.deepEqual(await page.locator("#examples button").allInnerTexts(), EXAMPLES.map(({ name }) => name));
    await page.getByRole("button", { name: "Run", exact: true }).click();
    await page.locator("#result").getByText(CLOSURE).waitFor();
    await page.setViewportSize({ width: 1440, height: 900 });
    await page.screenshot({ path: `${OUT}small.png` });
  }));
});

// A test on a page of its own, with nothing remembered; it fails too if anything goes wrong there or another host is asked.
function visit(path, body, options) {
  return async () => {
    const context = await browser.newContext({ viewport: { width: 1440, height: 3000 }, ...options });
    const elsewhere = [], faults = [];
    try {
      await context.route("**/*", (route) => {
        const { protocol, origin } = new URL(route.request().url());
        if (origin === SERVER || protocol === "data:" || protocol === "blob:") return route.continue();
        elsewhere.push(route.request().url());
        return route.abort();
      });
      await context.addInitScript(() => addEventListener("securitypolicyviolation", (event) =>
        console.error(`the policy forbids ${event.violatedDirective}: ${event.blockedURI}`)));
      const page = await context.newPage();
      page.setDefaultTimeout(PATIENCE);
      // Warnings count, too: the editor warns when it cannot have a worker and goes on without.
      page.on("console", (message) => ["error", "warning"].includes(message.type()) && faults.push(message.text()));
      page.on("pageerror", (error) => faults.push(String(error)));
      page.on("requestfailed", (request) => {
        const reason = request.failure()?.errorText;
        if (reason !== "net::ERR_ABORTED") faults.push(`${request.url()}: ${reason}`); // Leaving a page aborts what it waits for.
      });
      page.on("response", (response) => response.status() >= 400 && faults.push(`${response.url()}: ${response.status()}`));
      await goTo(page, path);
      await body(page, context);
      assert.deepEqual({ elsewhere, faults }, { elsewhere: [], faults: [] }, "no other host is asked, and nothing goes wrong on the page");
    } finally {
      await context.close();
    }
  };
}

async function goTo(page, path) {
  await page.goto(SERVER + path);
  if (!path.includes("/small")) await page.locator(".graphiql-query-editor .view-line").first().waitFor();
}

function linkTo(query) {
  return "/graphiql?" + new URLSearchParams(query);
}

// Runs the query in front and gives the answer as it is shown, without white space.
async function execute(page, start = () => page.getByRole("button", { name: "Execute query" }).click()) {
  const [response] = await Promise.all([
    // The schema is asked for at the same address, and its answer may come in between.
    page.waitForResponse((response) => response.url() === `${SERVER}/graphql`
      && response.request().postDataJSON()?.operationName !== "IntrospectionQuery"),
    start(),
  ]);
  const whole = squeeze(JSON.stringify(await response.json()));
  // The editor draws the lines in view alone, so that of a long answer the beginning is compared.
  const drawn = async () => {
    const text = await shown(page, ".result-window");
    return text.length > 100 || text.length === whole.length ? text : "";
  };
  await until(async () => (await drawn()) && whole.startsWith(await drawn()), "the answer on the page", drawn);
  return drawn();
}

// Writes at the end of the query in front.
async function write(page, text) {
  await page.locator(".graphiql-query-editor textarea").first().focus();
  await page.keyboard.press("ControlOrMeta+End");
  await page.keyboard.type(text);
}

// The text of an editor; its lines stand in the document in no order.
async function shown(page, editor, form = squeeze) {
  const text = await page.locator(`${editor} .view-lines`).first().evaluate((lines) =>
    [...lines.children].sort((a, b) => parseFloat(a.style.top) - parseFloat(b.style.top)).map((line) => line.textContent).join("\n"));
  return form(text.replaceAll("\u00a0", " "));
}

function squeeze(text) {
  return text.replace(/\s+/g, "");
}

async function chosenTab(page) {
  return (await page.locator('[role="tab"][aria-selected="true"]').innerText()).trim();
}

async function until(condition, what, state) {
  for (const end = Date.now() + PATIENCE; !(await condition()); ) {
    if (Date.now() > end) assert.fail(`waited in vain for ${what}; there is: ${JSON.stringify(await state())?.slice(0, 500)}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

function findChromium() {
  const mac = ["Google Chrome", "Chromium"].map((name) => `/Applications/${name}.app/Contents/MacOS/${name}`);
  const onPath = ["chromium", "chromium-browser", "google-chrome"].map((name) => {
    try { return execFileSync("/bin/sh", ["-c", `command -v ${name}`], { encoding: "utf8" }).trim(); } catch { return ""; }
  });
  return [process.env.CHROMIUM, ...onPath, ...mac].find((path) => path && existsSync(path));
}
