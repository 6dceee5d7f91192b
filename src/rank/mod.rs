//! Order and confidence, computed from the candidates' own texts.
