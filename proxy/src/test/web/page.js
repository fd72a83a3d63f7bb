// Calls a shopping cart and an action as any page would, and tells the test what it saw.
import {GrpcWebClientBase, MethodDescriptor, MethodType, StatusCode}
    from '/npm/grpc-web/index.esm.js';

const query = new URLSearchParams(location.search);
const carts = query.get('carts');
const actions = query.get('actions');

const messages = protobuf.parse(`
  syntax = "proto3";
  message AddLineItem { string user_id = 1; string product_id = 2; string name = 3; int32 quantity = 4; }
  message GetShoppingCart { string user_id = 1; }
  message LineItem { string product_id = 1; string name = 2; int32 quantity = 3; }
  message Cart { repeated LineItem items = 1; }
  message Empty {}
  message Request {}
  message Response { string message = 1; }
`, {keepCase: true}).root;

function method(path, type, request, response) {
  const input = messages.lookupType(request);
  const output = messages.lookupType(response);
  return new MethodDescriptor(path, type, Object, Object,
      (message) => input.encode(input.create(message)).finish(),
      (bytes) => output.toObject(output.decode(bytes)));
}

const CART = '/com.example.shoppingcart.ShoppingCart/';
const ACTION = '/cloudstate.tck.model.action.ActionTckModel/';
const addItem = method(CART + 'AddItem', MethodType.UNARY, 'AddLineItem', 'Empty');
const getCart = method(CART + 'GetCart', MethodType.UNARY, 'GetShoppingCart', 'Cart');
const noSuch = method(CART + 'NoSuch', MethodType.UNARY, 'GetShoppingCart', 'Cart');
const streamedOut =
    method(ACTION + 'ProcessStreamedOut', MethodType.SERVER_STREAMING, 'Request', 'Response');

const seen = [];

async function unary(client, url, descriptor, request, metadata = {}) {
  try {
    const reply = await client.unaryCall(url + descriptor.getName(), request, metadata, descriptor);
    seen.push(JSON.stringify(reply));
  } catch (error) {
    seen.push(`${name(error.code)}: ${error.message}`);
  }
}

function streamed(client, url, descriptor, request) {
  return new Promise((resolve) => {
    const stream = client.serverStreaming(url + descriptor.getName(), request, {}, descriptor);
    // Whether this client tells metadata and end after an error depends on how the response came.
    let hasFailed = false;
    const see = (text) => { if (!hasFailed) seen.push(text); };
    stream.on('metadata', (metadata) => see(`x-text is ${metadata['x-text']}`));
    stream.on('data', (reply) => see(reply.message));
    stream.on('error', (error) => { see(`${name(error.code)}: ${error.message}`); hasFailed = true; resolve(); });
    stream.on('end', () => { see('end'); resolve(); });
  });
}

function name(code) {
  return Object.keys(StatusCode).find((each) => StatusCode[each] === code) ?? code;
}

try {
  for (const format of ['text', 'binary']) {
    seen.push(format);
    const client = new GrpcWebClientBase({format});
    const user = {user_id: format};
    await unary(client, carts, getCart, user);
    await unary(client, carts, addItem, {...user, product_id: 'a', name: 'Äpfel', quantity: 3});
    await unary(client, carts, getCart, user, {'x-mine': 'header'});
    await unary(client, carts, addItem, {...user, product_id: 'b', name: 'none', quantity: 0});
    await unary(client, carts, noSuch, user);
    await unary(client, carts, getCart, {});
  }
  const text = new GrpcWebClientBase({format: 'text'}); // this client streams in text only
  await streamed(text, actions, streamedOut, {});
  await streamed(text, actions, streamedOut, {});
} catch (error) {
  seen.push(String(error));
}
await fetch('/seen', {method: 'POST', body: JSON.stringify(seen)});
