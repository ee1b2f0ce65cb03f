'use strict';

const end = '\u001e';

function require(condition, what) {
  if (!condition) throw new Error(what);
}

function open(path) {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(`wss://${location.host}${path}`);
    socket.binaryType = 'arraybuffer';
    const waiting = [], received = [];
    socket.onmessage = event =>
      waiting.length ? waiting.shift()(event.data) : received.push(event.data);
    socket.next = () => received.length
      ? Promise.resolve(received.shift())
      : new Promise(next => waiting.push(next));
    socket.onopen = () => resolve(socket);
    socket.onerror = () => reject(new Error('the socket failed'));
  });
}

async function digest(bytes) {
  const hash = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
  return Array.from(hash, b => b.toString(16).padStart(2, '0')).join('').toUpperCase();
}

function pattern(length) {
  return Uint8Array.from({ length }, (_, i) => (i * 31 + (i >> 8)) & 255);
}

const checks = {
  async minimalApi() {
    const answer = await (await fetch('/api/add?a=1&b=2')).json();
    require(answer.sum === 3, `the sum is ${answer.sum}`);
  },

  async http2() {
    const hops = performance.getEntriesByType('resource').map(entry => entry.nextHopProtocol);
    require(hops.includes('h2'), `the protocols are ${hops}`);
  },

  async staticFile() {
    const text = await (await fetch('/checks.js')).text();
    require(text.startsWith("'use strict'"), 'the file is another');
    const part = await fetch('/checks.js', { headers: { Range: 'bytes=1-3' } });
    require(part.status === 206 && await part.text() === 'use', 'the part is another');
  },

  async manyAtOnce() {
    const answers = await Promise.all(Array.from({ length: 100 }, async (_, i) =>
      (await (await fetch(`/api/add?a=${i}&b=1`)).json()).sum));
    require(answers.every((sum, i) => sum === i + 1), 'an answer is wrong');
  },

  async webSocket() {
    const socket = await open('/socket');
    for (const size of [0, 1, 126, 70000]) {
      const sent = pattern(size);
      socket.send(sent);
      let received = new Uint8Array(await socket.next());
      require(await digest(received) === await digest(sent), `${size} bytes are others`);
    }
    const closed = new Promise(resolve => socket.onclose = resolve);
    socket.close(1000, 'bye');
    require((await closed).wasClean, 'the close is not clean');
  },

  async serverSentEvents() {
    const events = new EventSource('/events');
    const received = [];
    await new Promise((resolve, reject) => {
      events.onmessage = event => {
        received.push(event.data);
        if (received.length === 3) resolve();
      };
      events.onerror = () => reject(new Error(`the end came after ${received}`));
    });
    events.close();
    require(received.join() === '0,1,2', `the events are ${received}`);
  },

  async signalR() {
    const negotiated = await fetch('/hub/negotiate?negotiateVersion=1', { method: 'POST' });
    const token = (await negotiated.json()).connectionToken;
    const socket = await open(`/hub?id=${encodeURIComponent(token)}`);
    socket.send(`{"protocol":"json","version":1}${end}`);
    socket.send(`{"type":1,"invocationId":"1","target":"Echo","arguments":["text"]}${end}`);
    let text = '';
    while (!text.includes('invocationId'))
      text += await socket.next();
    require(text.includes('"result":"text"'), text);
    socket.close();
  },

  async upload() {
    const bytes = pattern(3000000);
    const response = await fetch('/upload', { method: 'POST', body: bytes });
    require(await response.text() === await digest(bytes), 'what arrived is another');
  },

  async form() {
    const form = new FormData();
    form.append('file', new Blob([pattern(100000)]), 'name.bin');
    const response = await fetch('/form', { method: 'POST', body: form });
    require(await response.text() === 'name.bin 100000', 'the form is another');
  },

  async abort() {
    const source = new AbortController();
    const pending = fetch('/wait', { signal: source.signal }).catch(failure => failure.name);
    await fetch('/waiting');
    source.abort();
    require(await pending === 'AbortError', 'the fetch was not aborted');
    require(await (await fetch('/aborted')).text() === 'aborted', 'the server did not see it');
  },
};

async function run() {
  const lines = [];
  for (const [name, check] of Object.entries(checks)) {
    try {
      await check();
      lines.push(`${name}: ok`);
    } catch (failure) {
      lines.push(`${name}: ${failure.message}`);
    }
  }
  document.getElementById('results').textContent = lines.join('\n');
  await fetch('/results', { method: 'POST' });
}

run();
