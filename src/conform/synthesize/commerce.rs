//! Commerce events: each of exactly one kind (DTO-6).

use super::dice::Dice;
use super::event::Spelling;
use super::text::{Object, array, number, quoted, words};

const ACTIONS: &[&str] = &[
    "add_to_cart",
    "remove_from_cart",
    "checkout",
    "checkout_option",
    "click",
    "view_detail",
    "purchase",
    "refund",
    "add_to_wishlist",
    "remove_from_wish_list",
];

pub(super) fn fill(data: &mut Object, dice: &mut Dice, spelling: Spelling, at: i64) {
    match dice.below(3) {
        0 => data.raw("product_action", product_action(dice, spelling, at)),
        1 => data.raw("promotion_action", promotion_action(dice)),
        _ => {
            let count = 1 + dice.below(2);
            let lists = (0..count).map(|_| impression(dice, spelling, at)).collect::<Vec<_>>();
            data.raw("product_impressions", array(lists))
        }
    };
    if dice.percent(20) {
        let cart = products(dice, spelling, at);
        data.raw("shopping_cart", Object::new().raw("products", cart).end());
    }
    data.text("currency_code", "EUR").raw("is_non_interactive", dice.one_in(2));
    if dice.percent(30) {
        data.raw("screen_name", words(dice));
    }
}

fn product_action(dice: &mut Dice, spelling: Spelling, at: i64) -> String {
    let mut action = Object::new();
    action.text("action", dice.pick(ACTIONS));
    if dice.percent(60) {
        action
            .raw("transaction_id", quoted(&format!("tx-{}", dice.below(1_000_000))))
            .raw("total_amount", number(dice));
        action.raw("tax_amount", "0.00").raw("shipping_amount", "null");
    }
    if dice.percent(20) {
        action.raw("checkout_step", dice.below(4));
    }
    match dice.below(12) {
        0 => action.raw("products", "null"),
        1 => &mut action,
        _ => action.raw("products", products(dice, spelling, at)),
    };
    action.end()
}

fn promotion_action(dice: &mut Dice) -> String {
    let promotion = |dice: &mut Dice| {
        let id = format!("promo-{}", dice.below(50));
        Object::new()
            .text("id", &id)
            .raw("name", words(dice))
            .raw("creative", words(dice))
            .text("position", "top")
            .end()
    };
    let promotions = [promotion(dice), promotion(dice)];
    let kind = dice.pick(&["view", "click"]);
    Object::new().text("action", kind).raw("promotions", array(promotions)).end()
}

fn impression(dice: &mut Dice, spelling: Spelling, at: i64) -> String {
    Object::new()
        .text("product_impression_list", dice.pick(&["search results", "Empfehlungen für dich", ""]))
        .raw("products", products(dice, spelling, at))
        .end()
}

fn products(dice: &mut Dice, spelling: Spelling, at: i64) -> String {
    let count = dice.below(3);
    let items = (0..count).map(|_| product(dice, spelling, at)).collect::<Vec<_>>();
    array(items)
}

fn product(dice: &mut Dice, spelling: Spelling, at: i64) -> String {
    let mut product = Object::new();
    product.text("id", &format!("sku-{:04}", dice.below(10_000))).raw("name", words(dice));
    product.raw("price", number(dice)).raw("quantity", dice.pick(&["1", "2.0", "3"]));
    if dice.percent(50) {
        product.raw("added_to_cart_time_ms", spelling.integer(dice, at - 60_000));
    }
    if dice.percent(50) {
        let attributes = Object::new().text("colour", "grün").raw("added_to_cart_time_ms", "\"a name only\"").end();
        product.raw("custom_attributes", attributes);
    }
    product.end()
}
