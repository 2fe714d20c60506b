//! Lines of GED, and what they mean.
