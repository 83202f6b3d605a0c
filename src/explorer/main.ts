/**
 * The explorer that the gateway serves itself, for browsers without the internet: GraphiQL with the document that
 * Sandbox opens with. Queries and mutations go over HTTP, and subscriptions over WebSocket, to the address of the page
 * above. The headers of a tab, such as a token, go into `connection_init`.
 */
import { createGraphiQLFetcher } from '@graphiql/toolkit';
import { GraphiQL } from 'graphiql';
import { createElement } from 'react';
import { createRoot } from 'react-dom/client';
import { EXAMPLE_DOCUMENT } from '../example-document.js';
import './main.css';

declare global {
  /** The nonce of the styles that GraphiQL's menus and dialogs add. */
  var __webpack_nonce__: string | undefined;
}

globalThis.__webpack_nonce__ = document.querySelector<HTMLElement>('script[nonce]')?.nonce;

const endpoint = new URL(location.pathname.replace(/\/explorer$/, ''), location.href);
const socket = new URL(endpoint.href.replace(/^http/, 'ws'));
const fetcher = createGraphiQLFetcher({
  url: endpoint.href,
  subscriptionUrl: socket.href,
  enableIncrementalDelivery: false,
});

const place = document.getElementById('explorer');
if (place === null) throw new Error('The page has no place for the explorer.');
createRoot(place).render(
  createElement(
    GraphiQL,
    {
      fetcher,
      defaultQuery: EXAMPLE_DOCUMENT,
      // The second operation of the document has a variable.
      defaultEditorToolsVisibility: 'variables',
    },
    createElement(GraphiQL.Logo, null, createElement('a', { href: endpoint.pathname }, 'Open Apollo Sandbox')),
  ),
);
