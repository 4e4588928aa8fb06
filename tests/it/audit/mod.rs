//! The audit: each rule on the smallest table that breaks it, and silent on its healthy twin.

mod examples;
