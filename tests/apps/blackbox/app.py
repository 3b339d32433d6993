"""The application as a process, and clients of it. Knows no contract."""

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time

START_SECONDS = 60
REQUEST_SECONDS = 30
STOP_SECONDS = 15
POLL_SECONDS = 0.05

failures = []
sent = []


def check(holds, what):
    if not holds:
        failures.append(what)


class Answer:
    def __init__(self, status, headers, data):
        self.status = status
        self.headers = headers
        self.data = data
        self.text = data.decode("utf-8", "replace")
        try:
            self.json = json.loads(self.text) if data else None
        except ValueError:
            self.json = None

    def __str__(self):
        return f"{self.status} {self.text[:160]}"


class App:
    """The application: started by its README's command, on a free port and a database of its own."""

    def __init__(self, directory, database, command):
        self.directory = directory
        self.database = database
        self.command = command
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.log = []

    def start(self):
        env = {**os.environ, "PORT": str(self.port), "DATABASE": self.database, "PYTHONDONTWRITEBYTECODE": "1"}
        self.process = subprocess.Popen(
            self.command,
            cwd=self.directory,
            env=env,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            start_new_session=True,
        )
        self.reader = threading.Thread(target=self._read, args=(self.process.stdout,), daemon=True)
        self.reader.start()
        end = time.monotonic() + START_SECONDS
        while not self._answers():
            if self.process.poll() is not None or time.monotonic() > end:
                self.stop()
                sys.exit("the application does not start:\n" + "".join(self.log[-20:]))
            time.sleep(POLL_SECONDS)

    def _answers(self):
        try:
            socket.create_connection(("127.0.0.1", self.port), timeout=1).close()
        except OSError:
            return False
        return True

    def _read(self, stream):
        for line in stream:
            self.log.append(line)

    def stop(self):
        """End the application and whatever it started."""
        for end in (signal.SIGTERM, signal.SIGKILL):
            try:
                os.killpg(self.process.pid, end)
            except ProcessLookupError:
                pass
            try:
                self.process.wait(STOP_SECONDS)
                break
            except subprocess.TimeoutExpired:
                continue
        self.reader.join(STOP_SECONDS)

    def restart(self):
        self.stop()
        self.start()


class Client:
    """Somebody who uses the application: cookies, and the token that writes need."""

    def __init__(self, app):
        self.app = app
        self.cookies = {}
        self.token = None

    def copy(self):
        other = Client(self.app)
        other.cookies, other.token = dict(self.cookies), self.token
        return other

    def send(self, method, path, data=None, headers=None):
        headers = dict(headers or {})
        if self.cookies:
            headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        if self.token and method not in ("GET", "HEAD"):
            headers.setdefault("X-CSRF-Token", self.token)
        connection = http.client.HTTPConnection("127.0.0.1", self.app.port, timeout=REQUEST_SECONDS)
        try:
            connection.request(method, path, body=data, headers=headers)
            response = connection.getresponse()
            answer = Answer(response.status, response.headers, response.read())
        except (BrokenPipeError, ConnectionResetError):
            # A server may refuse a body before all of it was sent.
            answer = Answer(413, {}, b'{"error": "refused early", "fields": {}}')
        finally:
            connection.close()
        sent.append(path)
        self._keep(answer)
        name = f"{method} {path[:80]} {(data or b'')[:80]!r}"
        check(answer.status < 500, f"{name}: status {answer.status}")
        if path.startswith("/api/") and answer.status >= 400:
            shape = answer.json if isinstance(answer.json, dict) else {}
            fine = isinstance(shape.get("error"), str) and isinstance(shape.get("fields"), dict)
            check(fine, f"{name}: status {answer.status} without {{error, fields}}: {answer.text[:120]}")
        return answer

    def call(self, method, path, body=None):
        data = None if body is None else json.dumps(body).encode()
        return self.send(method, path, data, {"Content-Type": "application/json"} if data else {})

    def _keep(self, answer):
        for line in answer.headers.get_all("Set-Cookie", []) if answer.headers else []:
            name, _, rest = line.partition("=")
            value, _, attributes = rest.partition(";")
            gone = "max-age=0" in attributes.lower() or not value.strip('"')
            if gone:
                self.cookies.pop(name, None)
            else:
                self.cookies[name] = value
                weak = "samesite" not in attributes.lower()
                check(not weak, f"the cookie {name} has no SameSite")
