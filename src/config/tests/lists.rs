//! Tests of lists: what is wrong is said of the one that is.

use super::{complaint, with_file};

#[test]
fn of_a_list_the_wrong_one_is_named() {
    for (text, message, hint) in [
        (
            "[serve]\ntrusted_proxies = ['10.0.0.0/8', 'proxy']",
            "jida.toml:2:19: `serve.trusted_proxies` can't hold \"proxy\"",
            "expected a list of addresses and networks such as [\"10.0.0.0/8\", \"192.0.2.7\"]",
        ),
        (
            "[serve]\ncors_origins = ['https://a.example/']",
            "jida.toml:2:16: `serve.cors_origins` can't hold \"https://a.example/\"",
            "expected a list of origins such as [\"https://www.example.com\"], without a trailing slash; or [\"*\"]",
        ),
        (
            "[serve]\nframe_origins = ['https://a.example', 'www.a.example']",
            "jida.toml:2:17: `serve.frame_origins` can't hold \"www.a.example\"",
            "an origin begins with its scheme: https://www.a.example",
        ),
        (
            "[serve]\ncors_origins = 'https://a.example'",
            "jida.toml:2:16: `serve.cors_origins` can't be \"https://a.example\"",
            "expected a list of origins such as [\"https://www.example.com\"], without a trailing slash; or [\"*\"]",
        ),
        (
            "[serve]\ncors_origins = [1]",
            "jida.toml:2:16: `serve.cors_origins` can't hold 1",
            "expected a list of origins such as [\"https://www.example.com\"], without a trailing slash; or [\"*\"]",
        ),
        (
            "[keys.site]\nkey = 'k'\norigins = []",
            "jida.toml:3:11: `keys.site.origins` can't be []",
            "expected at least one site, such as [\"https://www.example.com\"]; leave it out to open the key to all",
        ),
        (
            "[keys.site]\nkey = 'k'\nkbs = ['icp', ' ']",
            "jida.toml:3:7: `keys.site.kbs` can't hold \" \"",
            "expected a list of names, such as [\"icp\"]",
        ),
    ] {
        let (_folder, sources) = with_file(text);
        assert_eq!(
            complaint(&sources),
            (message.to_owned(), hint.to_owned()),
            "{text}"
        );
    }
}
