//! `/openapi`
