// VS Code's JSON language service on stdin and stdout: a request a line, an answer a line.
// { schema, text, offset, want: "complete" | "hover" | "validate" }
const { getLanguageService, TextDocument } = require("vscode-json-languageservice");
const fs = require("fs");
const readline = require("readline");

const services = new Map();

function serviceOf(schema) {
  if (!services.has(schema)) {
    const service = getLanguageService({ schemaRequestService: async () => fs.readFileSync(schema, "utf8") });
    service.configure({ schemas: [{ uri: "file:///specc-1.schema.json", fileMatch: ["*.specc.json"] }] });
    services.set(schema, service);
  }
  return services.get(schema);
}

async function answer({ schema, text, offset, want }) {
  const service = serviceOf(schema);
  const document = TextDocument.create("file:///a.specc.json", "json", 1, text);
  const tree = service.parseJSONDocument(document);
  const position = document.positionAt(offset ?? 0);
  if (want === "complete") return (await service.doComplete(document, position, tree)).items;
  if (want === "hover") return (await service.doHover(document, position, tree))?.contents ?? [];
  return service.doValidation(document, tree);
}

readline.createInterface({ input: process.stdin }).on("line", async (line) => {
  let said;
  try {
    said = { result: await answer(JSON.parse(line)) };
  } catch (error) {
    said = { error: String(error.stack) };
  }
  process.stdout.write(JSON.stringify(said) + "\n");
});
