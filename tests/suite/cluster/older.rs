//! An index that another version of jida wrote.

use serde_json::json;

use super::Cluster;
use crate::cli::Desk;
use crate::cli::serve::Service;

/// What stands before the seal of a manifest.
const SEAL: &str = "\"seal\": \"";

const QUESTION: &[&str] = &["ask", "怎么申请退款"];

/// 怎么申请退款
const ASK: &str = "/v1/ask?q=%E6%80%8E%E4%B9%88%E7%94%B3%E8%AF%B7%E9%80%80%E6%AC%BE";

impl Cluster {
    /// Rewrites by what the current generation was built, in its mapping and in its manifest, each with its seal.
    fn rewrite(&self, field: &str, to: &str) {
        let index = self.leads_to().expect("an index");
        let (_, mapping) = self.call("GET", &format!("{index}/_mapping"), "");
        let mut meta = mapping[&index]["mappings"]["_meta"].clone();
        let from = meta["jida"]["fingerprints"][field].clone();
        assert!(from.is_string(), "{meta}");

        let path = format!("{index}-knowledge/_doc/manifest.json");
        let (status, found) = self.call("GET", &path, "");
        assert_eq!(status, 200, "{found}");
        let manifest = decoded(found["_source"]["bytes"].as_str().expect("bytes"));
        let (before, _) = manifest.split_once(SEAL).expect("a seal");
        let (old, new) = (format!("{field:?}: {from}"), format!("{field:?}: {to:?}"));
        assert!(before.contains(&old), "{before}");
        let before = before.replacen(&old, &new, 1) + SEAL;
        let seal = blake3::hash(before.as_bytes()).to_hex();
        let manifest = format!("{before}{seal}\"\n}}\n");
        // What was published is closed to writing.
        let open = json!({"index.blocks.write": null}).to_string();
        let opened = self.call("PUT", &format!("{index}-knowledge/_settings"), &open);
        assert_eq!(opened.0, 200, "{opened:?}");
        let body = json!({"bytes": encoded(manifest.as_bytes())}).to_string();
        let put = self.call("PUT", &format!("{path}?refresh=true"), &body);
        assert!(put.0 < 300, "{put:?}");

        meta["jida"]["fingerprints"][field] = to.into();
        meta["jida"]["manifest"] = blake3::hash(manifest.as_bytes()).to_hex().as_str().into();
        let body = json!({"_meta": meta}).to_string();
        let put = self.call("PUT", &format!("{index}/_mapping"), &body);
        assert_eq!(put.0, 200, "{put:?}");
    }
}

fn decoded(text: &str) -> String {
    use base64::Engine;
    let decoded = base64::engine::general_purpose::STANDARD.decode(text);
    String::from_utf8(decoded.expect("base64")).expect("UTF-8")
}

fn encoded(bytes: &[u8]) -> String {
    use base64::Engine;
    base64::engine::general_purpose::STANDARD.encode(bytes)
}

/// One that reads texts otherwise can't be asked; who has it open goes on with it, and a server that starts builds
/// its own.
#[test]
fn an_index_of_another_analyzer_or_encoder_is_told_and_built_anew() {
    let test = "an_index_of_another_analyzer_or_encoder_is_told_and_built_anew";
    let Some(cluster) = Cluster::shared(test) else {
        return;
    };
    for field in ["analyzer", "encoder"] {
        let desk = Desk::with_corpus();
        cluster.serves(&desk);
        let run = desk.run(&["index"]);
        assert_eq!(run.code, 0, "{run:?}");
        let before = cluster.leads_to();
        let service = Service::start(&desk, &[]);
        service.wait_until_ready();
        cluster.rewrite(field, "another");
        assert_eq!(service.get(ASK).0, 200, "it is open");
        let run = desk.run(QUESTION);
        assert_eq!(run.code, 2, "{field}: {run:?}");
        assert!(run.stderr.contains("another"), "{field}: {run:?}");
        assert!(run.stderr.contains("jida index"), "{field}: {run:?}");

        let newer = Service::start(&desk, &[]);
        newer.wait_until_ready();
        let (status, body) = newer.get(ASK);
        assert_eq!(status, 200, "{body}");
        assert!(body.contains("三个工作日内到账"), "{body}");
        assert_ne!(cluster.leads_to(), before, "{field}: it was built anew");
        assert_eq!(service.get(ASK).0, 200, "who was there first follows");
        let run = desk.run(QUESTION);
        assert_eq!(run.code, 0, "{run:?}");
    }
}

#[test]
fn a_server_builds_anew_what_is_laid_out_otherwise() {
    let Some(cluster) = Cluster::shared("a_server_builds_anew_what_is_laid_out_otherwise") else {
        return;
    };
    let desk = Desk::with_corpus();
    cluster.serves(&desk);
    assert_eq!(desk.run(&["index"]).code, 0);
    let index = cluster.leads_to().expect("an index");
    let (_, mapping) = cluster.call("GET", &format!("{index}/_mapping"), "");
    let mut meta = mapping[&index]["mappings"]["_meta"].clone();
    meta["jida"]["layout"] = 99.into();
    let body = json!({"_meta": meta}).to_string();
    let put = cluster.call("PUT", &format!("{index}/_mapping"), &body);
    assert_eq!(put.0, 200, "{put:?}");
    let service = Service::start(&desk, &[]);
    service.wait_until_ready();
    assert_eq!(service.get(ASK).0, 200);
    assert_ne!(cluster.leads_to(), Some(index));
}
