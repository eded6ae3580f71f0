//! Options of earlier versions. They end with a message that names the new option.

/// A parser that refuses every value of an old option and names `option` instead.
pub(crate) fn replaced_by(option: &'static str) -> impl Fn(&str) -> Result<String, String> + Clone + Send + Sync {
    move |_| Err(format!("this option is now `{option}`"))
}
