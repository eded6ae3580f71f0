//! The parts of a commerce event.

use super::attribute::{Map, TextAttribute};
use super::declare::record;
use super::int64::Int64;
use super::name::names;
use super::scalar::{Decimal, Int32, Scalar};

names! {
    /// The actions on products. As published, the last name differs from that of the custom event type.
    ProductActionName: "add_to_cart", "remove_from_cart", "checkout", "checkout_option", "click", "view_detail",
        "purchase", "refund", "add_to_wishlist", "remove_from_wish_list"
}

names! {
    /// The actions on promotions.
    PromotionActionName: "view", "click"
}

record! {
    /// What the user did with products.
    ProductAction, source "JSON Reference, product_action", required ["action"] {
        /// What was done.
        action: ProductActionName,
        /// Step of the checkout, as a number.
        checkout_step: Int32,
        /// Options of the checkout.
        checkout_options: Scalar,
        /// List that contained the products.
        product_action_list: Scalar,
        /// Where that list was shown.
        product_list_source: Scalar,
        /// Id of the transaction.
        transaction_id: String,
        /// Shop or affiliation of the transaction.
        affiliation: Scalar,
        /// Total of the transaction, in the event's currency.
        total_amount: Decimal,
        /// Tax, in the event's currency.
        tax_amount: Decimal,
        /// Shipping, in the event's currency.
        shipping_amount: Decimal,
        /// Coupon that was used.
        coupon_code: Scalar,
        /// The products.
        products: Vec<Product>,
    }
}

record! {
    /// A product.
    Product, source "JSON Reference, Product" {
        /// Id of the product, such as its SKU.
        id: String,
        /// Name of the product.
        name: String,
        /// Brand of the product.
        brand: Scalar,
        /// Category of the product.
        category: Scalar,
        /// Variant of the product.
        variant: Scalar,
        /// Position in the list, as a number.
        position: Int32,
        /// Price of one, in the event's currency.
        price: Decimal,
        /// How many.
        quantity: Decimal,
        /// Coupon of the product.
        coupon_code: Scalar,
        /// When it was put into the cart, in milliseconds since 1970-01-01 UTC (U-26).
        added_to_cart_time_ms: Int64,
        /// Total of the product, in the event's currency.
        total_product_amount: Decimal,
        /// Attributes of the product that the customer chose.
        custom_attributes: Map<TextAttribute>,
    }
}

record! {
    /// What the user did with promotions.
    PromotionAction, source "JSON Reference, promotion_action", required ["action"] {
        /// What was done.
        action: PromotionActionName,
        /// The promotions.
        promotions: Vec<Promotion>,
    }
}

record! {
    /// A promotion.
    Promotion, source "JSON Reference, Promotion" {
        /// Id of the promotion.
        id: String,
        /// Name of the promotion.
        name: String,
        /// Creative that was shown.
        creative: Scalar,
        /// Where it was shown.
        position: Scalar,
    }
}

record! {
    /// Products that were shown in one list.
    ProductImpression, source "JSON Reference, product_impressions",
    required ["product_impression_list"], present ["products"] {
        /// The list.
        product_impression_list: String,
        /// The products that were shown.
        products: Vec<Product>,
    }
}

record! {
    /// The content of the cart.
    ShoppingCart, source "JSON Reference, shopping_cart", required ["products"] {
        /// The products in the cart.
        products: Vec<Product>,
    }
}
