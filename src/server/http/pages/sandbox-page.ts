/**
 * The sandbox page, which a browser gets at the endpoint: Apollo Sandbox for this server, with subscriptions on the
 * same path. Its content security policy allows only Sandbox. Sandbox is loaded from the internet. A browser that
 * cannot load its script goes on to GraphiQL, which this server has itself.
 */
import { randomBytes } from 'node:crypto';
import { SECOND } from '../../../runtime/clock.js';

const CDN = 'https://embeddable-sandbox.cdn.apollographql.com';
const FRAME = 'https://sandbox.embed.apollographql.com';

/** The time for Sandbox's script to arrive over a slow connection. */
const SCRIPT_PATIENCE_MS = 10 * SECOND;
/** The time for Sandbox's frame to say that it is there. */
const FRAME_PATIENCE_MS = 10 * SECOND;

export type SandboxPage = { readonly html: string; readonly contentSecurityPolicy: string };

/**
 * @param document the document that Sandbox shows first
 * @param explorer the address of GraphiQL, relative to that of this page
 */
export function sandboxPage(document: string | undefined, explorer: string): SandboxPage {
  const nonce = randomBytes(16).toString('base64');
  const policy = [
    "default-src 'none'",
    `script-src 'nonce-${nonce}' ${CDN}`,
    `style-src 'nonce-${nonce}' ${CDN} https://fonts.googleapis.com`,
    'font-src https://fonts.gstatic.com',
    `img-src 'self' data: ${CDN} https://apollo-server-landing-page.cdn.apollographql.com`,
    `frame-src ${FRAME}`,
    // The page itself sends Sandbox's requests: queries, streams over HTTP, and WebSockets.
    `connect-src 'self' ws: wss: ${CDN}`,
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ];
  return { html: page(nonce, document ?? '', explorer), contentSecurityPolicy: policy.join('; ') };
}

/** JSON for a script element, which it cannot end. */
function embedded(value: unknown): string {
  return JSON.stringify(value).replace(
    /[<>&\u2028\u2029]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

function page(nonce: string, document: string, explorer: string): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>GraphQL gateway</title>
<link rel="icon" href="data:,">
<style nonce="${nonce}">
  :root { color-scheme: light dark; }
  body { margin: 0; font: 16px/1.5 system-ui, sans-serif; }
  #instead { max-width: 44rem; margin: 4rem auto; padding: 0 1rem; }
  #instead pre { background: #8882; padding: 1rem; white-space: pre-wrap; overflow-wrap: anywhere; }
  #sandbox { position: absolute; inset: 0; }
  #sandbox:empty { display: none; }
  #sandbox iframe { width: 100%; height: 100%; border: 0; background: #fff; }
  #silent { position: absolute; inset: auto 0 0; margin: 0; padding: 0.5rem 1rem; background: Canvas; border-top: 1px solid; }
</style>
</head>
<body>
<main id="instead">
  <h1>This is a GraphQL endpoint</h1>
  <p>Apollo Sandbox is loading from the internet. <a class="explorer" href="${explorer}">GraphiQL</a> comes from this gateway and needs no internet.</p>
  <p>Any GraphQL client works at <code class="endpoint"></code>: POST for queries and mutations; WebSocket
  (graphql-transport-ws), Server-Sent Events or Apollo's multipart protocol for subscriptions, all at this address. From a terminal:</p>
  <pre>curl -N <span class="endpoint"></span> -H 'content-type: application/json' -H 'accept: text/event-stream' -d '{"query": "{ __typename }"}'</pre>
</main>
<div id="sandbox"></div>
<p id="silent" role="status" hidden>Apollo Sandbox does not answer. <a class="explorer" href="${explorer}">Open GraphiQL</a>, which comes from this gateway.</p>
<script nonce="${nonce}">
  var endpoint = location.origin + location.pathname;
  document.querySelectorAll('.endpoint').forEach(function (place) { place.textContent = endpoint; });

  // A firewall may drop packets, and the browser then reports the failure only after minutes.
  var waiting = setTimeout(fallBack, ${SCRIPT_PATIENCE_MS});
  function fallBack() { location.replace(document.querySelector('.explorer').href); }

  function openSandbox() {
    clearTimeout(waiting);
    new window.EmbeddedSandbox({
      target: '#sandbox',
      initialEndpoint: endpoint,
      initialSubscriptionEndpoint: endpoint.replace(/^http/, 'ws'),
      initialState: ${embedded({ document, pollForSchemaUpdates: false, includeCookies: false })},
      endpointIsEditable: false,
      hideCookieToggle: true,
      runTelemetry: false,
      allowDynamicStyles: false,
    });
    // The script may come from the cache of a browser that cannot load the frame. The frame begins with a message.
    var silence = setTimeout(function () { document.getElementById('silent').hidden = false; }, ${FRAME_PATIENCE_MS});
    window.addEventListener('message', function (event) {
      if (event.origin !== ${embedded(FRAME)}) return;
      clearTimeout(silence);
      document.getElementById('silent').hidden = true;
    });
  }

  var script = document.createElement('script');
  script.src = ${embedded(`${CDN}/v2/embeddable-sandbox.umd.production.min.js`)};
  script.onload = openSandbox;
  script.onerror = fallBack;
  document.head.append(script);
</script>
</body>
</html>
`;
}
