//! The program: arguments, then what they say.

fn main() -> std::process::ExitCode {
    footing::commands::run()
}
