// Is inserted behind axe-core at the end of a page under test: explores the first chart, and sends what axe-core finds to the frame around the page.
async function check() {
  const found = ['width: ' + innerWidth, 'wider than the screen: ' + (document.documentElement.scrollWidth > innerWidth)];
  const explore = document.querySelector('button.explore'), filter = document.querySelector('input.filter');

  if (explore) {
    explore.click();
    const figure = explore.closest('figure'), canvas = figure.querySelectorAll('.chart canvas').length;
    const legend = figure.querySelectorAll('.chart .u-legend .u-series');

    found.push('charts: ' + canvas + ', drawing hidden: ' + figure.querySelector('.drawing').hidden);
    figure.querySelector('button.scale').click();
    found.push('scale: ' + figure.querySelector('button.scale').textContent);
    legend[1].querySelector('th').click();
    found.push('entries of the legend: ' + legend.length);
  }
  if (filter) {
    filter.closest('details').open = true;
    filter.value = 'nothing has this';
    filter.dispatchEvent(new Event('input'));
    found.push('filtered: ' + filter.closest('details').querySelector('.shown').textContent);
  }
  const wide = Array.from(document.querySelectorAll('figure svg')).filter(svg => svg.getBoundingClientRect().right > innerWidth).length;
  found.push('figures beyond the screen: ' + wide);
  for (const svg of document.querySelectorAll('figure svg')) svg.replaceChildren(); // an image for axe, whatever it is drawn with
  const results = await axe.run(document, {resultTypes: ['violations']});
  for (const violation of results.violations)
    found.push('axe ' + violation.impact + ': ' + violation.id + ': ' + violation.nodes.slice(0, 3).map(node => node.html.slice(0, 100)).join(' | '));
  found.push('serious findings: ' + results.violations.filter(each => ['serious', 'critical'].includes(each.impact)).length);
  found.push('wrong: ' + (wrong.length ? wrong.join('; ') : 'nothing'));
  parent.postMessage(found.join('\n'), '*');
}
addEventListener('load', () => setTimeout(check, 100));
