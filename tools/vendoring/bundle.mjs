// Three bundles cut to what the console uses; beside them which packages are inside, their licences and hashes.
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { build } from "esbuild";

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
