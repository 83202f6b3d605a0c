import { describe, expect, test } from '@jest/globals';
import { isLoopback } from '../../src/runtime/loopback.js';

describe('isLoopback', () => {
  test.each(['127.0.0.1', '127.1.2.3', 'localhost', '::1', '[::1]'])('%s is a loopback host', (host) => {
    expect(isLoopback(host)).toBe(true);
  });
  test.each([
    '0.0.0.0',
    '::',
    '10.0.0.1',
    '127.0.0.1.example.com',
    'localhost.example.com',
    '128.0.0.1',
    '',
    '127.0.0',
    'x127.0.0.1',
  ])('%j is not a loopback host', (host) => {
    expect(isLoopback(host)).toBe(false);
  });
});
