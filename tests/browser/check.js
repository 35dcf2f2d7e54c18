// Is inserted at the end of a page under test. Does what a reader would do, and sends its findings to the frame around the page, one on each line.
function check() {
  const found = [];
  const tell = (what, value) => found.push(what + ': ' + value);

  const ids = Array.from(document.querySelectorAll('[id]'), element => element.id);
  const uses = Array.from(document.querySelectorAll('svg use'), use => use.getAttribute('xlink:href').slice(1));
  const boxes = Array.from(document.querySelectorAll('figure svg'), svg => svg.getBoundingClientRect());

  tell('width', innerWidth);
  tell('wider than the screen', document.documentElement.scrollWidth > innerWidth);
  tell('figures', boxes.length + ', of no size ' + boxes.filter(box => box.width < 100 || box.height < 100).length);
  tell('ids twice', ids.length - new Set(ids).size);
  tell('marks without a shape', uses.filter(id => !ids.includes(id)).length + ' of ' + (uses.length > 0 ? 'many' : 'none'));

  const table = document.querySelector('table.sortable');
  const buttons = Array.from(table.tHead.querySelectorAll('button'));
  const column = name => buttons.findIndex(button => button.textContent === name);
  const cells = name => Array.from(table.tBodies[0].rows, row => row.cells[column(name)].textContent).join(' ');
  tell('heads that a key reaches', buttons.filter(button => button.tabIndex === 0).length + ' of ' + table.tHead.rows[0].cells.length);
  for (const name of ['fabric.latency', 'fabric.latency', 'slowdown', 'job']) {
    buttons[column(name)].click();
    tell('by ' + name + ' ' + table.tHead.rows[0].cells[column(name)].getAttribute('aria-sort'), cells(name));
  }
  tell('heads with an order', table.tHead.querySelectorAll('[aria-sort]').length);
  tell('wrong', wrong.length ? wrong.join('; ') : 'nothing');

  parent.postMessage(found.join('\n'), '*');
}
addEventListener('load', () => setTimeout(check, 100));
