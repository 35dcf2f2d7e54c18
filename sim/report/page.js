// SPDX-License-Identifier: MIT
function value(row, column) {
  const cell = row.cells[column];
  return cell.dataset.v === undefined ? cell.textContent : Number(cell.dataset.v);
}
function order(a, b) {
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  if (typeof a !== typeof b) return typeof a === 'number' ? -1 : 1;
  return a.localeCompare(b, 'en', {numeric: true});
}
function sort(head) {
  const table = head.closest('table'), sign = head.ariaSort === 'ascending' ? -1 : 1;
  const rows = Array.from(table.tBodies[0].rows);
  rows.sort((a, b) => sign * order(value(a, head.cellIndex), value(b, head.cellIndex)));
  for (const other of table.tHead.rows[0].cells) other.removeAttribute('aria-sort');
  head.setAttribute('aria-sort', sign > 0 ? 'ascending' : 'descending');
  table.tBodies[0].append(...rows);
}
for (const button of document.querySelectorAll('.sortable thead button'))
  button.addEventListener('click', () => sort(button.parentElement));

// Results: words that a line must have, and the lines as a file.
function quoted(text) {
  return /[",\n]/.test(text) ? '"' + text.replaceAll('"', '""') + '"' : text;
}
function csv(table) {
  const lines = [Array.from(table.tHead.rows[0].cells, cell => quoted(cell.textContent))];
  for (const row of table.tBodies[0].rows)
    if (!row.hidden) lines.push(Array.from(row.cells, cell => quoted(cell.dataset.v ?? cell.textContent)));
  return lines.map(line => line.join(',') + '\n').join('');
}
for (const details of document.querySelectorAll('details.results')) {
  const table = details.querySelector('table'), shown = details.querySelector('.shown');
  details.querySelector('.tools').hidden = false;
  details.querySelector('.filter').addEventListener('input', event => {
    const words = event.target.value.toLowerCase().split(/\s+/);
    let count = 0;
    for (const row of table.tBodies[0].rows) {
      const text = row.textContent.toLowerCase();
      row.hidden = !words.every(word => text.includes(word));
      count += !row.hidden;
    }
    shown.textContent = count + ' of ' + table.tBodies[0].rows.length + ' lines';
  });
  details.querySelector('.csv').addEventListener('click', () => {
    const link = document.createElement('a');
    link.href = URL.createObjectURL(new Blob([csv(table)], {type: 'text/csv'}));
    link.download = details.closest('section').id + '.csv';
    link.click();
  });
}

// Charts: the data of a figure, drawn by uPlot when somebody asks for it.
function nice(number) {
  return number == null ? '' : String(Number(number.toPrecision(4)));
}
function draw(place, width, data, panel, log) {
  const style = getComputedStyle(document.body), text = style.color, line = style.getPropertyValue('--line');
  const axis = {stroke: text, grid: {stroke: line, width: 1}, ticks: {stroke: line, width: 1}};
  const scaleX = {time: false, distr: data.logX ? 3 : 1}, scaleY = {distr: log ? 3 : 1};
  const series = panel.lines.map(each => ({
    label: each.title || panel.title, stroke: each.colour === '#000000' ? text : each.colour, width: 2, spanGaps: true,
    value: (chart, number) => nice(number), points: {show: !data.steps},
    paths: data.steps ? uPlot.paths.stepped({align: -1}) : undefined,
  }));
  const axes = [{...axis, label: data.x}, {...axis, label: data.y, size: 60}];
  if (data.tics) {
    axes[0].splits = () => data.tics.map(tic => tic[0]);
    axes[0].values = () => data.tics.map(tic => tic[1]);
    axes[0].filter = (chart, splits) => splits;
  } else if (data.logX) {
    axes[0].values = (chart, splits) => splits.map(nice);
  }
  if (log) axes[1].values = (chart, splits) => splits.map(number => number && Math.log10(number) % 1 === 0 ? nice(number) : '');
  return new uPlot({
    title: panel.title, width, height: Math.round(Math.min(320, 160 + width / 3)), scales: {x: scaleX, y: scaleY}, axes,
    legend: {live: true}, series: [{label: data.x.replace(/ \(.*/, ''), value: (chart, number) => nice(number)}, ...series],
  }, [panel.x, ...panel.lines.map(each => each.y)], place);
}
for (const button of document.querySelectorAll('button.explore')) {
  const figure = button.closest('figure'), drawing = figure.querySelector('.drawing'), chart = figure.querySelector('.chart');
  const scale = figure.querySelector('button.scale'), data = JSON.parse(figure.querySelector('script').textContent);
  let log = data.logY, open = false;
  const redraw = () => {
    chart.replaceChildren(...data.panels.map(() => document.createElement('div')));
    const width = Math.max(200, Math.floor(chart.firstChild.getBoundingClientRect().width)); // before anything is in it
    data.panels.forEach((panel, i) => draw(chart.children[i], width, data, panel, log));
    scale.textContent = log ? 'Linear scale' : 'Log scale';
  };
  figure.querySelector('.tools').hidden = false;
  button.addEventListener('click', () => {
    open = !open;
    figure.classList.toggle('open', open);
    drawing.hidden = open;
    chart.hidden = scale.hidden = !open;
    button.textContent = open ? 'Figure' : 'Explore';
    button.setAttribute('aria-expanded', String(open));
    if (open) redraw();
  });
  scale.addEventListener('click', () => { log = !log; redraw(); });
}
