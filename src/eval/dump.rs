//! What a fit of the weights starts from: every query's candidates with signals and grades, as JSON lines.

use std::io::{self, Write};

use serde::Serialize;
use serde::ser::{SerializeMap, Serializer};

use crate::eval::robustness::FLIPPED;
use crate::eval::run::{Asked, Candidate};
use crate::rank::signals;

#[derive(Serialize)]
struct Row<'a> {
    id: &'a str,
    query: &'a str,
    kind: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    note: Option<&'a str>,
    in_scope: bool,
    hits: Vec<Hit<'a>>,
}

#[derive(Serialize)]
struct Hit<'a> {
    id: &'a str,
    grade: u8,
    confidence: f64,
    #[serde(serialize_with = "by_name")]
    signals: &'a [f64; signals::COUNT],
}

impl<'a> From<&'a Candidate> for Hit<'a> {
    fn from(candidate: &'a Candidate) -> Hit<'a> {
        Hit {
            id: &candidate.id,
            grade: candidate.grade,
            confidence: candidate.confidence,
            signals: &candidate.signals,
        }
    }
}

/// Writes a line for each query, candidates best first, signals by name.
///
/// # Errors
/// What `out` fails with.
pub fn write(asked: &[Asked], out: &mut impl Write) -> io::Result<()> {
    // What a question turned around should find is not known.
    let known = asked.iter().filter(|asked| asked.judged.kind != FLIPPED);
    for Asked {
        judged, candidates, ..
    } in known
    {
        let row = Row {
            id: &judged.id,
            query: &judged.query,
            kind: &judged.kind,
            note: judged.note.as_deref(),
            in_scope: judged.in_scope,
            hits: candidates.iter().map(Hit::from).collect(),
        };
        serde_json::to_writer(&mut *out, &row)?;
        out.write_all(b"\n")?;
    }
    Ok(())
}

fn by_name<S: Serializer>(
    values: &[f64; signals::COUNT],
    serializer: S,
) -> Result<S::Ok, S::Error> {
    let mut map = serializer.serialize_map(Some(values.len()))?;
    for (name, value) in signals::NAMES.iter().zip(values) {
        map.serialize_entry(name, value)?;
    }
    map.end()
}
