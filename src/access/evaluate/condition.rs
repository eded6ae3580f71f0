//! Condition operators: all operators that AWS documents, with `IfExists`, `ForAllValues:` and `ForAnyValue:`.

use std::cmp::Ordering;
use std::net::IpAddr;

use jiff::Timestamp;

use super::context::Context;
use super::error::EvaluateError;
use super::pattern::Pattern;
use crate::access::policy::{Condition, Version};

/// The parts of a condition's operator.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Operator {
    set: Option<Set>,
    test: Test,
    negated: bool,
    if_exists: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Set {
    All,
    Any,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Test {
    Text,
    TextAnyCase,
    Like,
    Number(Comparison),
    Date(Comparison),
    Bool,
    Ip,
    Arn,
    Null,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Comparison {
    Equal,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

impl Comparison {
    fn holds(self, ordering: Ordering) -> bool {
        match self {
            Self::Equal => ordering.is_eq(),
            Self::Less => ordering.is_lt(),
            Self::LessOrEqual => ordering.is_le(),
            Self::Greater => ordering.is_gt(),
            Self::GreaterOrEqual => ordering.is_ge(),
        }
    }
}

impl Operator {
    fn parse(text: &str) -> Option<Self> {
        let text = text.to_ascii_lowercase();
        let (set, text) = match text.split_once(':') {
            Some(("forallvalues", rest)) => (Some(Set::All), rest),
            Some(("foranyvalue", rest)) => (Some(Set::Any), rest),
            Some(_) => return None,
            None => (None, text.as_str()),
        };
        let (text, if_exists) = text.strip_suffix("ifexists").map_or((text, false), |text| (text, true));
        let (test, negated) = match text {
            "stringequals" | "binaryequals" => (Test::Text, false),
            "stringnotequals" => (Test::Text, true),
            "stringequalsignorecase" => (Test::TextAnyCase, false),
            "stringnotequalsignorecase" => (Test::TextAnyCase, true),
            "stringlike" => (Test::Like, false),
            "stringnotlike" => (Test::Like, true),
            "bool" => (Test::Bool, false),
            "ipaddress" => (Test::Ip, false),
            "notipaddress" => (Test::Ip, true),
            "arnequals" | "arnlike" => (Test::Arn, false),
            "arnnotequals" | "arnnotlike" => (Test::Arn, true),
            "null" if !if_exists && set.is_none() => (Test::Null, false),
            _ => comparison(text)?,
        };
        Some(Self { set, test, negated, if_exists })
    }
}

fn comparison(text: &str) -> Option<(Test, bool)> {
    let (wrap, rest): (fn(Comparison) -> Test, &str) = match text.strip_prefix("numeric") {
        Some(rest) => (Test::Number, rest),
        None => (Test::Date, text.strip_prefix("date")?),
    };
    let (comparison, negated) = match rest {
        "equals" => (Comparison::Equal, false),
        "notequals" => (Comparison::Equal, true),
        "lessthan" => (Comparison::Less, false),
        "lessthanequals" => (Comparison::LessOrEqual, false),
        "greaterthan" => (Comparison::Greater, false),
        "greaterthanequals" => (Comparison::GreaterOrEqual, false),
        _ => return None,
    };
    Some((wrap(comparison), negated))
}

/// The operator of a condition.
///
/// # Errors
/// If AWS would not store the condition: the operator is unknown, a value is not valid for it, or there is no value.
pub(super) fn check(condition: &Condition) -> Result<Operator, EvaluateError> {
    let operator =
        Operator::parse(&condition.operator).ok_or_else(|| EvaluateError::Operator(condition.operator.clone()))?;
    if condition.values.is_empty() {
        return Err(EvaluateError::NoValue { operator: condition.operator.clone(), key: condition.key.clone() });
    }
    match condition.values.iter().find(|value| !is_valid(operator.test, value)) {
        None => Ok(operator),
        Some(value) => Err(EvaluateError::Value {
            operator: condition.operator.clone(),
            key: condition.key.clone(),
            value: value.clone(),
        }),
    }
}

/// Whether the condition holds for the request.
pub(super) fn holds(condition: &Condition, version: Version, context: &Context) -> Result<bool, EvaluateError> {
    let operator = check(condition)?;
    let present = context.get(&condition.key);
    if operator.test == Test::Null {
        let absent = if present.is_none() { "true" } else { "false" };
        return Ok(condition.values.iter().any(|value| value.eq_ignore_ascii_case(absent)));
    }
    let Some(present) = present else {
        return Ok(operator.if_exists
            || match operator.set {
                Some(Set::All) => true,
                Some(Set::Any) => false,
                None => operator.negated,
            });
    };
    let fits = |given: &String| {
        let one = condition.values.iter().any(|value| compare(operator.test, given, value, version, context));
        one != operator.negated
    };
    Ok(match (operator.set, operator.negated) {
        (Some(Set::All), _) | (None, true) => present.iter().all(fits),
        (Some(Set::Any), _) | (None, false) => present.iter().any(fits),
    })
}

/// Whether the value is valid for the operator. A value with a variable is checked when the variable's value is known.
fn is_valid(test: Test, value: &str) -> bool {
    match test {
        _ if value.contains("${") => true,
        Test::Number(_) => number(value).is_some(),
        Test::Date(_) => date(value).is_some(),
        Test::Ip => network(value).is_some(),
        Test::Bool | Test::Null => value.eq_ignore_ascii_case("true") || value.eq_ignore_ascii_case("false"),
        Test::Text | Test::TextAnyCase | Test::Like | Test::Arn => true,
    }
}

/// Whether one value of the request fits one value of the policy.
fn compare(test: Test, given: &str, value: &str, version: Version, context: &Context) -> bool {
    let Some(pattern) = Pattern::new(value, version, context) else { return false };
    let both = |given: Option<Ordering>, comparison: Comparison| given.is_some_and(|given| comparison.holds(given));
    match test {
        Test::Text => given == pattern.literal(),
        Test::TextAnyCase => given.to_lowercase() == pattern.literal().to_lowercase(),
        Test::Like => pattern.matches(given),
        Test::Arn => pattern.matches_arn(given),
        Test::Bool => given.eq_ignore_ascii_case(&pattern.literal()),
        Test::Number(comparison) => {
            both(number(given).zip(number(&pattern.literal())).and_then(|(a, b)| a.partial_cmp(&b)), comparison)
        }
        Test::Date(comparison) => both(date(given).zip(date(&pattern.literal())).map(|(a, b)| a.cmp(&b)), comparison),
        Test::Ip => match (given.parse(), network(&pattern.literal())) {
            (Ok(address), Some((network, bits))) => contains(network, bits, address),
            _ => false,
        },
        // Handled before the values are compared.
        Test::Null => false,
    }
}

fn number(text: &str) -> Option<f64> {
    text.parse().ok().filter(|number: &f64| number.is_finite())
}

/// A time in W3C format, a day, or seconds since 1970.
fn date(text: &str) -> Option<Timestamp> {
    let second = |seconds| Timestamp::from_second(seconds).ok();
    let start_of_day = || format!("{text}T00:00:00Z").parse().ok();
    text.parse().ok().or_else(|| text.parse().ok().and_then(second)).or_else(start_of_day)
}

/// A network in CIDR notation. A single address is a network with one address.
fn network(text: &str) -> Option<(IpAddr, u32)> {
    let (address, bits) = text.split_once('/').map_or((text, None), |(address, bits)| (address, Some(bits)));
    let address: IpAddr = address.parse().ok()?;
    let most = if address.is_ipv4() { 32 } else { 128 };
    let bits = bits.map_or(Some(most), |bits| bits.parse().ok().filter(|bits| *bits <= most))?;
    Some((address, bits))
}

fn contains(network: IpAddr, bits: u32, address: IpAddr) -> bool {
    match (network, address) {
        (IpAddr::V4(network), IpAddr::V4(address)) => {
            let differ = u32::from(network) ^ u32::from(address);
            differ.checked_shr(32 - bits).unwrap_or(0) == 0
        }
        (IpAddr::V6(network), IpAddr::V6(address)) => {
            let differ = u128::from(network) ^ u128::from(address);
            differ.checked_shr(128 - bits).unwrap_or(0) == 0
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn test(operator: &str, values: &[&str], given: Option<&[&str]>) -> Result<bool, EvaluateError> {
        let mut context = Context::new();
        context.set("aws:username", ["ada"]);
        if let Some(given) = given {
            context.set("x:Key", given.iter().copied());
        }
        let values = values.iter().map(|value| (*value).to_owned()).collect();
        holds(&Condition { operator: operator.to_owned(), key: "X:key".to_owned(), values }, Version::Current, &context)
    }

    #[test]
    fn every_operator() {
        for (operator, value, given, expected) in [
            ("StringEquals", "a*", "a*", true),
            ("StringEquals", "a*", "ab", false),
            ("StringEquals", "A", "a", false),
            ("StringEquals", "${aws:username}", "ada", true),
            ("StringNotEquals", "a", "b", true),
            ("StringEqualsIgnoreCase", "A", "a", true),
            ("StringNotEqualsIgnoreCase", "A", "a", false),
            ("StringLike", "a*c?", "abbcd", true),
            ("StringNotLike", "a*", "ab", false),
            ("BinaryEquals", "QmluYXJ5", "QmluYXJ5", true),
            ("NumericLessThan", "1.2", "1.1", true),
            ("NumericLessThan", "1.2", "1.2", false),
            ("NumericLessThan", "1.2", "one", false),
            ("NumericNotEquals", "1", "1.0", false),
            ("NumericGreaterThanEquals", "10", "9", false),
            ("DateGreaterThan", "2026-01-01T00:00:00Z", "2026-01-01T00:00:01Z", true),
            ("DateLessThanEquals", "2026-01-01", "1767225600", true),
            ("Bool", "false", "False", true),
            ("Bool", "true", "false", false),
            ("IpAddress", "10.1.0.0/16", "10.1.255.7", true),
            ("IpAddress", "10.1.0.0/16", "10.2.0.1", false),
            ("IpAddress", "0.0.0.0/0", "8.8.8.8", true),
            ("IpAddress", "2001:db8::/32", "2001:db8:1::1", true),
            ("NotIpAddress", "10.1.2.3", "10.1.2.3", false),
            ("ArnLike", "arn:aws:iam::*:role/x*", "arn:aws:iam::111122223333:role/xy", true),
            ("ArnEquals", "arn:aws:iam::*:role/x*", "arn:aws:iam::111122223333:role/xy", true),
            ("ArnNotLike", "arn:aws:iam::*:role/x*", "arn:aws:iam::111122223333:role/y", true),
        ] {
            assert_eq!(test(operator, &[value], Some(&[given])).unwrap(), expected, "{operator} {value} {given}");
        }
    }

    #[test]
    fn an_absent_key_fails_a_test_and_passes_its_negation() {
        for (operator, expected) in [
            ("StringEquals", false),
            ("StringNotEquals", true),
            ("StringEqualsIfExists", true),
            ("BoolIfExists", true),
            ("Bool", false),
            ("NumericLessThan", false),
            ("ForAllValues:StringEquals", true),
            ("ForAnyValue:StringEquals", false),
            ("ForAnyValue:StringNotEquals", false),
        ] {
            let value = if operator.starts_with("Bool") { "true" } else { "1" };
            assert_eq!(test(operator, &[value], None).unwrap(), expected, "{operator}");
        }
        assert!(test("Null", &["true"], None).unwrap() && !test("Null", &["false"], None).unwrap());
        assert!(test("Null", &["false"], Some(&["x"])).unwrap());
    }

    #[test]
    fn values_of_a_policy_are_alternatives_and_values_of_a_request_are_a_set() {
        for (operator, values, given, expected) in [
            ("StringEquals", &["a", "b"][..], &["b"][..], true),
            ("StringNotEquals", &["a", "b"], &["b"], false),
            ("ForAllValues:StringEquals", &["a", "b"], &["a", "b"], true),
            ("ForAllValues:StringEquals", &["a"], &["a", "b"], false),
            ("ForAnyValue:StringEquals", &["a"], &["a", "b"], true),
            ("ForAnyValue:StringNotEquals", &["a"], &["a"], false),
            ("ForAnyValue:StringNotEquals", &["a"], &["a", "b"], true),
            ("ForAllValues:StringNotEquals", &["a"], &["a", "b"], false),
            ("ForAllValues:StringEquals", &["a"], &[], true),
        ] {
            assert_eq!(test(operator, values, Some(given)).unwrap(), expected, "{operator} {values:?} {given:?}");
        }
    }

    #[test]
    fn what_aws_would_refuse_is_an_error_and_not_a_guess() {
        for (operator, value) in [
            ("StringMatches", "a"),
            ("ForSome:StringEquals", "a"),
            ("NullIfExists", "true"),
            ("NumericLessThan", "low"),
            ("Bool", "yes"),
            ("IpAddress", "10.0.0.0/33"),
            ("DateLessThan", "soon"),
        ] {
            assert!(test(operator, &[value], Some(&["1"])).is_err(), "{operator} {value}");
        }
    }
}
