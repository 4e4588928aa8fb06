//! The times that a value holds, by which its row can be dated.

use serde_json::Value as Json;

use super::{Stored, body, kubernetes, protobuf};
use crate::history::clock::{Millis, Stamps};

/// The times that a value holds: none where it is no object, or not enough of it is here to tell.
///
/// They are what whoever wrote the value noted of the past (`k8s.io/apimachinery/pkg/apis/meta/v1`,
/// `k8s.io/api/coordination/v1`, `k8s.io/api/core/v1`): when the object was created, when fields of it were
/// changed, when its deletion was asked for, when a Lease was renewed, when an Event was seen.
pub fn stamps(stored: &Stored) -> Stamps {
    let (bytes, cut) = (&stored.start[..], stored.is_cut());
    let object = match protobuf::envelope(bytes, cut) {
        Some((typed, object)) => kubernetes::tree(&typed, object, cut),
        None => {
            body::text(bytes, cut).filter(|_| !cut).and_then(|text| serde_json::from_str(text).ok())
        }
    };
    object.map(|object| of_json(&object)).unwrap_or_default()
}

fn of_json(object: &Json) -> Stamps {
    let time = |path: &str| object.pointer(path).and_then(Json::as_str).and_then(parse);
    let kind = object["kind"].as_str().unwrap_or_default();
    let grace = object.pointer("/metadata/deletionGracePeriodSeconds").and_then(Json::as_i64);
    let managed = object.pointer("/metadata/managedFields").and_then(Json::as_array);
    let managed = managed.into_iter().flatten().filter_map(|it| it["time"].as_str());
    let seen = ["/firstTimestamp", "/lastTimestamp", "/eventTime", "/series/lastObservedTime"];
    let seen = seen.into_iter().filter(|_| kind == "Event").filter_map(time);
    Stamps {
        created: time("/metadata/creationTimestamp"),
        renewed: time("/spec/renewTime").filter(|_| kind == "Lease"),
        latest: managed
            .filter_map(parse)
            .chain(asked(time("/metadata/deletionTimestamp"), grace))
            .chain(seen)
            .max(),
    }
}

/// When a deletion was asked for: a deletion timestamp is when the grace period will have passed.
fn asked(deletion: Option<Millis>, grace: Option<i64>) -> Option<Millis> {
    deletion?.checked_sub(grace?.checked_mul(1000)?)
}

/// `2026-11-20T02:10:03Z`, with any digits of a second.
fn parse(text: &str) -> Option<Millis> {
    let time = humantime::parse_rfc3339(text).ok()?;
    time.duration_since(std::time::UNIX_EPOCH).ok()?.as_millis().try_into().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(value: &[u8]) -> Stamps {
        stamps(&Stored::whole(value))
    }

    fn seconds(stamps: Stamps) -> [Option<Millis>; 3] {
        [stamps.created, stamps.renewed, stamps.latest]
            .map(|at| at.map(|at| at - 1_763_604_000_000))
    }

    #[test]
    fn the_times_of_an_object_in_json() {
        let lease = br#"{"kind":"Lease","metadata":{"creationTimestamp":"2025-11-20T02:00:00Z",
            "managedFields":[{"time":"2025-11-20T02:00:05Z"},{"time":"2025-11-20T02:00:03Z"},{}]},
            "spec":{"renewTime":"2025-11-20T02:00:07.250000Z"}}"#;
        assert_eq!(seconds(of(lease)), [Some(0), Some(7250), Some(5000)]);
        let event = br#"{"kind":"Event","metadata":{"creationTimestamp":"2025-11-20T02:00:00Z"},
            "lastTimestamp":"2025-11-20T02:00:04Z","firstTimestamp":null,"eventTime":"x"}"#;
        assert_eq!(seconds(of(event)), [Some(0), None, Some(4000)]);
        let pod = br#"{"kind":"Pod","metadata":{"deletionTimestamp":"2025-11-20T02:00:30Z",
            "deletionGracePeriodSeconds":30},"spec":{"renewTime":"2025-11-20T02:00:07Z"}}"#;
        assert_eq!(seconds(of(pod)), [None, None, Some(0)]);
        for nothing in [&b""[..], b"{}", b"[]", b"{\"metadata\":[]}", b"k8s\0", b"\xff", b"7|v"] {
            assert_eq!(of(nothing), Stamps::default());
        }
    }

    /// A field that holds bytes.
    fn field(number: u8, content: &[u8]) -> Vec<u8> {
        let mut field = vec![number << 3 | 2, u8::try_from(content.len()).expect("it is short")];
        if number > 15 {
            field.splice(..1, [(number << 3 | 2) | 0x80, number >> 4]);
        }
        field.extend(content);
        field
    }

    /// So many seconds after the hour.
    fn time(second: u8) -> Vec<u8> {
        // 1763604000 as a varint.
        let mut seconds = Vec::new();
        let mut rest = 1_763_604_000_u64 + u64::from(second);
        while rest >= 0x80 {
            seconds.push(u8::try_from(rest & 0x7f).expect("it is") | 0x80);
            rest >>= 7;
        }
        seconds.push(u8::try_from(rest).expect("it is"));
        [vec![0x08], seconds].concat()
    }

    fn object(kind: &str, fields: &[Vec<u8>]) -> Vec<u8> {
        let version: &[u8] = if kind == "Lease" { b"coordination.k8s.io/v1" } else { b"v1" };
        let unknown = field(1, &[field(1, version), field(2, kind.as_bytes())].concat());
        [b"k8s\0".to_vec(), unknown, field(2, &fields.concat())].concat()
    }

    #[test]
    fn the_times_of_an_object_in_protobuf() {
        let managed = field(17, &[field(1, b"kubelet"), field(4, &time(5))].concat());
        let meta = field(1, &[field(1, b"a"), field(8, &time(0)), managed].concat());
        let spec = field(2, &[field(1, b"node-a"), field(4, &time(7))].concat());
        let lease = object("Lease", &[meta.clone(), spec]);
        assert_eq!(seconds(of(&lease)), [Some(0), Some(7000), Some(5000)]);
        assert_eq!(seconds(of(&object("Pod", &[meta]))), [Some(0), None, Some(5000)]);
        let event = object("Event", &[field(7, &time(9)), field(10, b"")]);
        assert_eq!(seconds(of(&event)), [None, None, Some(9000)]);
        // Cut off in the middle, it tells what is there.
        let cut = Stored { length: 5000, start: lease[..lease.len() - 9].to_vec() };
        assert_eq!(seconds(stamps(&cut)), [Some(0), None, Some(5000)]);
    }
}
