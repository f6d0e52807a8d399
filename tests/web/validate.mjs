// Reads pages from standard input, a JSON object of names and texts, and prints what is wrong with their HTML.
import { HtmlValidate, StaticConfigLoader } from "../../web/node_modules/html-validate/dist/esm/index.js";

const chunks = [];
for await (const chunk of process.stdin) chunks.push(chunk);
const pages = JSON.parse(Buffer.concat(chunks).toString("utf8"));
const checker = new HtmlValidate(new StaticConfigLoader({ root: true, extends: ["html-validate:standard"] }));
for (const [name, text] of Object.entries(pages)) {
  const { results } = await checker.validateString(text, `${name}.html`);
  for (const { messages } of results)
    for (const { ruleId, message, line, column } of messages) console.log(`${name}:${line}:${column} ${ruleId}: ${message}`);
}
