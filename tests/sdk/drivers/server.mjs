// The Node server SDK for the tests: {id, call, args} a line in, {id, value | error} a line out.
import {createRequire} from 'node:module';
import {createInterface} from 'node:readline';

const require = createRequire(process.env.SDK_MODULES + '/');
const OpenTok = require('opentok');
const errors = require('opentok/lib/errors');

const sdk = new OpenTok(process.env.API_KEY, process.env.API_SECRET, process.env.API_URL);

function kindOf(error) {
  return Object.keys(errors).find((name) => error instanceof errors[name]) || error.name;
}

function call(name, args) {
  if (name === 'generateToken') return Promise.resolve(sdk.generateToken(...args));
  return new Promise((resolve, reject) => {
    sdk[name](...args, (error, value) => (error ? reject(error) : resolve(value)));
  });
}

for await (const line of createInterface({input: process.stdin})) {
  const {id, call: name, args} = JSON.parse(line);
  call(name, args).then(
    (value) => console.log(JSON.stringify({id, value: value && value.sessionId ? value.sessionId : value ?? null})),
    (error) => console.log(JSON.stringify({id, error: `${kindOf(error)}: ${error.message}`})),
  );
}
