//! Values as JSON, byte for byte as `serde_json` writes them, in half its time.
//!
//! A trace has a line for every call, and `serde_json` would spend more on it than the simulator on the call: it
//! looks at each byte of each key, and hands every piece to a writer that may fail. Here all goes straight into a
//! buffer. Values are what the lines of a trace are made of: maps, sequences, texts, whole numbers; no others.

use serde::ser::{self, Error as _, Impossible, Serialize, SerializeMap, SerializeSeq, SerializeStruct};
use serde_json::Error;

/// Appends `value` to `out`.
///
/// # Errors
///
/// If it holds what no line of a trace holds, such as a fraction.
pub(super) fn append(value: &impl Serialize, out: &mut Vec<u8>) -> Result<(), Error> {
    value.serialize(Json::new(out))
}

/// Writes one value.
struct Json<'a> {
    out: &'a mut Vec<u8>,
    /// Whether a text is known to need no escapes.
    is_plain: bool,
}

/// Writes the items of a sequence, a map or a struct.
struct Items<'a> {
    out: &'a mut Vec<u8>,
    is_empty: bool,
    end: u8,
}

impl<'a> Json<'a> {
    fn new(out: &'a mut Vec<u8>) -> Json<'a> {
        Json { out, is_plain: false }
    }

    fn items(self, start: u8, end: u8) -> Items<'a> {
        self.out.push(start);
        Items { out: self.out, is_empty: true, end }
    }

    fn number(self, number: impl itoa::Integer) -> Result<(), Error> {
        self.out.extend_from_slice(itoa::Buffer::new().format(number).as_bytes());
        Ok(())
    }
}

impl Items<'_> {
    #[inline]
    fn separate(&mut self) {
        if !std::mem::replace(&mut self.is_empty, false) {
            self.out.push(b',');
        }
    }

    #[inline]
    fn field<T: Serialize + ?Sized>(&mut self, key: &'static str, value: &T) -> Result<(), Error> {
        self.separate();
        write_plain(key, self.out);
        self.out.push(b':');
        value.serialize(Json::new(self.out))
    }

    fn close(self) {
        self.out.push(self.end);
    }
}

/// Writes a text in quotes.
fn write_text(text: &str, out: &mut Vec<u8>) {
    out.push(b'"');
    let mut rest = text.as_bytes();
    while let Some(place) = rest.iter().position(|byte| ESCAPES[usize::from(*byte)] != 0) {
        let (plain, from) = rest.split_at(place);
        out.extend_from_slice(plain);
        write_escape(from[0], out);
        rest = &from[1..];
    }
    out.extend_from_slice(rest);
    out.push(b'"');
}

fn write_escape(byte: u8, out: &mut Vec<u8>) {
    let escape = ESCAPES[usize::from(byte)];
    out.extend_from_slice(&[b'\\', escape]);
    if escape == b'u' {
        let digit = |place: u8| b"0123456789abcdef"[usize::from(place)];
        out.extend_from_slice(&[b'0', b'0', digit(byte >> 4), digit(byte & 0xf)]);
    }
}

/// Writes a text in quotes of which nothing has to be escaped.
#[inline]
fn write_plain(text: &str, out: &mut Vec<u8>) {
    debug_assert!(text.bytes().all(|byte| ESCAPES[usize::from(byte)] == 0), "{text:?} needs escapes");
    out.push(b'"');
    out.extend_from_slice(text.as_bytes());
    out.push(b'"');
}

/// By byte: what stands behind the backslash in its place; 0: it stays as it is.
static ESCAPES: [u8; 256] = {
    let mut escapes = [0; 256];
    let mut control = 0;
    while control < 0x20 {
        escapes[control] = b'u';
        control += 1;
    }
    escapes[0x08] = b'b';
    escapes[0x09] = b't';
    escapes[0x0a] = b'n';
    escapes[0x0c] = b'f';
    escapes[0x0d] = b'r';
    escapes[0x22] = b'"';
    escapes[0x5c] = b'\\';
    escapes
};

fn not_in_a_trace<T>(what: &str) -> Result<T, Error> {
    Err(Error::custom(format_args!("a trace holds no {what}")))
}

macro_rules! whole_numbers {
    ($($name:ident: $number:ty),*) => {
        $(fn $name(self, number: $number) -> Result<(), Error> {
            self.number(number)
        })*
    };
}

impl<'a> ser::Serializer for Json<'a> {
    type Ok = ();
    type Error = Error;
    type SerializeSeq = Items<'a>;
    type SerializeMap = Items<'a>;
    type SerializeStruct = Items<'a>;
    type SerializeTuple = Items<'a>;
    type SerializeTupleStruct = Impossible<(), Error>;
    type SerializeTupleVariant = Impossible<(), Error>;
    type SerializeStructVariant = Impossible<(), Error>;

    whole_numbers! {
        serialize_i8: i8, serialize_i16: i16, serialize_i32: i32, serialize_i64: i64,
        serialize_u8: u8, serialize_u16: u16, serialize_u32: u32, serialize_u64: u64
    }

    fn serialize_bool(self, value: bool) -> Result<(), Error> {
        self.out.extend_from_slice(if value { b"true" } else { b"false" });
        Ok(())
    }

    fn serialize_f32(self, _: f32) -> Result<(), Error> {
        not_in_a_trace("fraction")
    }

    fn serialize_f64(self, _: f64) -> Result<(), Error> {
        not_in_a_trace("fraction")
    }

    fn serialize_char(self, value: char) -> Result<(), Error> {
        self.serialize_str(value.encode_utf8(&mut [0; 4]))
    }

    #[inline]
    fn serialize_str(self, value: &str) -> Result<(), Error> {
        if self.is_plain {
            write_plain(value, self.out);
        } else {
            write_text(value, self.out);
        }
        Ok(())
    }

    fn serialize_bytes(self, _: &[u8]) -> Result<(), Error> {
        not_in_a_trace("bytes")
    }

    fn serialize_none(self) -> Result<(), Error> {
        self.serialize_unit()
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<(), Error> {
        value.serialize(self)
    }

    fn serialize_unit(self) -> Result<(), Error> {
        self.out.extend_from_slice(b"null");
        Ok(())
    }

    fn serialize_unit_struct(self, _: &'static str) -> Result<(), Error> {
        self.serialize_unit()
    }

    fn serialize_unit_variant(self, _: &'static str, _: u32, variant: &'static str) -> Result<(), Error> {
        self.serialize_str(variant)
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        value: &T,
    ) -> Result<(), Error> {
        value.serialize(self)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: &T,
    ) -> Result<(), Error> {
        not_in_a_trace("tagged value")
    }

    fn serialize_seq(self, _: Option<usize>) -> Result<Items<'a>, Error> {
        Ok(self.items(b'[', b']'))
    }

    fn serialize_tuple(self, _: usize) -> Result<Items<'a>, Error> {
        Ok(self.items(b'[', b']'))
    }

    fn serialize_tuple_struct(self, _: &'static str, _: usize) -> Result<Impossible<(), Error>, Error> {
        not_in_a_trace("struct without names")
    }

    fn serialize_tuple_variant(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: usize,
    ) -> Result<Impossible<(), Error>, Error> {
        not_in_a_trace("tagged value")
    }

    fn serialize_map(self, _: Option<usize>) -> Result<Items<'a>, Error> {
        Ok(self.items(b'{', b'}'))
    }

    fn serialize_struct(self, _: &'static str, _: usize) -> Result<Items<'a>, Error> {
        Ok(self.items(b'{', b'}'))
    }

    fn serialize_struct_variant(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: usize,
    ) -> Result<Impossible<(), Error>, Error> {
        not_in_a_trace("tagged value")
    }
}

impl SerializeSeq for Items<'_> {
    type Ok = ();
    type Error = Error;

    fn serialize_element<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Error> {
        self.separate();
        value.serialize(Json::new(self.out))
    }

    fn end(self) -> Result<(), Error> {
        self.close();
        Ok(())
    }
}

impl ser::SerializeTuple for Items<'_> {
    type Ok = ();
    type Error = Error;

    fn serialize_element<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Error> {
        SerializeSeq::serialize_element(self, value)
    }

    fn end(self) -> Result<(), Error> {
        self.close();
        Ok(())
    }
}

impl SerializeMap for Items<'_> {
    type Ok = ();
    type Error = Error;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result<(), Error> {
        self.separate();
        key.serialize(Json { out: self.out, is_plain: true })
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Error> {
        self.out.push(b':');
        value.serialize(Json::new(self.out))
    }

    fn end(self) -> Result<(), Error> {
        self.close();
        Ok(())
    }
}

impl SerializeStruct for Items<'_> {
    type Ok = ();
    type Error = Error;

    fn serialize_field<T: Serialize + ?Sized>(&mut self, key: &'static str, value: &T) -> Result<(), Error> {
        self.field(key, value)
    }

    fn end(self) -> Result<(), Error> {
        self.close();
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;
    use serde::Serialize;

    use super::append;

    #[derive(Debug, Serialize)]
    struct Everything {
        text: String,
        #[serde(skip_serializing_if = "Option::is_none")]
        maybe: Option<i64>,
        null: Option<u8>,
        pair: [usize; 2],
        letter: char,
        truth: bool,
        #[serde(flatten)]
        inner: Inner,
        by_name: BTreeMap<String, u64>,
    }

    #[derive(Debug, Serialize)]
    struct Inner {
        list: Vec<Option<String>>,
        empty: (),
    }

    fn written(value: &impl Serialize) -> String {
        let mut bytes = Vec::new();
        append(value, &mut bytes).unwrap();
        String::from_utf8(bytes).unwrap()
    }

    proptest! {
        #[test]
        fn every_value_is_written_as_serde_json_writes_it(
            text in ".*",
            maybe: Option<i64>,
            null: Option<u8>,
            pair: [usize; 2],
            letter: char,
            truth: bool,
            list in prop::collection::vec(prop::option::of("[\\x00-\\x7f]{0,20}"), 0..4),
            by_name in prop::collection::btree_map("[a-z-]{0,9}", any::<u64>(), 0..3),
        ) {
            let inner = Inner { list, empty: () };
            let value = Everything { text, maybe, null, pair, letter, truth, inner, by_name };
            prop_assert_eq!(written(&value), serde_json::to_string(&value).unwrap());
        }
    }

    #[test]
    fn every_ascii_character_is_escaped_as_serde_json_does() {
        let text: String = (0..=0x7f_u8).map(char::from).collect();
        assert_eq!(written(&text), serde_json::to_string(&text).unwrap());
    }

    #[test]
    fn what_no_line_holds_is_refused() {
        let mut bytes = Vec::new();
        for error in [append(&0.5, &mut bytes), append(&Some(1.5_f32), &mut bytes)] {
            assert_eq!(error.unwrap_err().to_string(), "a trace holds no fraction");
        }
        let tagged: Result<u32, u32> = Ok(1);
        assert_eq!(append(&tagged, &mut bytes).unwrap_err().to_string(), "a trace holds no tagged value");
    }
}
