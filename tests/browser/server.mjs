// The generated application as a process: started and stopped as often as a test likes.

import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { createServer } from "node:net";

const START_MS = 20000;

function freePort() {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once("error", reject);
    probe.listen(0, "127.0.0.1", () => {
      const { port } = probe.address();
      probe.close(() => resolve(port));
    });
  });
}

export class Server {
  static async prepare(directory, database) {
    const server = new Server();
    server.directory = directory;
    server.database = database;
    server.port = await freePort();
    server.url = `http://127.0.0.1:${server.port}`;
    return server;
  }

  async start() {
    this.output = "";
    // As the README says.
    const start = existsSync(`${this.directory}/manage.py`) ? ["manage.py", "serve"] : ["-m", "app"];
    this.process = spawn(".venv/bin/python", start, {
      cwd: this.directory,
      env: { ...process.env, PORT: String(this.port), DATABASE: this.database },
      stdio: ["ignore", "pipe", "pipe"],
    });
    this.ended = new Promise((resolve) => this.process.once("exit", resolve));
    for (const stream of [this.process.stdout, this.process.stderr]) {
      stream.on("data", (text) => {
        this.output += text;
      });
    }
    const deadline = Date.now() + START_MS;
    for (;;) {
      try {
        await fetch(this.url);
        return;
      } catch {
        if (Date.now() > deadline || this.process.exitCode !== null) {
          throw new Error(`the application does not start:\n${this.output}`);
        }
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
    }
  }

  async stop() {
    this.process.kill("SIGTERM");
    await this.ended;
  }
}
