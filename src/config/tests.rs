//! The layers, their order, and the words for what is wrong.

use std::fs;

use super::*;

fn environment(pairs: &[(&str, &str)]) -> Vec<(OsString, OsString)> {
    pairs
        .iter()
        .map(|(name, value)| (name.into(), value.into()))
        .collect()
}

fn with_file(text: &str) -> (tempfile::TempDir, Sources) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let file = folder.path().join("jida.toml");
    fs::write(&file, text).expect("the file can be written");
    let sources = Sources {
        file: Some(file),
        ..Sources::default()
    };
    (folder, sources)
}

/// The error's message without the folder, and its hint.
fn complaint(sources: &Sources) -> (String, String) {
    let error = load(sources).expect_err("this configuration is wrong");
    let message = error.message(Locale::En);
    let message = match &sources.file {
        Some(file) => {
            let folder = file.parent().expect("the file lies in a folder");
            message.replace(&format!("{}/jida.toml", folder.display()), "jida.toml")
        }
        None => message,
    };
    (message, error.hint(Locale::En).unwrap_or_default())
}

#[test]
fn the_example_parses_and_equals_the_defaults() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"));
    let sources = Sources {
        file: Some(folder.join("jida.example.toml")),
        ..Sources::default()
    };
    let (config, _) = load(&sources).expect("the example is valid");
    let expected = Config {
        index: folder.join("index"),
        index_is_chosen: true,
        ..Config::default()
    };
    assert_eq!(config, expected);
}

#[test]
fn the_example_shows_every_setting_and_variable() {
    let example = include_str!("../../jida.example.toml");
    for key in keys::all() {
        let name = key.path.rsplit('.').next().unwrap_or(key.path);
        let shown = example.lines().any(|line| {
            let line = line.trim_start_matches("# ");
            line.starts_with(&format!("{name} = ")) || line.starts_with(&format!("[{name}."))
        });
        assert!(shown, "jida.example.toml has no line for {}", key.path);
        assert!(
            example.contains(key.variable),
            "jida.example.toml does not name {}",
            key.variable
        );
    }
}

#[test]
fn flags_win_over_environment_over_file_over_defaults() {
    let file = "kb = 'file'\n";
    let variable = [("JIDA_KB", "variable")];
    let flag = ("kb", "--kb", "flag".to_owned());
    for (file, variable, flag, expected) in [
        (None, None, None, "default"),
        (Some(file), None, None, "file"),
        (Some(file), Some(variable), None, "variable"),
        (Some(file), Some(variable), Some(flag.clone()), "flag"),
        (None, None, Some(flag), "flag"),
    ] {
        let (_folder, mut sources) = with_file(file.unwrap_or_default());
        sources.environment = environment(variable.as_ref().map_or(&[], |pairs| pairs));
        sources.flags.extend(flag);
        let (config, _) = load(&sources).expect("a valid configuration");
        assert_eq!(config.search.kb, expected);
    }
}

#[test]
fn paths_in_a_file_are_relative_to_it() {
    let (folder, mut sources) = with_file("corpus = 'faq'\nindex = '/var/lib/jida'\n");
    let (config, _) = load(&sources).expect("a valid configuration");
    assert_eq!(config.corpus, folder.path().join("faq"));
    assert_eq!(config.index, Path::new("/var/lib/jida"));

    sources.environment = environment(&[("JIDA_CORPUS", "other")]);
    let (config, _) = load(&sources).expect("a valid configuration");
    assert_eq!(config.corpus, Path::new("other"));
}

#[test]
fn whatever_is_wrong_in_the_file_is_named_with_its_line() {
    for (text, message, hint) in [
        (
            "corpus = 'a'\ncorpsu = 'b'",
            "jida.toml:2:1: unknown key `corpsu`",
            "did you mean `corpus`?",
        ),
        (
            "[serve]\n\nbogus = 1",
            "jida.toml:3:1: unknown key `serve.bogus`",
            "allowed here: addr, public, watch, pages, admin_key, cors_origins, frame_origins, trusted_proxies, rate_per_minute, rate_burst, header_timeout_ms, request_timeout_ms, body_timeout_ms, \
             drain_timeout_ms, cache_bytes, max_body_bytes, max_uri_bytes, max_header_bytes, max_connections, max_connections_per_client, max_concurrent_requests, max_concurrent_searches",
        ),
        (
            "[serve]\naddr = 'nowhere'",
            "jida.toml:2:8: `serve.addr` can't be \"nowhere\"",
            "expected host:port, such as 127.0.0.1:8080 or [::1]:8080",
        ),
        (
            "serve = 'x'",
            "jida.toml:1:9: `serve` must be a table",
            "allowed here: addr, public, watch, pages, admin_key, cors_origins, frame_origins, trusted_proxies, rate_per_minute, rate_burst, header_timeout_ms, request_timeout_ms, body_timeout_ms, \
             drain_timeout_ms, cache_bytes, max_body_bytes, max_uri_bytes, max_header_bytes, max_connections, max_connections_per_client, max_concurrent_requests, max_concurrent_searches",
        ),
        (
            "corpus_limits.max_file_bytes = 0",
            "jida.toml:1:32: `corpus_limits.max_file_bytes` can't be 0",
            "expected a whole number from 1 to 9223372036854775807",
        ),
        (
            "[encoder]\nkind = 'bert'",
            "jida.toml:2:8: `encoder.kind` can't be \"bert\"",
            "expected one of built-in, openai, tei, none",
        ),
        (
            "[encoder]\nmodel = 'bge-m3'\nkind = 'openai'",
            "jida.toml:3:8: `encoder.kind = \"openai\"` needs `encoder.url`",
            "write url = \"http://host:port\" below [encoder], or set the variable JIDA_ENCODER_URL",
        ),
        (
            "encoder = { kind = 'tei', url = 'localhost:8080' }",
            "jida.toml:1:33: `encoder.url` can't be \"localhost:8080\"",
            "expected an address with http:// or https://, without user, password or query, such as http://localhost:8080",
        ),
        (
            "[client]\nhistory = 'yes'",
            "jida.toml:2:11: `client.history` can't be \"yes\"",
            "expected true or false",
        ),
        (
            "encoder.api_key = '密钥'",
            "jida.toml:1:19: `encoder.api_key` can't be …",
            "a key has visible ASCII characters only",
        ),
        (
            "[search]\nthresholds = { answer = 1.5, clarify = 0.2 }",
            "jida.toml:2:25: `search.thresholds.answer` can't be 1.5",
            "expected a number from 0 to 1, such as 0.8",
        ),
        (
            "[knowledge_bases.icp]\ncorpus = 'a'\nansver = 0.8",
            "jida.toml:3:1: unknown key `knowledge_bases.icp.ansver`",
            "did you mean `answer`?",
        ),
        (
            "[knowledge_bases.'a/b']\ncorpus = 'a'",
            "jida.toml:1:18: nothing can be called “a/b”",
            "a name has 1 to 64 letters, digits, - and _",
        ),
        (
            "[knowledge_bases.icp]\nclarify = 0.5",
            "jida.toml:1:18: the knowledge base “icp” has no `corpus`",
            "name the folder of its Markdown files: corpus = \"faq/icp\"",
        ),
        (
            "[keys.site]\norigins = ['https://a.example']",
            "jida.toml:1:7: the key “site” has no `key`",
            "write key = \"…\": visible ASCII characters that nobody guesses, such as the output of `openssl rand -hex 16`",
        ),
        (
            "[keys.site]\nkey = 'schlüssel'",
            "jida.toml:2:7: `keys.site.key` can't be …",
            "a key has visible ASCII characters only",
        ),
        (
            "[keys.site]\nkey = 'k'\norigin = 'https://a.example'",
            "jida.toml:3:1: unknown key `keys.site.origin`",
            "did you mean `origins`?",
        ),
        (
            "[keys.site]\nkey = 'k'\nper_minute = 0",
            "jida.toml:3:14: `keys.site.per_minute` can't be 0",
            "expected a whole number from 1 to 1000000",
        ),
        (
            "[keys.site]\nkey = 'k'\nkbs = ['bank']",
            "there is no knowledge base “bank”",
            "the settings name “default”",
        ),
        (
            "[serve]\ntrusted_proxies = ['10.0.0.0/8', 'proxy']",
            "jida.toml:2:19: `serve.trusted_proxies` can't be <array>",
            "expected a list of addresses and networks such as [\"10.0.0.0/8\", \"192.0.2.7\"]",
        ),
        (
            "corpus = 'faq'\n[knowledge_bases.icp]\ncorpus = 'a'",
            "`corpus` and `knowledge_bases` are both set",
            "use `corpus` for one, `knowledge_bases` for several, and remove the other",
        ),
        (
            "kb = 'bank'\n[knowledge_bases.icp]\ncorpus = 'a'",
            "there is no knowledge base “bank”",
            "the settings name “icp”",
        ),
        (
            "search.thresholds.answer = 0.5",
            "search.thresholds has only one of answer and clarify",
            "set both or neither",
        ),
        (
            "search.thresholds = { answer = 0.5, clarify = 0.6 }",
            "search.thresholds.clarify is greater than search.thresholds.answer",
            "keep clarify at or below answer",
        ),
        (
            "[log]\nformat = 'yaml'",
            "jida.toml:2:10: `log.format` can't be \"yaml\"",
            "expected one of auto, text, json",
        ),
        (
            "[serve]\ncors_origins = ['https://a.example/']",
            "jida.toml:2:16: `serve.cors_origins` can't be <array>",
            "expected a list of origins such as [\"https://www.example.com\"], without a trailing slash; or [\"*\"]",
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

#[test]
fn broken_toml_is_named_with_its_line() {
    let (_folder, sources) = with_file("corpus = 'a'\nindex = \n");
    let (message, _) = complaint(&sources);
    assert!(
        message.starts_with("jida.toml:2:9: not valid TOML: "),
        "{message}"
    );
}

#[test]
fn a_bad_variable_is_named() {
    let sources = Sources {
        environment: environment(&[("JIDA_REQUEST_TIMEOUT_MS", "soon")]),
        ..Sources::default()
    };
    assert_eq!(
        complaint(&sources).0,
        "the variable JIDA_REQUEST_TIMEOUT_MS can't be \"soon\""
    );
}

#[test]
fn an_unknown_variable_is_reported_and_an_empty_one_is_unset() {
    let sources = Sources {
        environment: environment(&[("JIDA_ADRR", "x"), ("JIDA_KB", ""), ("PATH", "/bin")]),
        ..Sources::default()
    };
    let (config, unknown) = load(&sources).expect("a valid configuration");
    assert_eq!(config.search.kb, "default");
    assert_eq!(unknown.len(), 1);
    assert_eq!(
        unknown[0].hint(Locale::En).as_deref(),
        Some("did you mean JIDA_ADDR?")
    );
}

#[test]
fn an_endpoint_is_put_together_from_all_places_and_keeps_its_key_to_itself() {
    let (_folder, mut sources) = with_file("[encoder]\nurl = 'https://example.com/v1'\n");
    sources.environment = environment(&[("JIDA_ENCODER_API_KEY", "secret")]);
    sources.flags = vec![("encoder.kind", "--encoder", "openai".to_owned())];
    let (config, _) = load(&sources).expect("a valid configuration");
    let encoder = &config.encoder;
    assert_eq!(
        encoder.kind,
        EncoderKind::Endpoint(jida::semantic::Api::OpenAi)
    );
    assert_eq!(encoder.url.as_deref(), Some("https://example.com/v1"));
    assert!(encoder.api_key.is_some());
    assert!(!format!("{config:?}").contains("secret"));

    sources.file = None;
    assert_eq!(
        complaint(&sources).0,
        "--encoder openai needs `encoder.url`"
    );
}

#[test]
fn keys_of_callers_are_read_and_kept_to_themselves() {
    let (_folder, mut sources) = with_file(
        "[keys.site]\nkey = 'secret-1'\norigins = ['https://www.example.com']\nkbs = ['default']\n\
         per_minute = 90\n[keys.app]\nkey = 'secret-2'\n[client]\nkey = 'secret-3'\n",
    );
    let (config, _) = load(&sources).expect("a valid configuration");
    let [site, app] = &config.serve.keys[..] else {
        panic!("two keys: {:?}", config.serve.keys);
    };
    assert!(site.key.matches("secret-1") && app.key.matches("secret-2"));
    assert_eq!(site.origins, ["https://www.example.com"]);
    assert_eq!(site.kbs, ["default"]);
    assert_eq!(site.per_minute.map(u32::from), Some(90));
    assert_eq!((app.origins.len(), app.per_minute), (0, None));
    assert!(!format!("{config:?}").contains("secret-"));

    sources.environment = environment(&[("JIDA_PUBLIC_KEY", "secret-4")]);
    let (config, _) = load(&sources).expect("a valid configuration");
    assert_eq!(config.serve.keys.len(), 1, "a variable wins over the file");
    assert!(config.serve.keys[0].key.matches("secret-4"));
}

#[test]
fn several_knowledge_bases_share_what_is_not_their_own() {
    let (_folder, mut sources) = with_file(
        "index = 'built'\n[knowledge_bases.shop]\ncorpus = 'faq/shop'\n\
         [knowledge_bases.clinic]\ncorpus = 'faq/clinic'\nanswer = 0.9\nclarify = 0.4\n",
    );
    let told = |sources: &Sources| {
        let (config, _) = load(sources).expect("a valid configuration");
        let tell = |one: Config| {
            let ends = |path: &Path, end: &str| path.ends_with(end).then(|| end.to_owned());
            let corpus = ["faq/shop", "faq/clinic", "other"].map(|end| ends(&one.corpus, end));
            let index = ["built/shop", "built/clinic", "built"].map(|end| ends(&one.index, end));
            let [corpus, index] = [corpus, index].map(|found| found.into_iter().flatten().next());
            (one.search.kb, corpus, index, one.search.thresholds)
        };
        config.each().into_iter().map(tell).collect::<Vec<_>>()
    };
    let owned = |text: &str| Some(text.to_owned());
    let shop = (
        "shop".to_owned(),
        owned("faq/shop"),
        owned("built/shop"),
        None,
    );
    let thresholds = Some((0.9, 0.4));
    let clinic = (
        "clinic".to_owned(),
        owned("faq/clinic"),
        owned("built/clinic"),
        thresholds,
    );
    assert_eq!(told(&sources), [shop.clone(), clinic.clone()]);
    sources.flags = vec![("kb", "--kb", "clinic".to_owned())];
    assert_eq!(told(&sources), [clinic, shop], "the chosen one first");
    sources.flags = vec![("corpus", "--corpus", "other".to_owned())];
    let alone = ("default".to_owned(), owned("other"), owned("built"), None);
    assert_eq!(
        told(&sources),
        [alone],
        "a folder named for once is meant alone"
    );
}

#[test]
fn a_missing_named_file_is_an_error() {
    let sources = Sources {
        file: Some(PathBuf::from("no/such.toml")),
        ..Sources::default()
    };
    assert_eq!(
        complaint(&sources).0,
        "can't read the configuration file no/such.toml"
    );
}
