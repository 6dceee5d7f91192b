// What a site may do with the widget. Calls made before it is there wait in the queue.
window.jida = window.jida || function () { (window.jida.q = window.jida.q || []).push(arguments); };

const names = ['ready', 'open', 'close', 'ask', 'answer', 'clarify', 'noanswer', 'feedback', 'handoff', 'error'];
for (const name of names) {
  document.addEventListener(`jida:${name}`, (event) => {
    const line = document.createElement('li');
    line.textContent = `jida:${name} ${JSON.stringify(event.detail).slice(0, 160)}`;
    document.querySelector('#events')?.append(line);
  });
}

document.addEventListener('jida:handoff', (event) => {
  // Here a site would open its own live chat with event.detail.transcript.
  event.preventDefault();
});

document.addEventListener('DOMContentLoaded', () => {
  document.querySelector('#ask')?.addEventListener('click', () => window.jida('ask', '备案授权码怎么申请？'));
});
