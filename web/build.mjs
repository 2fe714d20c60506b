// Bundles the playground: sources in graphiql/, gzip files in dist/, which the program embeds.
// Every file but the page carries the hash of its contents in its name, so that browsers may keep it for ever.
import { readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { createHash } from "node:crypto";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";

process.chdir(fileURLToPath(new URL(".", import.meta.url)));
const DIST = "dist", ADDRESS = "/graphiql/", PAGE = "index.html", KEPT = ".gitignore";

// One build for the page and the workers, so that what they share is there once.
const { outputFiles, metafile } = await build({
  entryPoints: {
    main: "graphiql/main.jsx",
    "editor.worker": "monaco-editor/esm/vs/editor/editor.worker.js",
    "json.worker": "monaco-editor/esm/vs/language/json/json.worker.js",
    "graphql.worker": "monaco-graphql/esm/graphql.worker.js",
  },
  bundle: true,
  splitting: true,
  minify: true,
  format: "esm",
  target: "es2022",
  jsx: "automatic",
  define: { "process.env.NODE_ENV": '"production"' },
  loader: { ".ttf": "file" },
  // One copy of graphql, also for packages that `require` it: types of two copies do not know each other.
  mainFields: ["module", "main"],
  // The old names lead to CommonJS, which loses its exports when it is loaded later.
  alias: { "prettier/parser-babel": "prettier/plugins/babel", "prettier/parser-graphql": "prettier/plugins/graphql" },
  // For subscriptions over WebSockets, which the server does not have.
  external: ["graphql-ws"],
  legalComments: "none", // licences.txt has them in full.
  entryNames: "[name]-[hash]",
  chunkNames: "[name]-[hash]",
  assetNames: "[name]-[hash]",
  outdir: DIST,
  publicPath: ADDRESS,
  metafile: true,
  write: false,
  logLevel: "warning",
});

// The styles of scripts that are loaded later are in the page's own already.
const used = ({ path }) => !path.endsWith(".css") || basename(path).startsWith("main-");
const files = new Map(outputFiles.filter(used).map((file) => [basename(file.path), file.contents]));
addHashed("licences.txt", licences(Object.keys(metafile.inputs)));
files.set(PAGE, page());
publish();
report();

function addHashed(name, text) {
  const hash = createHash("sha256").update(text).digest("hex").slice(0, 8).toUpperCase();
  files.set(name.replace(/\.\w+$/, (extension) => `-${hash}${extension}`), Buffer.from(text));
}

// The licences of the packages that are in the bundle, which ask to go wherever their code goes.
function licences(inputs) {
  const folders = new Set(inputs.map((path) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(path)?.[0]).filter(Boolean));
  return [...folders].sort().map((folder) => {
    const { name, version, license } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
    const texts = readdirSync(folder).filter((file) => /^(licen[cs]e|notice|thirdparty)/i.test(file)).sort();
    return [`${name} ${version} (${license})`, ...texts.map((file) => readFileSync(join(folder, file), "utf8").trim())].join("\n\n");
  }).join(`\n\n${"-".repeat(80)}\n\n`) + "\n";
}

// The page, with the address of each file that it names.
function page() {
  const html = readFileSync(`graphiql/${PAGE}`, "utf8").replace(/%([a-z.]+\.(?:js|css|txt))%/g, (_, name) => {
    const [, stem, extension] = /^(.*)(\.\w+)$/.exec(name);
    const found = [...files.keys()].filter((file) => file.startsWith(stem + "-") && file.endsWith(extension));
    if (found.length !== 1) throw new Error(`${PAGE} names ${name}, and the build made ${found.length} of it`);
    return ADDRESS + found[0];
  });
  return Buffer.from(html);
}

// Nothing is written before everything is built; the page comes after what it needs, and old files go last.
function publish() {
  const names = [...files.keys()].sort((a, b) => (a === PAGE) - (b === PAGE));
  for (const name of names) {
    const packed = gzipSync(files.get(name), { level: 9 });
    packed[9] = 255; // The header's byte for the system, which would differ from one to another.
    writeFileSync(`${DIST}/${name}.gz.new`, packed);
    renameSync(`${DIST}/${name}.gz.new`, `${DIST}/${name}.gz`);
  }
  for (const old of readdirSync(DIST)) {
    if (old !== KEPT && !files.has(old.replace(/\.gz$/, ""))) rmSync(`${DIST}/${old}`, { recursive: true });
  }
}

function report() {
  let raw = 0, packed = 0;
  for (const [name, contents] of files) {
    raw += contents.length;
    packed += readFileSync(`${DIST}/${name}.gz`).length;
  }
  console.log(`${files.size} files in web/${DIST}: ${(raw / 1e6).toFixed(2)} MB, ${(packed / 1e6).toFixed(2)} MB as gzip`);
}
