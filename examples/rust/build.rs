//! Has the types made anew when the schema changes; the generator watches the query alone.

fn main() {
    println!("cargo::rerun-if-changed=../../schema.graphql");
}
