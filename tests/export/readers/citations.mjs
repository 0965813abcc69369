// Reads a file of citations as citation-js does and prints what it understood, as CSL-JSON.
import fs from "node:fs";
import { Cite } from "@citation-js/core";
import "@citation-js/plugin-bibtex";
import "@citation-js/plugin-csl";
import "@citation-js/plugin-ris";

const [file, type] = process.argv.slice(2);
const read = new Cite(fs.readFileSync(file, "utf8"), { forceType: type });
console.log(JSON.stringify(read.data));
