//! The integration tests, in one binary: everything through the public interface or the program itself.
mod generate;
mod settings;
