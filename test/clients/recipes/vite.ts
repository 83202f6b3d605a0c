/** vite.config.ts: the server of Vite passes /graphql on to the gateway, with streams and WebSockets. */
export default {
  server: {
    proxy: { '/graphql': { target: process.env['GATEWAY'] ?? 'http://127.0.0.1:4000', ws: true } },
  },
};
