"""send.py URL BATCHES: sends batches with mParticle's client library for Python, and prints how many events they have."""

import os
import sys

import mparticle


def batch(number):
    batch = mparticle.Batch()
    batch.environment = "development"
    batch.user_identities = mparticle.UserIdentities()
    batch.user_identities.customerid = f"python-{number % 3}"
    batch.user_attributes = {"hair color": "brown", "score": 7, "tags": ["a", "b"]}
    session = mparticle.SessionStartEvent()
    session.session_id = 9007199254740993 + number
    custom = mparticle.AppEvent("Hello Zoë 東京", "navigation")
    custom.custom_attributes = {"client": "python", "number": str(number)}
    screen = mparticle.ScreenViewEvent()
    screen.screen_name = "home"
    product = mparticle.Product()
    product.name, product.id, product.price, product.quantity = "tea", "sku", 19.99, 2
    action = mparticle.ProductAction("purchase")
    action.products, action.total_amount = [product], 39.98
    commerce = mparticle.CommerceEvent(product_action=action)
    crash = mparticle.CrashReportEvent()
    crash.message = "boom"
    end = mparticle.SessionEndEvent()
    end.session_id, end.session_duration_ms = session.session_id, 1000
    batch.events = [session, custom, screen, commerce, crash, end]
    return batch


def main():
    url, count = sys.argv[1], int(sys.argv[2])
    configuration = mparticle.Configuration()
    configuration.host = f"{url}/v2"
    configuration.api_key = os.environ["MPARTICLE_API_KEY"]
    configuration.api_secret = os.environ["MPARTICLE_API_SECRET"]
    api = mparticle.EventsApi(configuration)
    batches = [batch(number) for number in range(count)]
    api.upload_events(batches[0])
    api.bulk_upload_events(batches[1:])
    print(sum(len(batch.events) for batch in batches))


main()
