//! Cloning into what is there: whoever makes many machines of one keeps the memory of the last.

/// Clones a struct field by field, into the fields that are there where it is cloned from another.
///
/// Derived, `clone_from` would let go of every vector and take new ones.
macro_rules! clone_by_field {
    ($name:ident { $($field:ident),+ $(,)? }) => {
        impl Clone for $name {
            fn clone(&self) -> $name {
                let $name { $($field),+ } = self;
                $name { $($field: $field.clone()),+ }
            }

            fn clone_from(&mut self, source: &$name) {
                let $name { $($field),+ } = source;
                $(self.$field.clone_from($field);)+
            }
        }
    };
}
pub(crate) use clone_by_field;
