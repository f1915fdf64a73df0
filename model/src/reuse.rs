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
    // To count who shares something is dearer than to look whether it is the same.
    ($name:ident { shared $shared:ident, $($field:ident),+ $(,)? }) => {
        impl Clone for $name {
            fn clone(&self) -> $name {
                let $name { $shared, $($field),+ } = self;
                $name { $shared: std::sync::Arc::clone($shared), $($field: $field.clone()),+ }
            }

            fn clone_from(&mut self, source: &$name) {
                let $name { $shared, $($field),+ } = source;
                if !std::sync::Arc::ptr_eq(&self.$shared, $shared) {
                    self.$shared = std::sync::Arc::clone($shared);
                }
                $(self.$field.clone_from($field);)+
            }
        }
    };
}
pub(crate) use clone_by_field;
