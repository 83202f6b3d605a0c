/**
 * The sandbox page, which a browser gets at the endpoint: Apollo Sandbox for this server, with subscriptions on the
 * same path. Its content security policy allows only Sandbox. Sandbox is loaded from the internet; without internet
 * access the page names the alternatives.
 */
import { randomBytes } from 'node:crypto';

const CDN = 'https://embeddable-sandbox.cdn.apollographql.com';
const FRAME = 'https://sandbox.embed.apollographql.com';

export type SandboxPage = { readonly html: string; readonly contentSecurityPolicy: string };

/** @param document the document that Sandbox shows first */
export function sandboxPage(document: string | undefined): SandboxPage {
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
  return { html: page(nonce, document ?? ''), contentSecurityPolicy: policy.join('; ') };
}

/** JSON for a script element, which it cannot end. */
function embedded(value: unknown): string {
  return JSON.stringify(value).replace(
    /[<>&\u2028\u2029]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

function escaped(text: string): string {
  return text.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);
}

function page(nonce: string, document: string): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>GraphQL gateway</title>
<link rel="icon" href="data:,">
<style nonce="${nonce}">
  body { margin: 0; font: 16px/1.5 system-ui, sans-serif; }
  #instead { max-width: 44rem; margin: 4rem auto; padding: 0 1rem; }
  #instead pre { background: #f3f3f5; padding: 1rem; overflow-x: auto; }
  #sandbox { position: absolute; inset: 0; }
  #sandbox:empty { display: none; }
  #sandbox iframe { width: 100%; height: 100%; border: 0; background: #fff; }
</style>
</head>
<body>
<main id="instead">
  <h1>This is a GraphQL endpoint</h1>
  <p id="why">Apollo Sandbox is loading. It comes from the internet. If it does not appear, this browser cannot reach ${CDN.slice('https://'.length)}.</p>
  <p>Without it, any GraphQL client works at <code class="endpoint"></code>: POST for queries and mutations; WebSocket
  (graphql-transport-ws), Server-Sent Events or Apollo's multipart protocol for subscriptions, all at this address. From a terminal:</p>
  <pre>curl -N <span class="endpoint"></span> -H 'content-type: application/json' -H 'accept: text/event-stream' -d '{"query": "{ __typename }"}'</pre>
  <p>The schema is in <code>schema/schema.graphql</code> of the gateway's source.${document === '' ? '' : ' To begin with:'}</p>
  ${document === '' ? '' : `<pre>${escaped(document)}</pre>`}
</main>
<div id="sandbox"></div>
<script nonce="${nonce}">
  var endpoint = location.origin + location.pathname;
  document.querySelectorAll('.endpoint').forEach(function (place) { place.textContent = endpoint; });
</script>
<script nonce="${nonce}" src="${CDN}/v2/embeddable-sandbox.umd.production.min.js"></script>
<script nonce="${nonce}">
  if (window.EmbeddedSandbox) {
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
  } else {
    document.getElementById('why').textContent = 'Apollo Sandbox could not be loaded: this browser cannot reach the internet, or something blocks ' + '${CDN.slice('https://'.length)}.';
  }
</script>
</body>
</html>
`;
}
