'use strict';

const MARKS = 5;
const NAMES = {text: 'Text', second: 'Second text', type: 'Type of event', question: 'Question'};
const byId = id => document.getElementById(id);
const node = (name, className, text) => {
  const made = document.createElement(name);
  if (className) made.className = className;
  if (text !== undefined) made.textContent = text;
  return made;
};
const rounded = probability => probability.toFixed(4);
let model = null;

async function start() {
  try {
    model = await read(await fetch('model'));
  } catch (failure) {
    tell(failure);
    return;
  }
  byId('task').textContent = model.task;
  document.title = 'bert4j ' + model.task;
  const fields = byId('fields');
  // What is asked comes before the text that it is asked about.
  const first = name => name === 'type' || name === 'question' ? 0 : 1;
  [...model.required, ...model.optional.filter(name => name !== 'id')]
      .sort((a, b) => first(a) - first(b))
      .forEach(name => fields.append(...field(name)));
  byId('ask').disabled = false;
  fields.querySelector('textarea, input').focus();
}

function field(name) {
  const needed = model.required.includes(name);
  const label = node('label', '', NAMES[name] || name);
  if (!needed) label.append(node('span', 'hint', ' (may be left out)'));
  const input = node(name === 'text' || name === 'second' ? 'textarea' : 'input');
  input.id = input.name = label.htmlFor = name;
  input.required = needed;
  input.autocomplete = 'off';
  input.addEventListener('keydown', event => {
    if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) byId('form').requestSubmit();
  });
  return [label, input];
}

async function ask(event) {
  event.preventDefault();
  if (!model || byId('ask').disabled) return;
  const asked = {};
  for (const input of byId('fields').querySelectorAll('textarea, input')) {
    if (input.value.trim()) {
      asked[input.name] = input.value;
    } else if (input.required) {
      tell(new Error('Please write something into “' + (NAMES[input.name] || input.name) + '”.'));
      input.focus();
      return;
    }
  }
  byId('ask').disabled = true;
  byId('answer').setAttribute('aria-busy', 'true');
  try {
    const request = {method: 'POST', headers: {'Content-Type': 'application/json'}, body: JSON.stringify(asked)};
    show(await read(await fetch('predict', request)));
  } catch (failure) {
    tell(failure);
  } finally {
    byId('ask').disabled = false;
    byId('answer').setAttribute('aria-busy', 'false');
  }
}

async function read(response) {
  const answer = await response.json().catch(() => ({error: 'The server answered ' + response.status + ' and no JSON'}));
  if (response.ok) return answer;
  throw new Error([answer.error + '.', answer.fix].filter(Boolean).join('\n'));
}

function tell(failure) {
  const problem = byId('problem');
  problem.textContent = failure instanceof TypeError
      ? 'The server cannot be reached. Is it still running?' : failure.message;
  problem.hidden = false;
  byId('answer').hidden = true;
}

function show(answer) {
  byId('problem').hidden = true;
  byId('shown').replaceChildren(...parts(answer));
  byId('json').textContent = JSON.stringify(answer, null, 2);
  byId('answer').hidden = false;
}

function parts(answer) {
  if (answer.error) return [node('p', 'label', 'No answer: ' + answer.error)];
  const shown = [];
  if (answer.label !== undefined) shown.push(node('p', 'label', answer.label));
  if (answer.labels) shown.push(node('p', 'label', answer.labels.join(', ') || 'No label'));
  if (answer.probabilities) shown.push(bars(answer.probabilities));
  else if (answer.label !== undefined && answer.probability !== undefined) shown.push(bars({[answer.label]: answer.probability}));
  if (answer.similarity !== undefined) shown.push(bars({similarity: answer.similarity}));
  if (answer.entities) {
    shown.push(marked(answer.text, answer.entities));
    if (!answer.entities.length) shown.push(node('p', '', 'No entities.'));
  }
  if (answer.spo_list) shown.push(...triples(answer));
  const found = answer.entity !== undefined ? answer.entity : answer.answer;
  if (found !== undefined) {
    if (answer.start === null) {
      shown.push(node('p', 'label', 'Nothing found'));
    } else {
      shown.push(node('p', 'label', found), bars({probability: answer.probability}),
          marked(answer.text, [{start: answer.start, end: answer.end}]));
    }
  }
  return shown;
}

function bars(probabilities) {
  const grid = node('div', 'bars');
  for (const [name, value] of Object.entries(probabilities).sort((a, b) => b[1] - a[1])) {
    const bar = node('meter');
    bar.value = value;
    bar.setAttribute('aria-label', name);
    grid.append(node('span', '', name), bar, node('span', '', rounded(value)));
  }
  return grid;
}

function triples(answer) {
  const list = answer.spo_list;
  if (!list.length) return [node('p', 'text', answer.text), node('p', '', 'No triples.')];
  const spans = [];
  list.forEach(one => {
    spans.push({start: one.subject_start, end: one.subject_end, label: 'subject'});
    spans.push({start: one.object_start, end: one.object_end, label: one.predicate});
  });
  const table = node('table');
  const row = (cell, texts) => {
    const made = node('tr');
    texts.forEach(text => made.append(node(cell, '', text)));
    return made;
  };
  table.append(row('th', ['Subject', 'Predicate', 'Object']));
  list.forEach(one => table.append(row('td', [one.subject, one.predicate, one.object])));
  return [marked(answer.text, spans), table];
}

/** The text with spans of it marked; where spans overlap, each stretch bears all their labels. */
function marked(text, spans) {
  const shown = node('p', 'text');
  const labels = [...new Set(spans.map(span => span.label))];
  const borders = [...new Set([0, text.length, ...spans.flatMap(span => [span.start, span.end])])].sort((a, b) => a - b);
  for (let i = 0; i + 1 < borders.length; i++) {
    const from = borders[i];
    const to = borders[i + 1];
    const here = spans.filter(span => span.start <= from && to <= span.end);
    if (!here.length) {
      shown.append(text.slice(from, to));
      continue;
    }
    const mark = node('mark', 'm' + labels.indexOf(here[0].label) % MARKS, text.slice(from, to));
    const names = [...new Set(here.filter(span => span.end === to && span.label).map(span => span.label))];
    if (names.length) mark.append(node('sub', '', names.join(', ')));
    shown.append(mark);
  }
  return shown;
}

byId('form').addEventListener('submit', ask);
start();
