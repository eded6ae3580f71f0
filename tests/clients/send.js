// send.js MODULES URL BATCHES: sends batches with mParticle's client library for Node, and prints how many events they have.
const [modules, url, count] = process.argv.slice(2);
const mParticle = require(`${modules}/mparticle`);

function batch(number) {
  const batch = new mParticle.Batch(mParticle.Batch.Environment.development);
  batch.user_identities = new mParticle.UserIdentities();
  batch.user_identities.customerid = `node-${number % 3}`;
  batch.user_attributes = { "Account type": "trial", score: 7 };
  batch.mpid = 600868121729048600;
  const start = new mParticle.SessionStartEvent();
  start.session_id = 12345678;
  start.timestamp_unixtime_ms = Date.now();
  batch.addEvent(start);
  const custom = new mParticle.AppEvent(mParticle.AppEvent.CustomEventType.navigation, "Hello Zoë 東京");
  custom.custom_attributes = { client: "node", number: String(number) };
  custom.custom_flags = { foo: "bar", answer: 42, arrays: ["foo", "bar", "baz"] };
  batch.addEvent(custom);
  const screen = new mParticle.ScreenViewEvent();
  screen.screen_name = "home";
  batch.addEvent(screen);
  const product = new mParticle.Product();
  Object.assign(product, { name: "tea", id: "sku", price: 19.99 });
  const action = new mParticle.ProductAction("purchase");
  Object.assign(action, { products: [product], tax_amount: 1.5, total_amount: 21.49 });
  const commerce = new mParticle.CommerceEvent();
  commerce.product_action = action;
  batch.addEvent(commerce);
  const end = new mParticle.SessionEndEvent();
  Object.assign(end, { session_id: start.session_id, session_duration_ms: 10000, timestamp_unixtime_ms: Date.now() });
  batch.addEvent(end);
  return batch;
}

const { MPARTICLE_API_KEY: key, MPARTICLE_API_SECRET: secret } = process.env;
const api = new mParticle.EventsApi(new mParticle.Configuration(key, secret));
api.apiClient.basePath = `${url}/v2`;
const batches = Array.from({ length: Number(count) }, (_, number) => batch(number));
const done = (next) => (error) => {
  if (error) {
    console.error(String(error));
    process.exit(1);
  }
  next();
};
const print = () => console.log(batches.reduce((sum, batch) => sum + batch.events.length, 0));
api.uploadEvents(batches[0], done(() => api.bulkUploadEvents(batches.slice(1), done(print))));
