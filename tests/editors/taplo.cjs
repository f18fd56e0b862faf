// The language server of the TOML extension of VS Code (taplo), over stdin and stdout.
// Its catalogue of schemas would come from the network, which it has not got here.
const { TaploLsp } = require("@taplo/lsp");
const fs = require("fs");
const path = require("path");
const url = require("url");

const nothing = { fetch: () => Promise.reject(new Error("no network")), Headers, Request, Response };
const environment = {
  cwd: () => process.cwd(),
  envVar: (name) => process.env[name],
  envVars: () => Object.entries(process.env),
  fetch: nothing,
  findConfigFile: () => undefined,
  glob: () => [],
  isAbsolute: (file) => path.isAbsolute(file),
  now: () => new Date(),
  readFile: (file) => fs.promises.readFile(file),
  writeFile: (file, bytes) => fs.promises.writeFile(file, bytes),
  stderr: process.stderr,
  stdErrAtty: () => false,
  stdin: process.stdin,
  stdout: process.stderr,
  urlToFilePath: (one) => url.fileURLToPath(one),
};

function send(message) {
  const body = Buffer.from(JSON.stringify(message));
  process.stdout.write(`Content-Length: ${body.length}\r\n\r\n`);
  process.stdout.write(body);
}

(async () => {
  const server = await TaploLsp.initialize(environment, { onMessage: send });
  process.stdin.on("end", () => process.exit());
  let held = Buffer.alloc(0);
  process.stdin.on("data", (more) => {
    held = Buffer.concat([held, more]);
    for (;;) {
      const end = held.indexOf("\r\n\r\n");
      if (end < 0) return;
      const length = Number(/content-length: (\d+)/i.exec(held.subarray(0, end).toString())[1]);
      const begin = end + 4;
      if (held.length < begin + length) return;
      const message = JSON.parse(held.subarray(begin, begin + length).toString());
      held = held.subarray(begin + length);
      server.send(message);
    }
  });
})();
