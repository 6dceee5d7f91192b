//! The attacks of one request: what is sent, and which statuses come back.

use std::io::Write;

/// What it is called, the bytes, and the statuses that come back.
pub(super) type Attack = (&'static str, Vec<u8>, &'static [u16]);

/// All of them.
pub(super) fn attacks() -> impl Iterator<Item = Attack> {
    [
        on_paths(),
        on_queries(),
        on_bodies(),
        on_headers(),
        on_framing(),
        on_the_first_line(),
    ]
    .into_iter()
    .flatten()
}

pub(super) fn get(path: &str) -> Vec<u8> {
    format!("GET {path} HTTP/1.1\r\nhost: jida\r\nconnection: close\r\n\r\n").into_bytes()
}

fn with_headers(headers: &str) -> Vec<u8> {
    format!("GET /v1/ask?q=a HTTP/1.1\r\nhost: jida\r\n{headers}connection: close\r\n\r\n")
        .into_bytes()
}

pub(super) fn post(headers: &str, body: &[u8]) -> Vec<u8> {
    let length = body.len();
    let mut request = format!(
        "POST /v1/ask HTTP/1.1\r\nhost: jida\r\ncontent-type: application/json\r\n{headers}\
         content-length: {length}\r\nconnection: close\r\n\r\n"
    )
    .into_bytes();
    request.extend_from_slice(body);
    request
}

/// A `POST` whose length is told by these headers alone.
fn framed(headers: &str, rest: &str) -> Vec<u8> {
    format!("POST /v1/ask HTTP/1.1\r\nhost: jida\r\ncontent-type: application/json\r\n{headers}\r\n{rest}").into_bytes()
}

fn gzipped(size: usize) -> Vec<u8> {
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    packed.write_all(b"{\"q\":\"").expect("memory");
    packed.write_all(&vec![b'a'; size]).expect("memory");
    packed.finish().expect("memory")
}

fn on_paths() -> Vec<Attack> {
    let paths = [
        ("traversal", "/../../../../etc/passwd"),
        ("traversal below assets", "/assets/../../Cargo.toml"),
        (
            "traversal, encoded",
            "/assets/%2e%2e%2f%2e%2e%2fetc%2fpasswd",
        ),
        (
            "traversal, encoded twice",
            "/assets/%252e%252e%252fetc%252fpasswd",
        ),
        ("traversal, backslashes", "/assets/..%5c..%5cetc"),
        (
            "traversal in an entry",
            "/v1/entries/..%2f..%2f..%2fetc%2fpasswd",
        ),
        ("traversal in a page", "/entries/..%2f..%2fetc%2fpasswd"),
        ("NUL in a path", "/v1/entries/a%00.md"),
        ("CRLF in a path", "/v1/entries/a%0d%0aset-cookie:%20x=1"),
        ("dots around the API", "/x/../v1/admin/status"),
        ("two slashes", "//v1/admin/status"),
        ("a letter encoded", "/v1/%61dmin/status"),
        ("another case", "/V1/ADMIN/STATUS"),
    ];
    let attack = |(name, path)| -> Attack { (name, get(path), &[404]) };
    let mut attacks: Vec<Attack> = paths.map(attack).into();
    attacks.push((
        "overlong UTF-8 in an entry",
        get("/v1/entries/%c0%ae%c0%ae%c0%afetc"),
        &[400],
    ));
    attacks
}

fn on_queries() -> Vec<Attack> {
    vec![
        (
            "CRLF in a query",
            get("/v1/ask?q=a%0d%0aset-cookie:%20x=1"),
            &[200],
        ),
        ("NUL in a query", get("/v1/ask?q=a%00b"), &[200]),
        ("invalid UTF-8 in a query", get("/v1/ask?q=%ff%fe"), &[400]),
        ("surrogates in a query", get("/v1/ask?q=%ed%a0%80"), &[400]),
        (
            "raw bytes in a query",
            [
                b"GET /v1/ask?q=\xff\xfe HTTP/1.1\r\nhost: jida\r\nconnection: close\r\n\r\n"
                    .as_slice(),
            ]
            .concat(),
            &[400],
        ),
        ("a parameter twice", get("/v1/ask?q=a&q=b"), &[400]),
        (
            "a thousand parameters",
            get(&format!("/v1/ask?q=a{}", "&x=1".repeat(1000))),
            &[200],
        ),
        (
            "an endless query",
            get(&format!("/v1/ask?q={}", "a".repeat(100_000))),
            &[414],
        ),
        (
            "a query beyond every buffer",
            get(&format!("/v1/ask?q={}", "a".repeat(1_000_000))),
            &[431],
        ),
        (
            "a huge page",
            get("/v1/search?q=a&offset=18446744073709551615"),
            &[400],
        ),
        (
            "a page at the end of numbers",
            get("/v1/search?q=a&offset=4294967295&limit=100"),
            &[200],
        ),
    ]
}

fn on_bodies() -> Vec<Attack> {
    let nested = |depth: usize| {
        format!(
            "{{\"q\":\"a\",\"filter\":{}",
            "{\"category\":".repeat(depth)
        )
    };
    let arrays = "[".repeat(60_000);
    vec![
        ("no JSON", post("", b"{q:a}"), &[400]),
        (
            "deeply nested objects",
            post("", nested(4000).as_bytes()),
            &[400],
        ),
        ("deeply nested arrays", post("", arrays.as_bytes()), &[400]),
        ("a key twice", post("", br#"{"q":"a","q":"b"}"#), &[400]),
        (
            "invalid UTF-8 in JSON",
            post("", b"{\"q\":\"\xc3\x28\"}"),
            &[400],
        ),
        (
            "half a surrogate pair in JSON",
            post("", br#"{"q":"\ud800"}"#),
            &[400],
        ),
        ("NUL in JSON", post("", br#"{"q":"a\u0000b"}"#), &[200]),
        (
            "a number without end",
            post(
                "",
                format!("{{\"q\":\"a\",\"top\":1{}}}", "0".repeat(5000)).as_bytes(),
            ),
            &[400],
        ),
        (
            "a body above the limit",
            post("", &vec![b' '; 100_000]),
            &[413],
        ),
        (
            "a byte order mark",
            post("", b"\xef\xbb\xbf{\"q\":\"a\"}"),
            &[400],
        ),
        (
            "a packed body",
            post("content-encoding: gzip\r\n", &gzipped(100)),
            &[415],
        ),
        (
            "a bomb of a body",
            post("content-encoding: gzip\r\n", &gzipped(50_000_000)),
            &[415],
        ),
        (
            "a body packed twice",
            post("content-encoding: identity, gzip\r\n", b"{}"),
            &[415],
        ),
        (
            "no packing at all",
            post("content-encoding: identity\r\n", b"{\"q\":\"a\"}"),
            &[200],
        ),
    ]
}

fn on_headers() -> Vec<Attack> {
    let many = (0..5000)
        .map(|i| format!("x-{i}: 1\r\n"))
        .collect::<String>();
    let some = (0..90)
        .map(|i| format!("x-{i}: {}\r\n", "a".repeat(500)))
        .collect::<String>();
    let ranges = (0..2000).map(|i| format!("{i}-{i},")).collect::<String>();
    vec![
        ("thousands of headers", with_headers(&many), &[431]),
        ("headers above the limit", with_headers(&some), &[431]),
        ("one header without end", with_headers(&format!("x-a: {}\r\n", "a".repeat(1_000_000))), &[431]),
        ("a header name without end", with_headers(&format!("{}: a\r\n", "x".repeat(70_000))), &[431]),
        ("many ranges", with_headers(&format!("range: bytes={}0-\r\n", ranges)), &[200]),
        ("a folded header", with_headers("x-a: 1\r\n 2\r\n"), &[400]),
        ("a blank before the colon", with_headers("x-a : 1\r\n"), &[400]),
        ("NUL in a header", with_headers("x-a: 1\0\r\n"), &[400]),
        ("CR alone in a header", with_headers("x-a: 1\rset-cookie: x=1\r\n"), &[400]),
        ("CRLF through the request's id", with_headers("x-request-id: a%0d%0aset-cookie: x\r\n"), &[200]),
        ("markup in the language", with_headers("accept-language: <script>alert(1)</script>\r\n"), &[200]),
        ("a language list without end", with_headers(&format!("accept-language: {}\r\n", "zh;q=0.1,".repeat(3000))), &[200]),
        ("tags without end", with_headers(&format!("if-none-match: {}\r\n", "\"a\",".repeat(6000))), &[200]),
        ("hops without end", with_headers(&format!("x-forwarded-for: {}\r\n", "127.0.0.1,".repeat(2500))), &[200]),
        ("another host", b"GET / HTTP/1.1\r\nhost: evil.example\r\nconnection: close\r\n\r\n".to_vec(), &[200]),
        ("markup as a host", b"GET / HTTP/1.1\r\nhost: \"><script>alert(1)</script>\r\nconnection: close\r\n\r\n".to_vec(), &[200]),
        ("the operator's address by another name", b"GET /v1/admin/status HTTP/1.1\r\nhost: evil.example\r\nconnection: close\r\n\r\n".to_vec(), &[403]),
        ("the operator's address through a page", b"POST /v1/admin/reload HTTP/1.1\r\nhost: localhost\r\norigin: http://evil.example\r\ncontent-length: 0\r\nconnection: close\r\n\r\n".to_vec(), &[403]),
    ]
}

/// Where proxy and server could come to differ about where a request ends. Only one reply comes to each, or the second
/// request that hides in the first would be taken for another client's; with both a length and chunks, the chunks
/// count and the connection is closed.
fn on_framing() -> Vec<Attack> {
    let body = "{\"q\":\"a\"}";
    let hidden = "GET /v1/admin/status HTTP/1.1\r\nhost: localhost\r\n\r\n";
    let chunked = format!("9\r\n{body}\r\n0\r\n\r\n");
    vec![
        ("two lengths that differ", framed("content-length: 9\r\ncontent-length: 80\r\n", &format!("{body}{hidden}")), &[400]),
        ("two lengths in one", framed("content-length: 9, 80\r\n", &format!("{body}{hidden}")), &[400]),
        ("a length with a sign", framed("content-length: +9\r\n", &format!("{body}{hidden}")), &[400]),
        ("a negative length", framed("content-length: -9\r\n", body), &[400]),
        ("a length without end", framed("content-length: 99999999999999999999999\r\n", body), &[400]),
        ("a length and chunks", framed("content-length: 4\r\ntransfer-encoding: chunked\r\n", &format!("{chunked}{hidden}")), &[200]),
        ("chunks and a length", framed("transfer-encoding: chunked\r\ncontent-length: 4\r\n", &format!("{chunked}{hidden}")), &[200]),
        ("an unknown encoding", framed("transfer-encoding: xchunked\r\n", &format!("{chunked}{hidden}")), &[400]),
        ("chunked, and then not", framed("transfer-encoding: chunked, identity\r\n", &format!("{chunked}{hidden}")), &[400]),
        ("chunks in HTTP/1.0", format!("POST /v1/ask HTTP/1.0\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n{chunked}{hidden}").into_bytes(), &[400]),
        ("a chunk's size beyond numbers", framed("transfer-encoding: chunked\r\n", "fffffffffffffffff\r\na"), &[400]),
        ("a chunk's size with a prefix", framed("transfer-encoding: chunked\r\n", &format!("0x9\r\n{body}\r\n0\r\n\r\n")), &[400]),
        ("a chunk's extension", framed("transfer-encoding: chunked\r\nconnection: close\r\n", &format!("9;a=b\r\n{body}\r\n0\r\n\r\n")), &[200]),
        ("an extension without end", framed("transfer-encoding: chunked\r\n", &format!("9;{}\r\n{body}\r\n0\r\n\r\n", "a".repeat(100_000))), &[400]),
        ("an extension that ends in LF alone", framed("transfer-encoding: chunked\r\n", &format!("9;a\n{body}\r\n0\r\n\r\n{hidden}")), &[400]),
        ("trailers without end", framed("transfer-encoding: chunked\r\n", &format!("9\r\n{body}\r\n0\r\n{}\r\n", "x-a: 1\r\n".repeat(20_000))), &[400]),
    ]
}

fn on_the_first_line() -> Vec<Attack> {
    let line =
        |line: &str| format!("{line}\r\nhost: jida\r\nconnection: close\r\n\r\n").into_bytes();
    vec![
        (
            "an unknown method",
            line("PROPFIND /v1/ask?q=a HTTP/1.1"),
            &[405],
        ),
        (
            "a method without end",
            line(&format!("{} / HTTP/1.1", "A".repeat(10_000))),
            &[405],
        ),
        ("a method that is no word", line("G@T / HTTP/1.1"), &[400]),
        ("TRACE", line("TRACE / HTTP/1.1"), &[405]),
        ("CONNECT", line("CONNECT evil.example:443 HTTP/1.1"), &[404]),
        (
            "a proxy's address",
            line("GET http://evil.example/v1/ask?q=a HTTP/1.1"),
            &[200],
        ),
        ("an asterisk", line("OPTIONS * HTTP/1.1"), &[200]),
        ("no path", line("GET  HTTP/1.1"), &[400]),
        ("HTTP/0.9", b"GET /\r\n\r\n".to_vec(), &[400]),
        (
            "HTTP/2 at once",
            b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".to_vec(),
            &[],
        ),
        ("HTTP/3.0", line("GET / HTTP/3.0"), &[400]),
        (
            "TLS",
            b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03".to_vec(),
            &[400],
        ),
        ("noise", (0..=255).cycle().take(5000).collect(), &[400]),
        (
            "LF alone",
            b"GET /healthz HTTP/1.1\nhost: jida\nconnection: close\n\n".to_vec(),
            &[200],
        ),
    ]
}
