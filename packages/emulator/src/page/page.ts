import type { Answer } from "../http/answer.ts";
import { script } from "./script.ts";
import { style } from "./style.ts";

/** The status page: three files, nothing from elsewhere. Undefined: no such file. */
export function pageFile(path: string): Answer | undefined {
  switch (path) {
    case "/":
      return file("text/html", html);
    case "/page.css":
      return file("text/css", style);
    case "/page.js":
      return file("text/javascript", script);
    case "/favicon.ico":
      return { status: 204, headers: {} };
    default:
      return undefined;
  }
}

function file(type: string, body: string): Answer {
  return {
    status: 200,
    headers: {
      "content-type": `${type}; charset=utf-8`,
      "cache-control": "no-store",
      "x-content-type-options": "nosniff",
      "referrer-policy": "no-referrer",
      "content-security-policy":
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    },
    body,
  };
}

const html = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Routewright emulator</title>
<link rel="stylesheet" href="/page.css">
<script type="module" src="/page.js"></script>
</head>
<body>
<header>
<h1>Routewright emulator</h1>
<section aria-labelledby="clock-title" class="clock">
<h2 id="clock-title" class="hidden">Clock</h2>
<time id="now">…</time> <span id="pace"></span>
<button id="freeze" type="button" aria-pressed="false">Freeze</button>
<button type="button" data-advance="10">+10 s</button>
<button type="button" data-advance="60">+1 min</button>
<button type="button" data-advance="300">+5 min</button>
<button type="button" data-advance="3600">+1 h</button>
<button id="next" type="button">To next event</button>
</section>
<p id="problem" role="alert" hidden></p>
</header>
<main>
<p id="begin" hidden>Nothing is here yet. Give an application the connection string that the terminal shows, start with <code>--load objects.json</code>, or send lists of objects to <code>POST /_emulator/seed</code>.</p>
<section aria-labelledby="queues-title" tabindex="0"><h2 id="queues-title">Queues <span id="queue-count"></span></h2><table><thead><tr><th scope="col">Queue</th><th scope="col">Name</th><th scope="col" class="number">Waiting</th></tr></thead><tbody id="queues"></tbody></table></section>
<section aria-labelledby="waiting-title" tabindex="0"><h2 id="waiting-title">Waiting jobs <span id="queue"></span></h2><table><thead><tr><th scope="col">Job</th><th scope="col" class="number">Priority</th><th scope="col">Queued at</th><th scope="col">Offered to</th></tr></thead><tbody id="waiting"></tbody></table></section>
<section aria-labelledby="workers-title" tabindex="0"><h2 id="workers-title">Workers <span id="worker-count"></span></h2><table><thead><tr><th scope="col">Worker</th><th scope="col">State</th><th scope="col" class="number">Load</th><th scope="col">Offers</th><th scope="col">Jobs</th></tr></thead><tbody id="workers"></tbody></table></section>
<section aria-labelledby="events-title" tabindex="0"><h2 id="events-title">Recent events</h2><table><thead><tr><th scope="col" class="number">#</th><th scope="col">Time</th><th scope="col">Event</th><th scope="col">Subject</th></tr></thead><tbody id="events"></tbody></table></section>
</main>
</body>
</html>
`;
