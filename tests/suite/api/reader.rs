//! Messages are in the reader's language, where there are words in it.

use std::fs;

use super::server::{Server, UNKNOWN_QUESTION};

#[tokio::test(flavor = "multi_thread")]
async fn the_owners_words_are_those_for_the_reader() {
    let corpus = tempfile::tempdir().expect("a temporary folder");
    for (file, text) in [
        ("faq.md", "### 怎么退款？\n联系客服。\n"),
        ("welcome.md", "您好！\n"),
        ("welcome.en.md", "Hello!\n"),
        ("no_answer.md", "请致电客服。\n"),
        ("no_answer.en.md", "Please call us.\n"),
    ] {
        fs::write(corpus.path().join(file), text).expect("a file");
    }
    let folder = corpus.path().to_str().expect("a path in UTF-8");
    let server = Server::of(folder).await;
    for (language, hello, nothing) in [
        ("zh-CN", "您好！", "请致电客服。"),
        ("zh-TW,zh;q=0.9", "您好！", "请致电客服。"),
        ("en-GB", "Hello!", "Please call us."),
        ("fr", "您好！", "请致电客服。"),
    ] {
        for (path, said) in [("/v1/welcome", hello), ("/v1/ask", nothing)] {
            let request = server.client.get(server.url(path));
            let request =
                request.query(&[("q", UNKNOWN_QUESTION)][..usize::from(path == "/v1/ask")]);
            let reply = server
                .send(request.header("accept-language", language))
                .await;
            assert_eq!(reply.json()["message"], said, "{language} {path}");
            assert!(reply.header("vary").contains("accept-language"), "{path}");
        }
    }
    for (language, said) in [("zh-CN", "请致电客服。"), ("en", "Please call us.")] {
        let query = [("q", UNKNOWN_QUESTION), ("lang", language)];
        let page = server.query("/", &query).await;
        assert!(page.text.contains(said), "{language}");
    }
}
