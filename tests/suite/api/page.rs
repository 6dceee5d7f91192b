//! `/page`
