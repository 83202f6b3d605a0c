/**
 * Offers of another protocol at each place of a pipeline, and connections that break at each moment of the hand-over.
 */
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Random } from '../../support/fakes/random.js';
import { webSocketRequest } from '../../support/clients/websocket-request.js';
import { campaignOf, type Attack } from './attack.js';
import { answersIn, mistakesIn } from './http-answers.js';
import { listen } from './listen.js';
import { shown } from './shown.js';

const OFFERS = ['h2c', 'websocket', 'WebSocket', 'TLS/1.0', 'x', 'websocket, h2c'];

function requestOf(random: Random, host: string): string {
  const kind = random.next();
  const path = random.pick(['/graphql', '/health/live', '/elsewhere', '/graphql?query=%7B__typename%7D', '*']);
  if (kind < 0.35) return `GET ${path} HTTP/1.1\r\nHost: ${host}\r\napollo-require-preflight: true\r\n\r\n`;
  if (kind < 0.55)
    return webSocketRequest(
      path,
      random.chance(0.8) ? host : 'foreign.example',
      random.chance(0.8)
        ? []
        : [
            random.pick([
              'Origin: https://foreign.example',
              'Sec-WebSocket-Version: 7',
              'Content-Length: 3',
              'Transfer-Encoding: chunked',
              'Expect: 100-continue',
            ]),
          ],
    );
  const body = JSON.stringify({
    query: random.pick([
      '{ __typename }',
      'subscription { taskFeed { cursor } }',
      '{ opportunities(catalog: SANDBOX, first: 1) { nodes { id } } }',
    ]),
  });
  const accept = random.chance(0.2) ? 'Accept: text/event-stream\r\n' : '';
  const offer =
    kind < 0.85
      ? `Connection: Upgrade${random.chance(0.3) ? ', HTTP2-Settings' : ''}\r\nUpgrade: ${random.pick(OFFERS)}\r\n`
      : '';
  return (
    `POST /graphql HTTP/1.1\r\nHost: ${host}\r\n${accept}${offer}Content-Type: application/json\r\nContent-Length: ` +
    `${body.length}\r\n\r\n${body}`
  );
}

const attack: Attack = async (target, random) => {
  const { hostname, port, host } = new URL(target.url);
  const requests = Array.from({ length: Math.floor(random.between(1, random.chance(0.05) ? 40 : 6)) }, () =>
    requestOf(random, host),
  );
  const socket = connect({ port: Number(port), host: hostname, allowHalfOpen: random.chance(0.5) });
  socket.on('error', () => {});
  const conversation = listen(socket);
  const text = requests.join('');
  socket.write(text + (random.chance(0.1) ? 'x'.repeat(Math.floor(random.between(1, 70_000))) : ''));
  if (random.chance(0.2)) socket.pause();
  const ending = random.pick(['wait', 'end', 'reset', 'reset', 'reset at once', 'wait and send'] as const);
  if (ending === 'reset') await sleep(random.between(0, 15));
  if (ending === 'reset at once')
    await new Promise((resolve) => socket.once('connect', resolve).once('close', resolve));
  if (ending.startsWith('reset')) socket.resetAndDestroy();
  if (ending === 'end') socket.end();
  if (ending === 'wait and send') {
    await conversation.quiet({ isEnough: () => false, quietMs: 20, patienceMs: 50 });
    socket.write('more');
    socket.end();
  }
  await conversation.quiet({ isEnough: () => false, quietMs: 20, patienceMs: 50 });
  socket.destroy();
  const mistakes = answersIn(conversation.text()).answers.flatMap(mistakesIn);
  return {
    inputs: requests.length,
    failures: mistakes.map((mistake) => `${mistake}; the requests were ${shown(text, 1500)}`),
  };
};

export default campaignOf('upgrade', attack);
