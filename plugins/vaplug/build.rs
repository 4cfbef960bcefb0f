//! The vendored interface, SDK and templates are read when this crate is compiled; cargo has to be told of new files.

fn main() {
    for folder in ["../../wit", "../sdk", "templates"] {
        println!("cargo::rerun-if-changed={folder}");
    }
}
