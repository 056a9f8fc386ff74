// Three bundles cut to what the console uses; beside them which packages are inside, their licences and hashes.
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { build } from "esbuild";

/**
 * lit-html 3.3.3 leaves the end marker of every row that `repeat` removes: one comment more in the document for each
 * message of the hot line, for as long as a wall display runs. Here the marker goes with its row
 * (tests/browser/test_console_day.py counts the nodes). Fails where a new version is written otherwise: look then.
 */
const removesEndMarkers = {
  name: "removes-end-markers",
  setup(bundler) {
    bundler.onLoad({ filter: /lit-html\/directive-helpers\.js$/ }, ({ path }) => {
      const before = readFileSync(path, "utf8");
      const contents = before.replace(/([a-z])=>\{\1\._\$AR\(\),\1\._\$AA\.remove\(\)\}/, "$1=>{$1._$AR(),$1._$AA.remove(),$1._$AB.remove()}");
      if (contents === before) throw new Error(`${path}: removePart is not as it was; does it still leave its marker?`);
      return { contents, loader: "js" };
    });
  },
};

mkdirSync("out", { recursive: true });
const packages = new Map();
const files = {};
for (const name of ["ol", "lit", "fluent"]) {
  const made = await build({
    entryPoints: [`${name}.mjs`],
    outfile: `out/${name}.js`,
    bundle: true,
    format: "esm",
    minify: true,
    target: "es2022",
    legalComments: "none",
    metafile: true,
    plugins: [removesEndMarkers],
  });
  const data = readFileSync(`out/${name}.js`);
  files[`${name}.js`] = { sha256: createHash("sha256").update(data).digest("hex"), bytes: data.length };
  const used = Object.entries(Object.values(made.metafile.outputs)[0].inputs);
  for (const [input, { bytesInOutput }] of used) {
    const found = /node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(input);
    if (found && bytesInOutput > 0) packages.set(found[1], JSON.parse(readFileSync(`node_modules/${found[1]}/package.json`)));
  }
}
const texts = [];
for (const [name, { version, license }] of [...packages].sort()) {
  const folder = `node_modules/${name}`;
  const file = readdirSync(folder).find((one) => /^(licen[cs]e|copying)/i.test(one));
  texts.push(`${name} ${version} (${license})\n\n${file ? readFileSync(`${folder}/${file}`, "utf8").trim() : "see its package"}\n`);
}
writeFileSync("out/LICENCES.txt", texts.join("\n" + "-".repeat(80) + "\n\n"));
const listed = Object.fromEntries([...packages].sort().map(([name, { version, license }]) => [name, { version, license }]));
writeFileSync("out/vendor.json", JSON.stringify({ files, packages: listed }, null, 2) + "\n");
writeFileSync("out/ol.css", readFileSync("node_modules/ol/ol.css"));
for (const name of ["ol", "lit", "fluent"]) writeFileSync(`out/${name}.d.ts`, readFileSync(`${name}.d.ts`));
