//! How a group of knobs is written down: the question, its options, what each profile takes, and why.

/// Makes an enum of answers for each knob of a group, and a table of their facts.
///
/// `defaults` are the options of the profiles `documented`, `windows-11` and `windows-vista`.
macro_rules! knobs {
    (
        $table:ident from $start:expr;
        $(
            $(#[doc = $asks:literal])+
            $answer:ident $name:literal [$($question:literal),+] {
                $($(#[doc = $meaning:literal])+ $option:ident $option_name:literal,)+
            }
            defaults $documented:ident, $windows_11:ident, $vista:ident;
            because $reason:literal $(; unobservable $unobservable:literal)?;
        )+
    ) => {
        enum Place { $($answer,)+ }

        /// The facts of this group's knobs.
        pub(super) const $table: &[$crate::profile::KnobFacts] = &[$(
            $crate::profile::KnobFacts {
                name: $name,
                questions: &[$($question),+],
                asks: concat!($($asks),+),
                options: &[$($option_name),+],
                defaults: [
                    place($answer::$documented as usize),
                    place($answer::$windows_11 as usize),
                    place($answer::$vista as usize),
                ],
                reason: $reason,
                unobservable: optional!($($unobservable)?),
            },
        )+];

        const fn place(number: usize) -> usize { number }

        $(
            $(#[doc = $asks])+
            #[derive(Clone, Copy, Debug, PartialEq, Eq)]
            pub enum $answer {
                $($(#[doc = $meaning])+ $option,)+
            }

            impl $crate::profile::Answer for $answer {
                const KNOB: $crate::profile::Knob = $crate::profile::Knob::new($start + Place::$answer as usize);
                const ANSWERS: &'static [Self] = &[$($answer::$option),+];
            }
        )+
    };
}

/// `None`, or `Some` of the one literal.
macro_rules! optional {
    () => {
        None
    };
    ($literal:literal) => {
        Some($literal)
    };
}

pub(super) use knobs;
pub(super) use optional;
