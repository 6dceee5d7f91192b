//! Text to vector: questions that mean the same point the same way.
//!
//! [`Encoder`] makes unit vectors, inside this program or at an endpoint; [`Vectors`] keeps them in a file's
//! bytes and finds the nearest; [`Signs`] makes that quick among millions; [`Tokens`] holds every token of a
//! question beside those of a text. The built-in encoder and the scans give the same bits on every CPU and any
//! number of threads; an endpoint promises nothing of the kind.

mod arithmetic;
mod encoder;
mod encoding;
mod endpoint;
#[cfg(test)]
mod endpoint_tests;
mod error;
mod kernel;
mod language;
mod network;
mod outage;
mod recent;
mod row;
mod signs;
mod tokens;
mod vectors;
mod vocabulary;
mod weights;

pub use encoding::Encoding;
pub use endpoint::{Api, EndpointSettings};
pub use error::EncodeError;
pub use language::Language;
pub use row::{ROW_OVERHEAD, append_vector, unit_vector};
pub use signs::{Signs, append_signs};
pub use tokens::{QuestionTokens, TokenNearness, Tokens};
pub use vectors::{Neighbor, Vectors};

use encoder::BuiltIn;
use endpoint::Endpoint;
use outage::Outage;
use recent::Recent;

/// Texts that keep many cores busy for a second or so.
const BUILT_IN_AT_ONCE: usize = 64;

/// Turns texts into vectors of unit length. May wait for a network: not to be called from async code.
#[derive(Debug)]
pub struct Encoder {
    kind: Kind,
    outage: Outage,
    recent: Recent,
}

#[derive(Debug)]
enum Kind {
    BuiltIn,
    Endpoint(Box<Endpoint>),
}

impl Encoder {
    /// The encoder inside this program. Its weights are read when they are first needed.
    pub fn built_in() -> Encoder {
        Encoder::of(Kind::BuiltIn)
    }

    /// An encoder that runs elsewhere. Checks the settings, and calls nothing yet.
    pub fn endpoint(settings: EndpointSettings) -> Result<Encoder, EncodeError> {
        let endpoint = Endpoint::new(settings)?;
        Ok(Encoder::of(Kind::Endpoint(Box::new(endpoint))))
    }

    fn of(kind: Kind) -> Encoder {
        Encoder {
            kind,
            outage: Outage::default(),
            recent: Recent::default(),
        }
    }

    /// Names what moves a vector: vectors under different fingerprints can't be compared. An endpoint is
    /// believed to keep its model's name and vectors together.
    pub fn fingerprint(&self) -> Result<String, EncodeError> {
        match &self.kind {
            Kind::BuiltIn => BuiltIn::fingerprint(),
            Kind::Endpoint(endpoint) => Ok(endpoint.fingerprint()),
        }
    }

    /// Encodes texts, in order. An empty text has a vector too, near nothing in particular; a long one counts
    /// by its beginning.
    pub fn encode(&self, texts: &[&str]) -> Result<Vec<Encoding>, EncodeError> {
        match &self.kind {
            Kind::BuiltIn => Ok(BuiltIn::get()?.encode(texts)),
            Kind::Endpoint(endpoint) => {
                let vectors = endpoint.encode(texts)?;
                Ok(vectors.into_iter().map(Encoding::whole).collect())
            }
        }
    }

    /// Encodes a question. `None` while the encoder fails: it is not tried at every question then, and the log
    /// tells when that begins and ends.
    ///
    /// The encodings of recent questions are kept.
    pub fn question(&self, text: &str) -> Option<Encoding> {
        let known = self.recent.get(text);
        known.or_else(|| {
            let encoding = self.outage.bridge(|| self.encode_question(text))?;
            self.recent.keep(text, &encoding);
            Some(encoding)
        })
    }

    /// Whether it failed at the last question that tried it.
    pub fn is_failing(&self) -> bool {
        self.outage.is_on()
    }

    fn encode_question(&self, text: &str) -> Result<Encoding, EncodeError> {
        match &self.kind {
            Kind::BuiltIn => {
                let encoding = BuiltIn::get()?.encode(&[text]).pop();
                Ok(encoding.unwrap_or_default())
            }
            Kind::Endpoint(endpoint) => endpoint.encode_question(text).map(Encoding::whole),
        }
    }

    /// So many texts to encode in one call are as quick as more, and done soon enough to tell about.
    pub fn at_once(&self) -> usize {
        match &self.kind {
            Kind::BuiltIn => BUILT_IN_AT_ONCE,
            Kind::Endpoint(endpoint) => endpoint.batch(),
        }
    }

    /// Values of a token's vector; 0 if it gives none.
    pub fn token_dimensions(&self) -> usize {
        match &self.kind {
            Kind::BuiltIn => BuiltIn::TOKEN_DIMENSIONS,
            Kind::Endpoint(_) => 0,
        }
    }

    /// Values of a vector. The first call may ask an endpoint for one.
    pub fn dimensions(&self) -> Result<usize, EncodeError> {
        match &self.kind {
            Kind::BuiltIn => Ok(BuiltIn::DIMENSIONS),
            Kind::Endpoint(endpoint) => endpoint.dimensions(),
        }
    }
}
