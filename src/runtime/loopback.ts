/** Whether a host is this machine by a name that nothing else can have. An address of version 6 may stand in brackets, as in a URL. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || host === '[::1]' || /^127(\.\d{1,3}){3}$/.test(host);
}
