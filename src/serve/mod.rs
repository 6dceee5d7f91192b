//! HTTP: the API and the search page.
