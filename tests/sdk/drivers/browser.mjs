// Chromium for the tests: one JSON object a line in, {id, open | close | run | picture, page}, one a line out, {id, value | error}.
import {createRequire} from 'node:module';
import {createInterface} from 'node:readline';

const require = createRequire(process.env.SDK_MODULES + '/');
const {chromium} = require('playwright-core');

const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM,
  args: [
    '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
    '--disable-component-update', '--disable-sync',
  ],
});
const pages = new Map();
const problems = [];

async function open(name, url) {
  const context = await browser.newContext();
  const page = await context.newPage();
  page.on('pageerror', (error) => problems.push(`${name}: ${error}`));
  page.on('requestfinished', (request) => {
    const host = new URL(request.url()).hostname;
    if (host !== '127.0.0.1') problems.push(`${name}: asked ${host}`);
  });
  pages.set(name, page);
  await page.goto(url);
  await page.waitForFunction('window.ready');
}

async function picture(page, path, width, height) {
  await pages.get(page).setViewportSize({width, height});
  await pages.get(page).screenshot({path});
}

async function answer({page, open: url, close, run, complain, picture: path, width, height}) {
  if (complain) return problems.splice(0);
  if (path) return picture(page, path, width, height);
  if (url) return open(page, url);
  if (close) return pages.get(page).close({runBeforeUnload: false});
  return pages.get(page).evaluate(run);
}

for await (const line of createInterface({input: process.stdin})) {
  const request = JSON.parse(line);
  answer(request).then(
    (value) => console.log(JSON.stringify({id: request.id, value: value === undefined ? null : value})),
    (error) => console.log(JSON.stringify({id: request.id, error: String(error)})),
  );
}
await browser.close();
