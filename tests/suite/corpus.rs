//! From a folder of Markdown to entries, through the public interface.
